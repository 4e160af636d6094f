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
  public var running: RunningAccuracy { recent.running }
  /// How many settled questions in a row found the running accuracy under the rules' threshold.
  public var poorStreak: UInt32 { recent.poorStreak }
  /// How it has done lately: the part of it that reward and slash reads.
  public private(set) var recent = RecentWork()
  /// The smoothed score, in billionths; `nil` before the first, and where the rules keep none.
  public private(set) var score: UInt32?
  /// The smoothed marginal contribution to the pool, in billionths of the Brier score, from minus to plus one billion;
  /// `nil` before the first outcome that was a class. A figure: no pay depends on it.
  public private(set) var contribution: Int32?

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
    recent.observe(isRight: isRight, rule: rule)
  }

  /// Takes in one more score.
  ///
  /// - Parameters:
  ///   - rate: how far it moves the smoothed score, in billionths.
  ///   - start: the smoothed score before the first, in billionths.
  public mutating func observe(score: UInt32, rate: UInt32, start: UInt32) {
    self.score = UInt32(Self.moved(Int64(self.score ?? start), towards: Int64(score), rate: rate))
  }

  /// Takes in one more marginal contribution, in billionths.
  public mutating func observe(contribution: Int32, rate: UInt32) {
    self.contribution = Int32(Self.moved(Int64(self.contribution ?? 0), towards: Int64(contribution), rate: rate))
  }

  // A part of the way, rounded towards where it stands; at most 2e9 · 1e9, which fits.
  private static func moved(_ value: Int64, towards target: Int64, rate: UInt32) -> Int64 {
    value + (target - value) * Int64(rate) / Int64(Billionths.one)
  }

  /// All of it as one canonical value.
  public func encode(into writer: inout CanonicalWriter) {
    writer.openObject()
    if let contribution {
      writer.key("contribution")
      writer.integer(Int64(contribution))
    }
    writer.key("poor")
    writer.integer(poorStreak)
    writer.key("right")
    writer.integer(right)
    writer.key("running")
    writer.integer(running.billionths)
    if let score {
      writer.key("score")
      writer.integer(score)
    }
    writer.key("wrong")
    writer.integer(wrong)
    writer.closeObject()
  }

  /// Reads what `encode` wrote.
  public init(decoding reader: inout CanonicalReader) throws(CanonicalError) {
    let one = Int64(Billionths.one)
    try reader.openObject()
    contribution = try reader.hasKey("contribution") ? Int32(try reader.integer(in: -one...one)) : nil
    try reader.key("poor")
    let poorStreak = UInt32(try reader.integer(in: 0...Int64(UInt32.max / 2)))
    try reader.key("right")
    right = UInt64(try reader.count())
    try reader.key("running")
    recent = RecentWork(
      running: RunningAccuracy(billionths: UInt32(try reader.integer(in: 0...one))), poorStreak: poorStreak)
    score = try reader.hasKey("score") ? UInt32(try reader.integer(in: 0...one)) : nil
    try reader.key("wrong")
    wrong = UInt64(try reader.count())
    try reader.closeObject()
  }
}

/// How a model has done lately: eight bytes, since a simulation holds one for each of a million models.
public struct RecentWork: Hashable, Sendable {
  /// The smoothed share of right answers; it starts at one.
  public private(set) var running = RunningAccuracy(billionths: Billionths.one)
  /// How many settled questions in a row found it under the rules' threshold.
  public private(set) var poorStreak: UInt32 = 0

  /// A model that has not answered yet.
  public init() {}

  init(running: RunningAccuracy, poorStreak: UInt32) {
    self.running = running
    self.poorStreak = poorStreak
  }

  /// Takes in one more answer.
  @inline(__always)
  mutating func observe(isRight: Bool, rule: RewardAndSlash) {
    running.observe(isRight: isRight, rate: rule.runningRate)
    let isPoor = running.billionths < rule.poorThreshold
    poorStreak = isPoor ? poorStreak + 1 : 0
  }
}
