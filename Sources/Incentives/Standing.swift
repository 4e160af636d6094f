import Quantities

/// What the payer knows of a model: how often it was right, and how it has done lately.
public struct Standing: Hashable, Sendable {
  /// Settled questions that said right or wrong.
  public var settled: UInt64 { right + wrong }
  /// Right answers.
  public private(set) var right: UInt64 = 0
  /// Wrong answers.
  public private(set) var wrong: UInt64 = 0
  /// The smoothed share of right answers; it starts at one, so that a newcomer is not poor before it has answered.
  public private(set) var running = RunningAccuracy(billionths: Billionths.one)
  /// How many settled questions in a row found the running accuracy under the rules' threshold.
  public private(set) var poorStreak: UInt32 = 0

  /// A model that has not answered yet.
  public init() {}

  /// The share of right answers, in billionths, rounded down; `nil` before the first.
  public var accuracy: UInt32? {
    guard settled > 0 else { return nil }
    let (quotient, _) = settled.dividingFullWidth(right.multipliedFullWidth(by: UInt64(Billionths.one)))
    return UInt32(quotient)
  }

  /// Takes in one more answer.
  public mutating func observe(isRight: Bool, rule: RewardAndSlash) {
    if isRight { right += 1 } else { wrong += 1 }
    running.observe(isRight: isRight, rate: rule.runningRate)
    let isPoor = running.billionths < rule.poorThreshold
    poorStreak = isPoor ? poorStreak + 1 : 0
  }

  /// All of it as one canonical value.
  public func encode(into writer: inout CanonicalWriter) {
    writer.openObject()
    writer.key("poor")
    writer.integer(poorStreak)
    writer.key("right")
    writer.integer(right)
    writer.key("running")
    writer.integer(running.billionths)
    writer.key("wrong")
    writer.integer(wrong)
    writer.closeObject()
  }

  /// Reads what `encode` wrote.
  public init(decoding reader: inout CanonicalReader) throws(CanonicalError) {
    try reader.openObject()
    try reader.key("poor")
    poorStreak = UInt32(try reader.integer(in: 0...Int64(UInt32.max / 2)))
    try reader.key("right")
    right = UInt64(try reader.count())
    try reader.key("running")
    running = RunningAccuracy(billionths: UInt32(try reader.integer(in: 0...Int64(Billionths.one))))
    try reader.key("wrong")
    wrong = UInt64(try reader.count())
    try reader.closeObject()
  }
}
