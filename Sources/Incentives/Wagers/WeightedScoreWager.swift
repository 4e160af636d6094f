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
  /// - Complexity: O(N): see `ScoreNets`.
  public static func nets(_ stakes: [Amount], scores: [UInt32]) -> [Amount] {
    precondition(stakes.count == scores.count)
    var remainders = scores
    var payments = [Amount](repeating: .zero, count: stakes.count)
    payments.withUnsafeMutableBufferPointer { payments in
      stakes.withUnsafeBufferPointer { stakes in
        remainders.withUnsafeMutableBufferPointer { remainders in
          guard let payments = payments.baseAddress, let stakes = stakes.baseAddress,
            let remainders = remainders.baseAddress
          else { return }
          ScoreNets().settle(stakes: stakes, scores: remainders, count: scores.count, addingTo: payments)
        }
      }
    }
    return payments
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
