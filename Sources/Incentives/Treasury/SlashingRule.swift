import Consensus
import Quantities

/// Takes a part of the stake from models whose smoothed score is under a threshold; some of it goes to the good ones.
///
/// slash_i = m_i · rate · max(0, threshold - EMA score_i), the EMA with this question's score in it (in the manner of
/// stake slashing in proof-of-stake ledgers). Of all slashes the share `pool` goes to the models at or above the
/// threshold, in proportion to their stakes; the rest, or all where nobody is good, goes to the treasury.
///
/// Guarantees: nobody loses more than the stake, the treasury never pays. The slash falls in a proper score, so while a
/// model is under the threshold honesty expects the least loss; above it nothing depends on the report, and honesty is
/// merely no worse. A newcomer starts at the threshold: a new name brings no cushion to spend.
/// Warning: it punishes and hardly pays. Use it together with a source of income, and with an `Unbonding` delay at least
/// as long as the longest delay of outcomes, or a bad model withdraws before the slash.
public struct SlashingRule: IncentiveMechanism {
  /// How much a model has at stake.
  public var wager = Wager()
  /// What the reports are scored by. Default: Brier; uniform over K classes scores (K+1)/2K, so 0.67 for three.
  public var score = ScoringRule.brier
  /// How far one score moves the smoothed one, in billionths. Default: 2 %.
  public var scoreRate: UInt32 = 20_000_000
  /// The smoothed score under which models are slashed, in billionths. Default: 0.6.
  public var threshold: UInt32 = 600_000_000
  /// The part of the stake lost for each unit under the threshold, in billionths, up to 4. Default: 1.
  public var rate: UInt32 = Billionths.one
  /// The share of slashes that goes to good models, in billionths. Default: one half.
  public var pool: UInt32 = Billionths.one / 2

  /// The defaults.
  public init() {}

  /// What is wrong with the settings; `nil` where all are within bounds.
  public var fault: String? {
    if let fault = wager.fault ?? score.fault { return fault }
    guard (1...4 * Billionths.one).contains(rate) else { return "a slashing rate outside 0 to 4" }
    guard (1...Billionths.one).contains(threshold) else { return "a slashing threshold outside 0 to 1" }
    guard (1...Billionths.one).contains(scoreRate) else { return "a rate of the smoothed score outside 0 to 1" }
    guard pool <= Billionths.one else { return "a share for good models above 1" }
    return nil
  }

  /// Each stakes, and the treasury owes nothing.
  public func terms(for members: [Member], classCount: Int) -> [Terms] { wager.terms(for: members) }

  /// The score of each row.
  public func scores(_ closed: ClosedQuestion, outcome: Outcome) -> ScoreRecord? {
    guard case .class(let truth) = outcome else { return nil }
    let scores = (0..<closed.table.rowCount).map { score.score(closed.table.row($0), truth: truth) }
    return ScoreRecord(scores: scores, rate: scoreRate, start: threshold)
  }

  /// Slashes the bad and hands the pool to the good.
  public func settle(_ question: StakedQuestion, standings: [Standing]) -> Settlement {
    guard let record = scores(question.closed, outcome: question.outcome) else { return question.returned }
    let smoothed = zip(standings, record.scores).map { standing, score -> UInt32 in
      var standing = standing
      standing.observe(score: score, rate: scoreRate, start: threshold)
      return standing.score ?? threshold
    }
    var payments = zip(question.stakes, smoothed).map { stake, score -> Amount in
      guard score < threshold else { return .zero }
      let one = UInt128(Billionths.one)
      let due = ExactSplit.scaled(UInt64(stake.micro), UInt64(rate), UInt64(threshold - score), over: one * one)
        .quotient
      return -Amount(micro: Int64(min(due, UInt128(stake.micro))))
    }
    let slashed = -payments.reduce(.zero, +)
    let shares = zip(question.stakes, smoothed).map { $1 < threshold ? 0 : UInt128($0.micro) }
    if shares.contains(where: { $0 > 0 }) {
      let bonus = ExactSplit.split(slashed.scaled(Int64(pool), over: Int64(Billionths.one)), by: shares)
      payments = zip(payments, bonus).map { $0 + $1 }
    }
    return Settlement(payments: payments, within: question.terms)
  }

  func encode(into writer: inout CanonicalWriter) {
    writer.openObject()
    writer.key("kind")
    writer.text(Incentive.Kind.slashing.rawValue)
    writer.key("pool")
    writer.integer(pool)
    writer.key("rate")
    writer.integer(rate)
    writer.key("score")
    score.encode(into: &writer)
    writer.key("smoothing")
    writer.integer(scoreRate)
    writer.key("threshold")
    writer.integer(threshold)
    writer.key("wager")
    wager.encode(into: &writer)
    writer.closeObject()
  }

  init(settings reader: inout CanonicalReader) throws(CanonicalError) {
    try reader.key("pool")
    pool = UInt32(try reader.integer(in: 0...Int64(Billionths.one)))
    try reader.key("rate")
    rate = UInt32(try reader.integer(in: 0...Int64(UInt32.max)))
    try reader.key("score")
    score = try ScoringRule(decoding: &reader)
    try reader.key("smoothing")
    scoreRate = UInt32(try reader.integer(in: 0...Int64(Billionths.one)))
    try reader.key("threshold")
    threshold = UInt32(try reader.integer(in: 0...Int64(Billionths.one)))
    try reader.key("wager")
    wager = try Wager(decoding: &reader)
  }
}
