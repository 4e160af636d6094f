import Consensus
import Quantities

/// Stakes grow or burn in proportion to a score and a contribution, within a clip, in the manner of Numerai.
///
/// payout = stake · clip(factor · (a · score + b · contribution), -c, +c), factor = min(1, threshold / total at risk)
/// (Numerai's staking rules; c was 0.25 with weekly rounds and has been 0.05 since May 2023, 0.017 for signals). Numerai
/// scores by correlation and by the contribution to its meta model; for questions with classes the score is the Brier
/// score less that of the uniform prediction, the contribution that of `MarginalContribution`.
///
/// Guarantees: nobody loses more than c of what is at risk. While the clip does not bite and b = 0 honesty is best.
/// Warning: gains are paid and losses burnt by the treasury, so the budget is not balanced. The clip makes extremes
/// harmless and thereby breaks propriety at both ends, and the contribution rewards exaggeration (`ContributionPay`).
/// Here to compare with.
public struct StakeAndBurn: IncentiveMechanism {
  /// How much a model has at risk; it can lose `clip` of it.
  public var wager = Wager()
  /// The weight a of the score, in billionths, up to 4. Default: 1.
  public var scoreWeight: UInt32 = Billionths.one
  /// The weight b of the contribution, in billionths, up to 4. Default: 2.
  public var contributionWeight: UInt32 = 2 * Billionths.one
  /// The clip c, in billionths. Default: 5 %.
  public var clip: UInt32 = 50_000_000
  /// Where more than this is at risk in total, payouts shrink in proportion. Default: 72,000 credits.
  public var threshold = Amount(credits: 72_000)

  /// The defaults.
  public init() {}

  /// What is wrong with the settings; `nil` where all are within bounds.
  public var fault: String? {
    if let fault = wager.fault { return fault }
    guard max(scoreWeight, contributionWeight) <= 4 * Billionths.one else { return "a weight of a score above 4" }
    guard (1...Billionths.one).contains(clip) else { return "a clip of payouts outside 0 to 1" }
    guard threshold > .zero, threshold <= Amount(credits: 1_000_000_000) else {
      return "a threshold of the total at risk outside 0 to 1,000,000,000 credits"
    }
    return nil
  }

  /// The clipped part of what is at risk, to lose or to gain.
  public func terms(for members: [Member], classCount: Int) -> [Terms] {
    members.map { member in
      let most = wager.stake(free: member.free).scaled(Int64(clip), over: Int64(Billionths.one))
      return Terms(stake: most, reward: most)
    }
  }

  /// Pays or burns by score and contribution.
  public func settle(_ question: StakedQuestion, standings: [Standing]) -> Settlement {
    guard let truth = question.truth else { return question.returned }
    let table = question.closed.table
    let one = Int64(Billionths.one)
    let uniform = one / 2 + one / Int64(2 * table.classCount)
    let contributions = MarginalContribution.ofMixture(question.closed, truth: truth)
    let staked = question.stakes.reduce(.zero, +)
    let total = ExactSplit.scaled(UInt64(staked.micro), UInt64(one), 1, over: UInt128(clip)).quotient
    let payments = question.terms.enumerated().map { row, terms -> Amount in
      let score = Int64(ScoringRule.brier.score(table.row(row), truth: truth)) - uniform
      // At most 4e9 · 1e9 each, so the sum fits 64 bits.
      let gain = (Int64(scoreWeight) * score + Int64(contributionWeight) * Int64(contributions[row])) / one
      var size = UInt128(gain.magnitude)
      if total > UInt128(threshold.micro) { size = size * UInt128(threshold.micro) / total }
      let clipped = Int64(min(size, UInt128(clip)))
      let amount = (gain < 0 ? terms.stake : terms.reward).scaled(clipped, over: Int64(clip))
      return gain < 0 ? -amount : amount
    }
    return Settlement(payments: payments, within: question.terms)
  }

  func encode(into writer: inout CanonicalWriter) {
    writer.openObject()
    writer.key("kind")
    writer.text(Incentive.Kind.stakeAndBurn.rawValue)
    writer.key("limit")
    writer.integer(clip)
    writer.key("margin")
    writer.integer(contributionWeight)
    writer.key("score")
    writer.integer(scoreWeight)
    writer.key("threshold")
    writer.amount(threshold)
    writer.key("wager")
    wager.encode(into: &writer)
    writer.closeObject()
  }

  init(settings reader: inout CanonicalReader) throws(CanonicalError) {
    try reader.key("limit")
    clip = UInt32(try reader.integer(in: 0...Int64(Billionths.one)))
    try reader.key("margin")
    contributionWeight = UInt32(try reader.integer(in: 0...Int64(UInt32.max)))
    try reader.key("score")
    scoreWeight = UInt32(try reader.integer(in: 0...Int64(UInt32.max)))
    try reader.key("threshold")
    threshold = try reader.amount()
    try reader.key("wager")
    wager = try Wager(decoding: &reader)
  }
}
