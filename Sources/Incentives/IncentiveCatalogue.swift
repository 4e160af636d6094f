/// What there is to pay by: for listings such as `witan mechanisms`.
public enum IncentiveCatalogue {
  /// One mechanism in a few words.
  public struct Entry: Hashable, Sendable {
    /// The name by which rules name it, or by which it goes where rules cannot.
    public let name: String
    /// What it does, in one line.
    public let summary: String
    /// What it promises, and under which condition; for a bad example, what is wrong with it.
    public let guarantee: String
  }

  /// Those that pay by the outcome, in the order of `Incentive.Kind`.
  public static let withOutcome: [Entry] = Incentive.Kind.allCases.map { kind in
    let text = words(kind)
    return Entry(name: kind.rawValue, summary: text.summary, guarantee: text.guarantee)
  }

  /// Those that pay where no outcome comes, in the order of `UnresolvedRule.Kind`.
  public static let withoutOutcome: [Entry] = UnresolvedRule.Kind.allCases.map { kind in
    let text = words(kind)
    return Entry(name: kind.rawValue, summary: text.summary, guarantee: text.guarantee)
  }

  /// Library mechanisms that the council's rules do not name.
  public static let library: [Entry] = [
    Entry(
      name: "unbonding", summary: "withdrawals wait within reach of a slash",
      guarantee: "no withdrawal escapes a slash that comes within the delay"),
    Entry(
      name: "deposit_refund_take", summary: "deposits for data, judged by the model that the data train",
      guarantee: "deposits are conserved; a captured model pays its captor"),
    Entry(
      name: "yuma", summary: "scorers with stakes weigh models; weights above the majority's are clipped",
      guarantee: "less than half of the stake cannot lift or sink a model"),
    Entry(
      name: "yuma3", summary: "the same with bonds for each pair, and liquid rates",
      guarantee: "as yuma; scorers who see a good model early earn more"),
    Entry(
      name: "allora_rewards", summary: "softened scores share out each task's reward",
      guarantee: "none known; to compare with"),
  ]

  private static func words(_ kind: Incentive.Kind) -> (summary: String, guarantee: String) {
    switch kind {
    case .rewardAndSlash:
      ("a right answer earns a reward, a wrong one loses its stake", "bounded loss; pays right guesses, not honesty")
    case .weightedScore:
      (
        "stakes move by the difference to the mean score",
        "honesty is best, nobody loses more than the stake, adds up to zero, splitting gains nothing"
      )
    case .noArbitrage:
      (
        "each wagers against the others' mean report",
        "honesty is best and nobody profits for sure; the treasury never pays"
      )
    case .kelly:
      (
        "stakes are bets at the price of the mean report",
        "in full it is the Bayes mixture and honesty is best; a fraction is not truthful"
      )
    case .slashing:
      ("a low smoothed score loses a part of the stake", "bounded loss, the treasury never pays, honesty loses least")
    case .market:
      (
        "reports move a subsidised market in seat order",
        "honesty is best for one move; the treasury pays at most the subsidy"
      )
    case .contribution:
      ("pay by what the pool gains from each model", "all pull the pool to their belief; copies earn next to nothing")
    case .stakeAndBurn:
      ("stakes grow or burn by score and contribution, clipped", "bounded loss; not truthful at the clip, not balanced")
    case .equalSplit:
      ("a pot in equal parts", "none: a bad example, pays any answer and twice for two names")
    case .leaderboard:
      ("a pot for the best score", "none: a bad example, pays exaggeration")
    }
  }

  private static func words(_ kind: UnresolvedRule.Kind) -> (summary: String, guarantee: String) {
    switch kind {
    case .returnStakes: ("stakes go back", "nobody gains or loses")
    case .peerTruthSerum:
      (
        "agreement with peers, worth more for rare answers",
        "constant answers gain nothing from independent peers; honesty is best where its condition holds"
      )
    case .correlatedAgreement:
      (
        "agreement on a question less agreement across questions",
        "honesty earns the most of all profiles; uninformed answers earn nothing"
      )
    case .dmi:
      (
        "determinants of joint answers",
        "honesty dominates whatever the prior; needs twice as many questions as classes"
      )
    case .surrogate:
      ("a proper score against references of known error", "unbiased with exact error rates; needs nine models")
    case .outputAgreement:
      ("agreement with peers", "none: a bad example, all who always say the same earn the most")
    }
  }
}
