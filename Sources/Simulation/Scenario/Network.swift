/// The simulated network between members and host. Draws are keyed by message, so one more message moves no other.
public struct Network: Hashable, Sendable {
  /// Virtual milliseconds that a message takes. Default: 0.
  public var latency = Distribution.constant(0)
  /// The part of the messages that are lost, 0 up to but not 1. Default: 0.
  public var loss = 0.0
  /// The part of the messages that arrive twice, 0 to 1. Default: 0.
  public var duplication = 0.0
  /// The part of the messages that are held back by another draw of `latency` plus an interval, 0 to 1. Default: 0.
  public var reordering = 0.0
  /// The part of the members' messages whose bytes arrive changed, 0 to 1. Default: 0.
  public var corruption = 0.0
  /// Milliseconds that each member's clock is off, drawn once for each. Default: 0.
  public var clockSkew = Distribution.constant(0)
  /// Milliseconds from opening a question to the last moment for answers; with sealed answers, once more for reveals.
  /// Default: 500.
  public var answerDeadline: UInt64 = 500

  /// The defaults.
  public init() {}
}

/// Something that breaks for a time. Times are virtual milliseconds.
public struct Fault: Hashable, Sendable {
  /// What breaks.
  public enum Kind: Hashable, Sendable {
    /// Members of these groups cannot reach the host, nor it them.
    case partition(groups: [String])
    /// Each member of these groups is down; it has its memory when it comes back if `keepsDisk`.
    case memberCrash(groups: [String], keepsDisk: Bool)
    /// The host is down; it starts again from its disk.
    case hostCrash
    /// Each flush of the host's disk takes this long.
    case slowDisk(delay: UInt64)
    /// The host loses power; of what it had not flushed, a part of a write may be left.
    case tornDisk
  }

  /// What breaks.
  public var kind: Kind
  /// From when.
  public var start: UInt64
  /// For how long.
  public var duration: UInt64

  /// Puts the parts together.
  public init(_ kind: Kind, start: UInt64, duration: UInt64) {
    self.kind = kind
    self.start = start
    self.duration = duration
  }
}
