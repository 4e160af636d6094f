import Consensus
import Quantities

/// Pays each model by what the pool gained by having it: `unit` times its marginal contribution, from the treasury.
///
/// payment_i = unit · (S(pool, y) - S(pool without i, y)), S = 1 - B/2, the pool a mixture by the weights in force
/// (`MarginalContribution`).
///
/// Guarantees: nobody loses more than `unit`; everyone's expected pay is greatest where the pool's expected score is, so
/// all pull the pool to what they believe. Copies earn next to nothing: k copies that share a model's weight w equally
/// are paid in all at most k (1-w)/(k-w) times what the model would be, stakes and rewards covering it. So splitting never
/// raises a gain.
/// Warning: nor does it raise a loss: by the same bound a loss may shrink, by less than the part w of it.
/// Warning: the best report is the one that moves the whole pool to the belief, so a model with little weight
/// exaggerates; honesty is best only for who already agrees with the others' mean. Not budget balanced.
public struct ContributionPay: IncentiveMechanism {
  /// What a contribution of one full score would earn or lose. Default: 100 credits; contributions are mostly below 5 %.
  public var unit = Amount(credits: 100)

  /// The defaults.
  public init() {}

  /// What is wrong with the settings; `nil` where all are within bounds.
  public var fault: String? {
    guard unit > .zero, unit <= Amount(credits: 1_000_000) else {
      return "a unit of contribution outside 0 to 1,000,000 credits"
    }
    return nil
  }

  /// The unit as far as it is covered, and the same from the treasury.
  public func terms(for members: [Member], classCount: Int) -> [Terms] {
    members.map { member in
      let stake = max(.zero, min(unit, member.free))
      return Terms(stake: stake, reward: stake)
    }
  }

  /// The part of the stake, or of the reward, that the contribution comes to.
  public func settle(_ question: StakedQuestion, standings: [Standing]) -> Settlement {
    guard let truth = question.truth else { return question.returned }
    let contributions = MarginalContribution.ofMixture(question.closed, truth: truth)
    let payments = zip(question.terms, contributions).map { terms, contribution in
      let size = Int64(contribution.magnitude)
      return contribution < 0
        ? -terms.stake.scaled(size, over: Int64(Billionths.one))
        : terms.reward.scaled(size, over: Int64(Billionths.one))
    }
    return Settlement(payments: payments, within: question.terms)
  }

  func encode(into writer: inout CanonicalWriter) {
    writer.openObject()
    writer.key("kind")
    writer.text(Incentive.Kind.contribution.rawValue)
    writer.key("unit")
    writer.amount(unit)
    writer.closeObject()
  }

  init(settings reader: inout CanonicalReader) throws(CanonicalError) {
    try reader.key("unit")
    unit = try reader.amount()
  }
}
