import Foundation

/// A server of either kind in a process of its own, with a ledger in a folder of its own.
final class ServedProcess {
  let served: Served
  let port: Int
  private let process = Process()
  private let folder: URL

  init(_ served: Served, byteCount: Int) throws {
    self.served = served
    folder = FileManager.default.temporaryDirectory.appending(path: "serving-\(served)-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    let output = Pipe()
    process.executableURL = URL(fileURLWithPath: CommandLine.arguments[0])
    process.arguments = ["--serve", served.rawValue, "--state", folder.path, "--bytes", "\(byteCount)"]
    process.standardOutput = output
    try process.run()
    // Comes back with the first line, which is short; `read` would wait for as many bytes as it was asked for.
    let line = String(decoding: output.fileHandleForReading.availableData, as: UTF8.self)
    guard let port = Int(line.trimmingCharacters(in: .whitespacesAndNewlines)) else {
      throw BenchmarkFailure("the \(served) server did not start")
    }
    self.port = port
  }

  /// Stops the server and removes its folder.
  func stop() {
    process.terminate()
    process.waitUntilExit()
    try? FileManager.default.removeItem(at: folder)
  }

  /// CPU time used so far, in seconds.
  func cpuTime() throws -> Double {
    let text = try String(contentsOfFile: "/proc/\(process.processIdentifier)/stat", encoding: .utf8)
    guard let end = text.lastIndex(of: ")") else { throw BenchmarkFailure("no CPU time for the \(served) server") }
    let fields = text[end...].split(separator: " ")
    guard let user = Double(fields[12]), let system = Double(fields[13]) else {
      throw BenchmarkFailure("no CPU time for the \(served) server")
    }
    return (user + system) / Double(sysconf(Int32(_SC_CLK_TCK)))
  }
}

/// Why there is no result.
struct BenchmarkFailure: Error, CustomStringConvertible {
  let description: String

  init(_ description: String) { self.description = description }
}
