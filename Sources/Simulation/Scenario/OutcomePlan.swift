/// When the outcomes of questions come, and whether they are true.
public struct OutcomePlan: Hashable, Sendable {
  /// Virtual milliseconds from the opening of a question to its outcome. Default: 0, before the next opening.
  public var delay = Distribution.constant(0)
  /// The part of the outcomes that never come, 0 to 1. Default: 0.
  public var neverShare = 0.0
  /// The part of the outcomes that are reported falsely, as another class, 0 to 1. Default: 0.
  public var falseShare = 0.0

  /// The defaults.
  public init() {}
}
