import Consensus
import Quantities

/// A bad example: a pot from the treasury for the model with the best score on the question; a tie shares it.
///
/// Why it is bad: only the first place counts, and the first place goes to the boldest of those who were right. Whoever
/// believes 0.6 reports 1, since a modest report never wins against bold ones (Lichtendahl, Winkler 2007, "Probability
/// elicitation, scoring rules, and competition among forecasters"; Witkowski et al. 2018, "Incentive-compatible
/// forecasting competitions"). The score is proper, the contest is not. Kept to be studied.
public struct LeaderboardBonus: IncentiveMechanism {
  /// What the first place earns. Default: 30 credits.
  public var pot = Amount(credits: 30)

  /// The defaults.
  public init() {}

  /// What is wrong with the settings; `nil` where all are within bounds.
  public var fault: String? { Pot.fault(pot) }

  /// Nothing is staked; the treasury reserves the pot.
  public func terms(for members: [Member], classCount: Int) -> [Terms] { Pot.terms(pot, count: members.count) }

  /// The pot to the best Brier score.
  public func settle(_ question: StakedQuestion, standings: [Standing]) -> Settlement {
    guard let truth = question.truth else { return question.returned }
    let table = question.closed.table
    let losses = (0..<table.rowCount).map { ScoringRule.brierLoss(table.row($0), truth: truth) }
    let least = losses.min()
    let shares: [UInt64] = losses.map { $0 == least ? 1 : 0 }
    guard least != nil else { return question.returned }
    return Settlement(payments: Amount.split(question.reserved, by: shares), within: question.terms)
  }

  func encode(into writer: inout CanonicalWriter) { Pot.encode(pot, kind: .leaderboard, into: &writer) }

  init(settings reader: inout CanonicalReader) throws(CanonicalError) { pot = try Pot.decode(&reader) }
}
