import Foundation

/// Ours beside theirs.
struct Comparison: Codable {
  var ours: Measurement
  /// The best accuracy and the least log loss among the rivals, and the pacemaker's figures, where they are known.
  var theirAccuracy: Double?
  var theirLogLoss: Double?
  var theirFitCPUSeconds: Double?
  var theirSingleMicroseconds: Double?
  var theirBatchRowsPerSecond: Double?

  init(_ ours: Measurement, of candidate: Candidate, peers: PeerResults) {
    self.ours = ours
    let rivals = peers.of(candidate.rivals, on: ours.set)
    let pacemaker = peers.of([candidate.pacemaker], on: ours.set).first
    theirAccuracy = rivals.map(\.accuracy).max()
    theirLogLoss = rivals.map(\.logLoss).min()
    theirFitCPUSeconds = pacemaker?.fitCPUSeconds
    theirSingleMicroseconds = pacemaker?.singleMicroseconds
    theirBatchRowsPerSecond = pacemaker?.batchRowsPerSecond
  }

  static let header = [
    "set", "model", "accuracy", "theirs", "points", "log loss", "theirs", "ratio", "fit CPU s", "theirs", "faster",
    "row us", "faster", "batch rows/s", "faster",
  ]

  var cells: [String] {
    [
      ours.set, ours.model,
      Self.text(ours.accuracy, 4), Self.text(theirAccuracy, 4),
      Self.text(theirAccuracy.map { (ours.accuracy - $0) * 100 }, 2),
      Self.text(ours.logLoss, 4), Self.text(theirLogLoss, 4), Self.text(theirLogLoss.map { ours.logLoss / $0 }, 3),
      Self.text(ours.fitCPUSeconds, 4), Self.text(theirFitCPUSeconds, 4),
      Self.text(theirFitCPUSeconds.map { $0 / ours.fitCPUSeconds }, 1),
      Self.text(ours.singleMicroseconds, 2),
      Self.text(theirSingleMicroseconds.map { $0 / ours.singleMicroseconds }, 0),
      Self.text(ours.batchRowsPerSecond, 0),
      Self.text(theirBatchRowsPerSecond.map { ours.batchRowsPerSecond / $0 }, 1),
    ]
  }

  /// Rows of cells as text, the columns aligned.
  static func table(_ rows: [[String]]) -> String {
    let widths = rows[0].indices.map { column in rows.map { $0[column].count }.max()! }
    return rows.map { row in
      row.indices.map { column in
        let padding = String(repeating: " ", count: widths[column] - row[column].count)
        return column < 2 ? row[column] + padding : padding + row[column]
      }.joined(separator: "  ")
    }.joined(separator: "\n")
  }

  private static func text(_ number: Double?, _ places: Int) -> String {
    guard let number, number.isFinite else { return "-" }
    return String(format: "%.\(places)f", number)
  }
}
