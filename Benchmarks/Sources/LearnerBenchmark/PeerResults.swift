import Foundation

/// One line of the peers' results.
struct PeerResult {
  let model: String
  let fitCPUSeconds: Double
  let singleMicroseconds: Double
  let batchRowsPerSecond: Double
  let accuracy: Double
  let logLoss: Double
}

/// The peers' results by data set, one thread.
struct PeerResults {
  private var lines: [String: [PeerResult]] = [:]

  /// Reads the CSV file that the peers' script writes.
  init(_ file: URL) throws {
    let text = try String(contentsOf: file, encoding: .utf8)
    let rows = text.split(whereSeparator: \.isNewline).map { $0.split(separator: ",").map(String.init) }
    guard let header = rows.first else { return }
    for row in rows.dropFirst() {
      let cells = Dictionary(uniqueKeysWithValues: zip(header, row))
      guard cells["threads"] == "1", let set = cells["set"], let model = cells["model"] else { continue }
      func number(_ column: String) -> Double { cells[column].flatMap(Double.init) ?? .nan }
      lines[set, default: []].append(
        PeerResult(
          model: model, fitCPUSeconds: number("fit_cpu_s"), singleMicroseconds: number("single_us_p50"),
          batchRowsPerSecond: number("batch_rows_per_s"), accuracy: number("accuracy"), logLoss: number("log_loss")))
    }
  }

  /// The results of `models` on `set`, as far as there are any.
  func of(_ models: [String], on set: String) -> [PeerResult] {
    (lines[set] ?? []).filter { models.contains($0.model) }
  }
}
