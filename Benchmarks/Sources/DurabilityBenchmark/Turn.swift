import Foundation

/// What one turn of one arm took.
struct Turn {
  let eventsPerSecond: Double
  let processorSeconds: Double
  let events: Int
  /// Milliseconds each group waited for the disk, ascending.
  let waits: [Double]

  /// Measures `body`, which writes `events` events and returns how many seconds each group took.
  init(events: Int, _ body: () -> [Double]) {
    let processorBefore = Self.processorTime()
    let waits = body()
    processorSeconds = Self.processorTime() - processorBefore
    eventsPerSecond = Double(events) / waits.reduce(0, +)
    self.events = events
    self.waits = waits.map { $0 * 1e3 }.sorted()
  }

  private static func processorTime() -> Double { seconds(CLOCK_PROCESS_CPUTIME_ID) }
}

private func seconds(_ clock: clockid_t) -> Double {
  var time = timespec()
  clock_gettime(clock, &time)
  return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
}

/// Seconds on a clock that only goes forward.
func now() -> Double { seconds(CLOCK_MONOTONIC) }

/// The middle one of `values`.
func median(_ values: [Double]) -> Double { values.sorted()[values.count / 2] }

/// Three digits after the point.
func rounded(_ value: Double) -> String { String(format: "%.3f", value) }

/// Prints one arm's line.
func report(_ name: String, _ turns: [Turn]) {
  let waits = turns.flatMap(\.waits).sorted()
  let rates = turns.map(\.eventsPerSecond)
  let processor = median(turns.map { $0.processorSeconds / Double($0.events) * 1e6 })
  print(
    "\(name.padding(toLength: 12, withPad: " ", startingAt: 0)) events/s median=\(Int(median(rates))) "
      + "best=\(Int(rates.max() ?? 0))  group ms p50=\(rounded(waits[waits.count / 2])) "
      + "p99=\(rounded(waits[waits.count * 99 / 100]))  processor us/event=\(rounded(processor))")
}
