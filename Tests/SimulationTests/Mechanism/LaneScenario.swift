import Consensus
import Incentives
import ProtocolCore
import Quantities
import Simulation

/// Random scenarios of the kind that runs on arrays: small, and full of edges. Members run out of money, are suspended,
/// come late and leave; treasuries run dry; stakes are odd.
enum LaneScenario {
  static func make(seed: UInt64) -> Scenario {
    var random = CounterStream(seed: seed, purpose: 0x1A4E)
    var scenario = Scenario()
    scenario.seed = seed
    scenario.questionCount = 1 + random.below(60)
    scenario.interval = UInt64(random.below(3) * 500)
    var drawn = DrawnQuestions()
    drawn.classCount = 2 + random.below(4)
    if random.below(3) == 0 { drawn.difficulty = .uniform(0, 1) }
    scenario.questions = .drawn(drawn)
    scenario.outcomes.delay = .uniform(0, Double(scenario.interval))
    scenario.outcomes.falseShare = random.below(3) == 0 ? 0.2 : 0
    scenario.groups = (0..<1 + random.below(3)).map { group($0, scenario.questionCount, using: &random) }
    scenario.rules = rules(scenario, using: &random)
    return scenario
  }

  private static func group(_ number: Int, _ questionCount: Int, using random: inout CounterStream) -> Group {
    var group = Group(name: "group\(number)")
    group.count = random.below(25)
    var skill = Skill()
    skill.accuracy = .uniform(random.unit() / 2, 1)
    skill.report = random.below(2) == 0 ? .labels : .probabilities
    skill.calibration = random.below(2) == 0 ? .constant(1) : .uniform(0.5, 2)
    skill.correlation = random.below(2) == 0 ? 0 : 0.3
    group.source = .skill(skill)
    if random.below(2) == 0 { group.deposit = .uniform(0, 200) }
    if random.below(3) == 0 { group.joins = .uniform(1, Double(questionCount)) }
    if random.below(3) == 0 { group.leaves = .uniform(1, Double(questionCount)) }
    return group
  }

  private static let kinds: [ConsensusRule.Kind] = [
    .majorityVote, .stakeVote, .linearPool, .fixedShare, .bayesMixture, .fallingShare, .median, .boa, .learntLogPool,
    .brierAggregating, .optimalVote,
  ]

  private static func rules(_ scenario: Scenario, using random: inout CounterStream) -> Rules {
    var rules = Rules(areJudged: false, modelCount: 2, classCount: scenario.classCount)
    rules.consensus = ConsensusRule(kinds[random.below(kinds.count)])
    rules.deposit = [.zero, Amount(micro: 777), Amount(credits: 30), Amount(credits: 20_000)][random.below(4)]
    rules.endowment = [.zero, Amount(micro: 12_345_678), Amount(credits: 100_000)][random.below(3)]
    rules.unbonding = random.below(2) == 0 ? 0 : 700
    rules.isSealed = random.below(4) == 0
    if random.below(2) == 0 {
      var rule = RewardAndSlash()
      rule.reward = Amount(micro: Int64(random.below(12_000_000)))
      rule.slash = Amount(micro: Int64(1 + random.below(15_000_000)))
      rule.runningRate = UInt32(random.below(400_000_000))
      rule.suspendedAfter = UInt32(1 + random.below(10))
      rules.incentive = .rewardAndSlash(rule)
    } else {
      var wager = WeightedScoreWager()
      wager.wager.limit = [Amount(micro: 1_234_567), Amount(credits: 20), Amount(credits: 15_000)][random.below(3)]
      if random.below(2) == 0 { wager.wager.share = UInt32(1 + random.below(1_000_000_000)) }
      wager.score = [.brier, .spherical, .logarithmic(least: 1_000_000)][random.below(3)]
      rules.incentive = .weightedScore(wager)
    }
    return rules
  }
}
