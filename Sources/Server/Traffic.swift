import Synchronization

/// Counts requests by route and status, and how long they took.
final class Traffic: Sendable {
  /// What was counted so far.
  struct Figures: Sendable {
    /// Requests by place (a route, or the last place for unknown paths) and status.
    var requests: [[Int: UInt64]]
    /// Requests by place and bucket; the last bucket has no upper bound.
    var buckets: [[UInt64]]
    /// Nanoseconds by place.
    var nanoseconds: [UInt64]
  }

  /// Upper bounds of the buckets, in microseconds.
  static let bounds: [UInt64] = [
    100, 250, 500, 1_000, 2_500, 5_000, 10_000, 25_000, 50_000, 100_000, 250_000, 500_000, 1_000_000, 2_500_000,
  ]

  private let state: Mutex<Figures>

  init() {
    let places = Route.allCases.count + 1
    state = Mutex(
      Figures(
        requests: Array(repeating: [:], count: places),
        buckets: Array(repeating: Array(repeating: 0, count: Self.bounds.count + 1), count: places),
        nanoseconds: Array(repeating: 0, count: places)))
  }

  /// Counts one request that has its answer; `nil` is an unknown path.
  func count(_ route: Route?, _ status: Int, nanoseconds: UInt64) {
    let place = route?.rawValue ?? Route.allCases.count
    let bucket = Self.bounds.firstIndex { nanoseconds <= $0 * 1_000 } ?? Self.bounds.count
    state.withLock { state in
      state.requests[place][status, default: 0] += 1
      state.buckets[place][bucket] += 1
      state.nanoseconds[place] += nanoseconds
    }
  }

  /// What was counted so far.
  var figures: Figures { state.withLock { $0 } }
}
