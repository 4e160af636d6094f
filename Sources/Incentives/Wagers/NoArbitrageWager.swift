import Consensus
import Quantities

/// Each model wagers against the others' mean report; what is left over is the treasury's.
///
/// net_i = (m_i M_{-i} / M) (s(p_i, y) - s(p̄_{-i}, y)), with M the sum of stakes, p̄_{-i} the stake-weighted mean report
/// of the others, and s the Brier score 1 - B/2 (Chen, Devanur, Pennock, Wortman Vaughan 2014, "Removing arbitrage from
/// wagering mechanisms", EC'14).
///
/// Guarantees: no report profits for sure, whatever the others say; honesty expects the most; nobody loses more than the
/// stake; the treasury never pays, since the Brier score is concave in the report, and what it earns is what arbitrage
/// would have taken. Each net is rounded down, so that a unit of rounding is the treasury's too.
/// Warning: opposed honest models together lose to the treasury, more than in `WeightedScoreWager`.
/// With the spherical score, which is not concave, the centre could lose: hence Brier alone.
public struct NoArbitrageWager: IncentiveMechanism {
  /// How much a model wagers.
  public var wager = Wager()

  /// The defaults.
  public init() {}

  /// What is wrong with the settings; `nil` where all are within bounds.
  public var fault: String? { wager.fault }

  /// Each wagers, and the treasury owes nothing.
  public func terms(for members: [Member], classCount: Int) -> [Terms] { wager.terms(for: members) }

  /// Pays each by the difference of its score to that of the others' mean report.
  ///
  /// - Complexity: O(NK).
  public func settle(_ question: StakedQuestion, standings: [Standing]) -> Settlement {
    guard let truth = question.truth else { return question.returned }
    let table = question.closed.table
    let stakes = question.stakes.map { UInt64($0.micro) }
    let pot = stakes.reduce(0, +)
    var sums = [UInt128](repeating: 0, count: table.classCount)
    for (row, stake) in stakes.enumerated() {
      for (k, share) in table.row(row).enumerated() { sums[k] += UInt128(stake) * UInt128(share) }
    }
    let payments = stakes.enumerated().map { row, stake -> Amount in
      let others = pot - stake
      guard stake > 0, others > 0 else { return .zero }
      let own = ScoringRule.brierLoss(table.row(row), truth: truth)
      let theirs = Self.othersLoss(table.row(row), stake: stake, sums: sums, others: others, truth: truth)
      let scale = UInt128(pot) * UInt128(ScoringRule.brierScale)
      let (quotient, remainder) = ExactSplit.scaled(
        stake, others, own > theirs ? own - theirs : theirs - own, over: scale)
      let size = Amount(micro: Int64(quotient))
      guard own > theirs else { return size }
      return -size - Amount(micro: remainder > 0 ? 1 : 0)
    }
    return Settlement(payments: payments, within: question.terms)
  }

  /// The Brier loss of the others' mean report, in billionths of billionths.
  ///
  /// Each distance is rounded towards zero, thirty binary places below the billionth. So the others never seem to have
  /// lost more than they did, and rounding cannot make the treasury pay.
  private static func othersLoss(
    _ own: ArraySlice<UInt32>, stake: UInt64, sums: [UInt128], others: UInt64, truth: Int
  ) -> UInt64 {
    let one = UInt128(others) * UInt128(Billionths.one)
    var loss: UInt128 = 0
    for (k, share) in own.enumerated() {
      let theirs = sums[k] - UInt128(stake) * UInt128(share)
      let distance = ((k == truth ? one - theirs : theirs) << 30) / UInt128(others)
      loss += distance * distance
    }
    return UInt64(loss >> 60)
  }

  func encode(into writer: inout CanonicalWriter) {
    writer.openObject()
    writer.key("kind")
    writer.text(Incentive.Kind.noArbitrage.rawValue)
    writer.key("wager")
    wager.encode(into: &writer)
    writer.closeObject()
  }

  init(settings reader: inout CanonicalReader) throws(CanonicalError) {
    try reader.key("wager")
    wager = try Wager(decoding: &reader)
  }
}
