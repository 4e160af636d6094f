// Serves consensus predictions durably and compares with the ceiling: a bare Hummingbird JSON echo that commits the same
// bytes by the same group commit. Needs wrk.
//
//     swift run -c release ServingBenchmark [--connections 64] [--seconds 5] [--rounds 5] [--json]
//
// The two take turns, since a machine's speed drifts; each round's ratio is taken by itself and the median told.

import Foundation

/// The value after `name` among the arguments.
func option(_ name: String) -> String? {
  let arguments = CommandLine.arguments
  guard let place = arguments.firstIndex(of: name), place + 1 < arguments.count else { return nil }
  return arguments[place + 1]
}

/// The middle of `values`, of which there is at least one.
func median(_ values: [Double]) -> Double {
  let sorted = values.sorted()
  return (sorted[(sorted.count - 1) / 2] + sorted[sorted.count / 2]) / 2
}

/// The figures of one kind of server.
struct Summary: Codable {
  let rate: Double
  let p50: Double
  let p99: Double
  let cpu: Double
  let errors: Int

  init(_ loads: [Load]) {
    rate = median(loads.map(\.rate))
    p50 = median(loads.map(\.p50))
    p99 = median(loads.map(\.p99))
    cpu = median(loads.map(\.cpu))
    errors = loads.reduce(0) { $0 + $1.errors }
  }
}

/// All of it, as `--json` prints it.
struct Outcome: Codable {
  let connections: Int
  let seconds: Int
  let rounds: Int
  let event_bytes: Int
  let council: Summary
  let echo: Summary
  let rate_ratio: Double
  let cpu_ratio: Double
}

/// How many bytes the council's last event has.
func eventSize(_ server: ServedProcess) throws -> Int {
  let load = try Load(server, connections: 1, seconds: 1)
  guard load.errors == 0 else { throw BenchmarkFailure("the council answers with errors") }
  let curl = Process()
  let output = Pipe()
  curl.executableURL = URL(fileURLWithPath: "/usr/bin/env")
  curl.arguments = ["curl", "-s", "http://127.0.0.1:\(server.port)/ledger?after=10&limit=1"]
  curl.standardOutput = output
  try curl.run()
  let page = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
  curl.waitUntilExit()
  guard let start = page.range(of: "\"body\":"), let end = page.range(of: "}],\"next\"") else {
    throw BenchmarkFailure("the council's ledger could not be read")
  }
  return page[start.upperBound..<end.lowerBound].utf8.count
}

func compare() throws -> Outcome {
  let connections = option("--connections").flatMap { Int($0) } ?? 64
  let seconds = option("--seconds").flatMap { Int($0) } ?? 5
  let rounds = option("--rounds").flatMap { Int($0) } ?? 5
  let council = try ServedProcess(.council, byteCount: 0)
  defer { council.stop() }
  let size = try eventSize(council)
  let echo = try ServedProcess(.echo, byteCount: size)
  defer { echo.stop() }
  var councilLoads: [Load] = []
  var echoLoads: [Load] = []
  for _ in 0..<rounds {
    echoLoads.append(try Load(echo, connections: connections, seconds: seconds))
    councilLoads.append(try Load(council, connections: connections, seconds: seconds))
  }
  let pairs = zip(councilLoads, echoLoads)
  return Outcome(
    connections: connections, seconds: seconds, rounds: rounds, event_bytes: size, council: Summary(councilLoads),
    echo: Summary(echoLoads), rate_ratio: median(pairs.map { $0.rate / $1.rate }),
    cpu_ratio: median(pairs.map { $1.cpu / $0.cpu }))
}

if let name = option("--serve"), let served = Served(rawValue: name), let folder = option("--state") {
  try await served.run(folder: folder, byteCount: option("--bytes").flatMap { Int($0) } ?? 0) { port in
    print(port)
    fflush(nil)
  }
} else {
  let outcome = try compare()
  if CommandLine.arguments.contains("--json") {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .prettyPrinted]
    print(String(decoding: try encoder.encode(outcome), as: UTF8.self))
  } else {
    print(
      "POST /predict, consensus, durable, \(outcome.connections) connections, \(outcome.event_bytes) bytes an event")
    for (name, summary) in [("council", outcome.council), ("ceiling", outcome.echo)] {
      let line = String(
        format: "%-8@ %8.0f/s  p50 %6.2f ms  p99 %6.2f ms  CPU %6.1f us a request  errors %d", name as NSString,
        summary.rate, summary.p50 / 1_000, summary.p99 / 1_000, summary.cpu, summary.errors)
      print(line)
    }
    print(
      String(
        format: "ratio    %.0f %% of the ceiling's rate, %.0f %% by CPU", outcome.rate_ratio * 100,
        outcome.cpu_ratio * 100))
  }
}
