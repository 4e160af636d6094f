import Synchronization

/// Counts the open connections and says when there are too many.
final class ConnectionGate: Sendable {
  private let limit: Int
  private let count = Atomic(0)
  private let turnedAwayCount = Atomic(0)

  init(limit: Int) { self.limit = limit }

  /// How many connections are open, those being turned away included.
  var open: Int { count.load(ordering: .relaxed) }
  /// How many have been turned away.
  var turnedAway: Int { turnedAwayCount.load(ordering: .relaxed) }

  /// Counts one more; false if it is one too many. `leave` follows in either case.
  func enter() -> Bool {
    let isWithin = count.add(1, ordering: .relaxed).newValue <= limit
    if !isWithin { turnedAwayCount.add(1, ordering: .relaxed) }
    return isWithin
  }

  /// Counts one less.
  func leave() { count.subtract(1, ordering: .relaxed) }
}
