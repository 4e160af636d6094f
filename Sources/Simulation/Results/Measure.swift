/// A figure that a run comes down to, of the whole council or of each group.
public enum Measure: String, CaseIterable, Hashable, Sendable {
  /// The part of settled questions whose true class the consensus held most probable.
  case consensusAccuracy = "consensus_accuracy"
  /// The consensus's mean -ln p(y), no probability below 1e-12.
  case consensusLogLoss = "consensus_log_loss"
  /// The consensus's mean Σ (p(k) - [k = y])².
  case consensusBrier = "consensus_brier"
  /// The consensus's expected calibration error over 15 bins.
  case consensusCalibrationError = "consensus_calibration_error"
  /// Accuracy of the plain mean of those who answered.
  case uniformAccuracy = "uniform_accuracy"
  /// Log loss of the plain mean of those who answered.
  case uniformLogLoss = "uniform_log_loss"
  /// Log loss of the member that was best in hindsight.
  case bestMemberLogLoss = "best_member_log_loss"
  /// Log loss of the best fixed mixture in hindsight.
  case bestMixtureLogLoss = "best_mixture_log_loss"
  /// How much less log loss the consensus had than the plain mean, over the same questions.
  case gainOverUniform = "gain_over_uniform"
  /// How much less log loss the consensus had than the best member, over the same questions.
  case gainOverBestMember = "gain_over_best_member"
  /// How much less log loss the consensus had than the best fixed mixture, over the same questions.
  case gainOverBestMixture = "gain_over_best_mixture"
  /// What all honest members made, for each credit that they put at stake.
  case honestReturn = "honest_return"
  /// The Gini coefficient of balances at the end.
  case balanceGini = "balance_gini"
  /// How many equal members would be as concentrated as the balances at the end.
  case balanceEffectiveMembers = "balance_effective_members"
  /// The fewest members who own more than half at the end.
  case balanceNakamoto = "balance_nakamoto"
  /// The Gini coefficient of weights at the end.
  case weightGini = "weight_gini"
  /// How many equal members would be as concentrated as the weights at the end.
  case weightEffectiveMembers = "weight_effective_members"
  /// The fewest members who have more than half of the weight at the end.
  case weightNakamoto = "weight_nakamoto"
  /// What the treasury owns at the end.
  case treasury
  /// Questions that were closed with a consensus.
  case questionsClosed = "questions_closed"
  /// What a member of the group made, in the mean.
  case groupProfit = "profit"
  /// What all members of the group made together: what counts where they are names of one owner.
  case groupTotalProfit = "total_profit"
  /// What the group made, for each credit that it put at stake.
  case groupReturn = "return"
  /// What a member of the group put at stake, all questions together, in the mean.
  case groupStaked = "staked"
  /// What a member of the group owns at the end, in the mean.
  case groupBalance = "balance"
  /// The group's part of all weight at the end.
  case groupWeight = "weight"
  /// The part of the group's answers that held the true class most probable.
  case groupAccuracy = "accuracy"
  /// The mean log loss of the group's answers.
  case groupLogLoss = "log_loss"

  /// Whether more of it is better, less, or neither.
  public enum Direction: Hashable, Sendable {
    /// More is better.
    case up
    /// Less is better.
    case down
    /// It depends on whom one asks.
    case neither
  }

  /// What it is called in tables and charts.
  public var title: String {
    switch self {
    case .consensusAccuracy: "consensus: accuracy"
    case .consensusLogLoss: "consensus: log loss"
    case .consensusBrier: "consensus: Brier score"
    case .consensusCalibrationError: "consensus: calibration error"
    case .uniformAccuracy: "plain mean: accuracy"
    case .uniformLogLoss: "plain mean: log loss"
    case .bestMemberLogLoss: "best member: log loss"
    case .bestMixtureLogLoss: "best mixture: log loss"
    case .gainOverUniform: "consensus better than the plain mean by"
    case .gainOverBestMember: "consensus better than the best member by"
    case .gainOverBestMixture: "consensus better than the best mixture by"
    case .honestReturn: "honest members: profit per credit at stake"
    case .balanceGini: "balances: Gini coefficient"
    case .balanceEffectiveMembers: "balances: effective members"
    case .balanceNakamoto: "balances: Nakamoto coefficient"
    case .weightGini: "weights: Gini coefficient"
    case .weightEffectiveMembers: "weights: effective members"
    case .weightNakamoto: "weights: Nakamoto coefficient"
    case .treasury: "treasury at the end"
    case .questionsClosed: "questions closed"
    case .groupProfit: "profit a member"
    case .groupTotalProfit: "profit of the whole group"
    case .groupReturn: "profit per credit at stake"
    case .groupStaked: "staked a member"
    case .groupBalance: "balance a member at the end"
    case .groupWeight: "weight of the group at the end"
    case .groupAccuracy: "accuracy of its answers"
    case .groupLogLoss: "log loss of its answers"
    }
  }

  /// What it is counted in; empty for plain numbers.
  public var unit: String {
    switch self {
    case .consensusLogLoss, .uniformLogLoss, .bestMemberLogLoss, .bestMixtureLogLoss, .gainOverUniform,
      .gainOverBestMember, .gainOverBestMixture, .groupLogLoss:
      "nats"
    case .treasury, .groupProfit, .groupTotalProfit, .groupStaked, .groupBalance: "credits"
    case .balanceEffectiveMembers, .balanceNakamoto, .weightEffectiveMembers, .weightNakamoto: "members"
    default: ""
    }
  }

  /// Which way is better.
  public var direction: Direction {
    switch self {
    case .consensusAccuracy, .uniformAccuracy, .gainOverUniform, .gainOverBestMember, .gainOverBestMixture,
      .honestReturn,
      .balanceEffectiveMembers, .balanceNakamoto, .weightEffectiveMembers, .weightNakamoto, .groupAccuracy,
      .questionsClosed:
      .up
    case .consensusLogLoss, .consensusBrier, .consensusCalibrationError, .uniformLogLoss, .bestMemberLogLoss,
      .bestMixtureLogLoss, .balanceGini, .weightGini, .groupLogLoss:
      .down
    case .treasury, .groupProfit, .groupTotalProfit, .groupReturn, .groupStaked, .groupBalance, .groupWeight: .neither
    }
  }
}
