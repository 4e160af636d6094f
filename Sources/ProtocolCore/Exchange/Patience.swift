import Quantities

/// How long one waits before one says the same again.
public struct Patience: Hashable, Sendable {
  /// Before the first repetition, in milliseconds. Default: 250. Raise it on slow networks, or everything is said twice.
  public var first: UInt64 = 250
  /// The most between two repetitions, in milliseconds; the wait doubles up to it. Default: 30 seconds.
  public var longest: UInt64 = 30_000

  /// The defaults.
  public init() {}

  /// The moment of the next repetition after `attempts` of them.
  func next(after now: Tick, attempts: Int) -> Tick {
    let shift = UInt64(min(attempts, 62))
    let most = min(longest, Tick.latest.milliseconds)
    let wait = max(1, first > most >> shift ? most : first << shift)
    return Tick(min(now, .latest).milliseconds + wait)
  }
}
