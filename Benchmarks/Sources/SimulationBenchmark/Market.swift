import Consensus
import Incentives
import ProtocolCore
import Quantities
import Simulation

/// A market whose speed is measured: who takes part, and under which rules.
enum Market: String, CaseIterable {
  /// Labels, a vote by stake, and one credit won or lost on each question.
  case labels
  /// The same with the default rules' eye on poor work: running accuracies, growing slashes, suspensions.
  case watched
  /// Labels, a vote by stake, and a wager of one credit by weighted scores.
  case wagers
  /// Three probabilities each, fixed share, and wagers by weighted scores.
  case probabilities

  /// Members of accuracies between 0.4 and 0.95, three classes, outcomes before the next question.
  func scenario(members: Int, questions: Int) -> Scenario {
    var scenario = Scenario()
    scenario.name = rawValue
    scenario.questionCount = questions
    var skill = Skill()
    skill.accuracy = .uniform(0.4, 0.95)
    skill.report = self == .probabilities ? .probabilities : .labels
    var group = Group(name: "members")
    group.count = members
    group.source = .skill(skill)
    // Enough that nobody falls silent while time is taken.
    group.deposit = .constant(100_000)
    scenario.groups = [group]
    scenario.rules.endowment = Amount(credits: 1_000_000_000)
    switch self {
    case .labels, .watched:
      var rule = RewardAndSlash()
      rule.reward = Amount(credits: 1)
      rule.slash = Amount(credits: 1)
      if self == .labels { rule.poorThreshold = 0 }
      scenario.rules.incentive = .rewardAndSlash(rule)
    case .wagers, .probabilities:
      var rule = WeightedScoreWager()
      rule.wager.limit = Amount(credits: 1)
      scenario.rules.incentive = .weightedScore(rule)
    }
    scenario.rules.consensus = ConsensusRule(self == .probabilities ? .fixedShare : .stakeVote)
    return scenario
  }
}
