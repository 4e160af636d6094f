import Foundation

/// One run of wrk against one server.
struct Load: Codable {
  /// Requests answered in a second.
  let rate: Double
  /// Half of the answers came within so many microseconds.
  let p50: Double
  /// 99 of 100 did.
  let p99: Double
  /// CPU time of the server for each request, in microseconds.
  let cpu: Double
  /// Answers that were none.
  let errors: Int

  private struct Report: Decodable {
    let requests: Double
    let seconds: Double
    let p50: Double
    let p99: Double
    let errors: Int
  }

  private static let script = """
    wrk.method = "POST"
    wrk.body = '{"features": [5.1, 3.5, 1.4, 0.2]}'
    wrk.headers["Content-Type"] = "application/json"
    done = function(summary, latency, requests)
      local e = summary.errors
      io.write(string.format('RESULT {"requests": %d, "seconds": %f, "p50": %f, "p99": %f, "errors": %d}\\n',
        summary.requests, summary.duration / 1e6, latency:percentile(50), latency:percentile(99),
        e.connect + e.read + e.write + e.status + e.timeout))
    end
    """

  /// Loads `server` on `connections` connections for `seconds` seconds.
  init(_ server: ServedProcess, connections: Int, seconds: Int) throws {
    let script = FileManager.default.temporaryDirectory.appending(path: "serving-\(UUID().uuidString).lua")
    try Self.script.write(to: script, atomically: true, encoding: .utf8)
    defer { try? FileManager.default.removeItem(at: script) }
    let wrk = Process()
    let output = Pipe()
    wrk.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    wrk.arguments = [
      "wrk", "-t1", "-c\(connections)", "-d\(seconds)s", "-s", script.path, "http://127.0.0.1:\(server.port)/predict",
    ]
    wrk.standardOutput = output
    let before = try server.cpuTime()
    try wrk.run()
    let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    wrk.waitUntilExit()
    let used = try server.cpuTime() - before
    guard let result = text.split(separator: "RESULT ").last, text.contains("RESULT ") else {
      throw BenchmarkFailure("wrk gave no result: install it with `apt-get install wrk`")
    }
    let report = try JSONDecoder().decode(Report.self, from: Data(result.utf8))
    rate = report.requests / report.seconds
    p50 = report.p50
    p99 = report.p99
    cpu = used / max(1, report.requests) * 1e6
    errors = report.errors
  }
}
