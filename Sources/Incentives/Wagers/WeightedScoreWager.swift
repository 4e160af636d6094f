import Consensus
import Quantities

/// Everyone stakes the wager and wins or loses by the difference to the stake-weighted mean score.
///
/// net_i = m_i (s_i - Σ_j m_j s_j / Σ_j m_j), with s a proper score in [0, 1] (Lambert, Langford, Wortman Vaughan, Chen,
/// Reeves, Shoham, Pennock 2008, "Self-financed wagering mechanisms for forecasting", section 3; 2015, JET 156).
///
/// Guarantees, for every fixed behaviour of the others: nets add up to zero to the micro-credit, so the treasury owes
/// nothing; nobody loses more than the stake; the honest prediction expects the most, and expects no loss against equal
/// beliefs; a wager split among several names with one report pays the same in total (up to a unit of rounding each);
/// all stakes doubled, all nets doubled.
///
/// Warning: a third party who reports a mean of two opposed reports profits without risk; `NoArbitrageWager` closes that.
/// What it is not: a source of income. A council of equally good models pays nobody.
public struct WeightedScoreWager: IncentiveMechanism {
  /// How much a model wagers.
  public var wager = Wager()
  /// What the reports are scored by. Default: Brier, in whole-number arithmetic.
  public var score = ScoringRule.brier

  /// The defaults.
  public init() {}

  /// What is wrong with the settings; `nil` where all are within bounds.
  public var fault: String? { wager.fault ?? score.fault }

  /// Each wagers, and the treasury owes nothing.
  public func terms(for members: [Member], classCount: Int) -> [Terms] { wager.terms(for: members) }

  /// Moves stakes from those who scored below the mean to those above.
  public func settle(_ question: StakedQuestion, standings: [Standing]) -> Settlement {
    guard let truth = question.truth else { return question.returned }
    let table = question.closed.table
    let scores = (0..<table.rowCount).map { score.score(table.row($0), truth: truth) }
    return Settlement(payments: Self.nets(question.stakes, scores: scores), within: question.terms)
  }

  /// What each wins or loses: whole micro-credits that add up to zero.
  ///
  /// Each net is first rounded down, exactly; the units that are missing from zero go to the largest remainders, a tie
  /// to the lower index.
  ///
  /// - Parameters:
  ///   - stakes: not negative.
  ///   - scores: in billionths, 0 to one billion.
  /// - Complexity: O(N log N), O(N) for few models; products are held in 128 bits where 64 could overflow.
  public static func nets(_ stakes: [Amount], scores: [UInt32]) -> [Amount] {
    precondition(stakes.count == scores.count)
    let pot = stakes.reduce(Int64(0)) { $0 + $1.micro }
    guard pot > 0 else { return stakes.map { _ in .zero } }
    // The largest products are those of two stakes, and of a stake and two billions.
    return pot <= 3_000_000_000
      ? nets(stakes, scores, pot: pot) : nets(stakes, scores, pot: Int128(pot))
  }

  private static func nets<Wide: FixedWidthInteger & SignedInteger>(
    _ stakes: [Amount], _ scores: [UInt32], pot: Wide
  ) -> [Amount] {
    var weighted: Wide = 0
    for (stake, score) in zip(stakes, scores) { weighted += Wide(stake.micro) * Wide(score) }
    // The mean score is `whole + rest/pot` billionths.
    let (whole, rest) = weighted.quotientAndRemainder(dividingBy: pot)
    let one = Wide(Billionths.one)
    var parts: [Int64] = []
    var remainders: [Wide] = []
    parts.reserveCapacity(stakes.count)
    remainders.reserveCapacity(stakes.count)
    for (stake, score) in zip(stakes, scores) {
      // stake · (score - whole - rest/pot), in billionths of a unit: a whole number, rounded down, and a fraction of pot.
      let drag = (Wide(stake.micro) * rest).quotientAndRemainder(dividingBy: pot)
      let fraction = drag.remainder > 0 ? pot - drag.remainder : 0
      let exact = Wide(stake.micro) * (Wide(score) - whole) - drag.quotient - (fraction > 0 ? 1 : 0)
      var (part, billionths) = exact.quotientAndRemainder(dividingBy: one)
      if billionths < 0 { (part, billionths) = (part - 1, billionths + one) }
      parts.append(Int64(part))
      remainders.append(billionths * pot + fraction)
    }
    ExactSplit.handOut(-parts.reduce(0, +), to: &parts, by: &remainders)
    return parts.map(Amount.init(micro:))
  }

  func encode(into writer: inout CanonicalWriter) {
    writer.openObject()
    writer.key("kind")
    writer.text(Incentive.Kind.weightedScore.rawValue)
    writer.key("score")
    score.encode(into: &writer)
    writer.key("wager")
    wager.encode(into: &writer)
    writer.closeObject()
  }

  init(settings reader: inout CanonicalReader) throws(CanonicalError) {
    try reader.key("score")
    score = try ScoringRule(decoding: &reader)
    try reader.key("wager")
    wager = try Wager(decoding: &reader)
  }
}
