import Consensus
import Incentives
import ProtocolCore
import Quantities
import Simulation

/// Small scenarios drawn at random: any rules, strategies, times of joining and leaving, delays and outcomes that never
/// come. The same seed gives the same one.
public struct RandomScenario {
  private var random: CounterStream

  private init(_ seed: UInt64) { random = CounterStream(seed: seed, purpose: 0x7261_6E64) }

  /// The scenario of `seed`, at mechanism depth, without faults and with a network that does nothing to messages.
  public static func make(seed: UInt64) -> Scenario {
    var maker = Self(seed)
    return maker.scenario(seed)
  }

  /// The same with a network that fails and things that break in the first half.
  public static func broken(seed: UInt64) -> Scenario {
    var maker = Self(seed)
    var scenario = maker.scenario(seed)
    scenario.depth = .protocol
    maker.random = CounterStream(seed: seed, purpose: 0x6272_6F6B)
    maker.breakThings(&scenario)
    return scenario
  }

  private mutating func chance(_ share: Double) -> Bool { random.unit() < share }
  private mutating func pick<Value>(_ values: [Value]) -> Value { values[random.below(values.count)] }
  private mutating func within(_ range: ClosedRange<Double>) -> Double {
    range.lowerBound + (range.upperBound - range.lowerBound) * random.unit()
  }

  private mutating func scenario(_ seed: UInt64) -> Scenario {
    var scenario = Scenario()
    scenario.name = "random-\(seed)"
    scenario.seed = seed
    scenario.questionCount = 5 + random.below(25)
    var drawn = DrawnQuestions()
    drawn.classCount = 2 + random.below(3)
    if chance(0.3) { drawn.difficulty = .uniform(0, 0.8) }
    scenario.questions = .drawn(drawn)
    scenario.interval = pick([1, 300, 1_000])
    scenario.network.answerDeadline = pick([100, 500, 700])
    scenario.outcomes.delay = pick([
      .constant(0), .constant(0), .uniform(0, 4_000), .exponential(mean: 2_000), .choice([0, 1_000, 2_000]),
    ])
    scenario.outcomes.neverShare = pick([0, 0, 0.2])
    scenario.outcomes.falseShare = pick([0, 0, 0.1])
    scenario.rules = rules(classCount: drawn.classCount)
    for index in 0..<1 + random.below(4) { scenario.groups.append(group(index, of: scenario)) }
    return scenario
  }

  private mutating func rules(classCount: Int) -> Rules {
    var rules = Rules(areJudged: false, modelCount: 2, classCount: classCount)
    rules.incentive = Incentive(pick(Incentive.Kind.allCases))
    rules.consensus = ConsensusRule(
      pick([
        .majorityVote, .weightedVote, .trackRecord, .fixedShare, .linearPool, .logPool, .median, .optimalVote,
        .bayesMixture, .fallingShare, .brierAggregating, .adaHedge, .boa, .meta,
      ]))
    rules.isSealed = chance(0.4)
    rules.outcomeDeadline = pick([1_500, 5_000, 1_000_000])
    rules.unbonding = pick([0, 0, 2_500])
    rules.deposit = Amount(credits: pick([5, 50, 1_000]))
    if chance(0.2) { rules.endowment = Amount(credits: 20) }
    if chance(0.2) { rules.openQuestionsMax = 2 }
    if chance(0.2), rules.consensus.kind != .trimmedMean { rules.influence.cap = 400_000_000 }
    if chance(0.3) {
      rules.unresolved.kind = pick(UnresolvedRule.Kind.allCases)
      rules.unresolved.batch = 3
      rules.unresolved.wait = 4_000
    }
    if rules.fault != nil || classCount > rules.unresolved.classesMax { rules.unresolved = UnresolvedRule() }
    return rules
  }

  private mutating func group(_ index: Int, of scenario: Scenario) -> Group {
    var group = Group(name: "g\(index)")
    group.count = 1 + random.below(3)
    if chance(0.6) {
      let type = pick(StrategyCatalogue.all)
      let values = type.parameters.map { parameter in
        let value = chance(0.5) ? parameter.standard : within(parameter.range)
        return parameter.isWhole ? value.rounded() : value
      }
      group.strategy = type.init(values: values)
    }
    if chance(0.3) { group.deposit = .uniform(1, 2_000) }
    if chance(0.3) { group.joins = .uniform(1, Double(scenario.questionCount)) }
    if chance(0.3) { group.leaves = .uniform(1, Double(scenario.questionCount)) }
    return group
  }

  private mutating func breakThings(_ scenario: inout Scenario) {
    scenario.network.latency = pick([.constant(0), .uniform(0, 80), .exponential(mean: 40), .constant(20)])
    scenario.network.loss = pick([0, 0, 0.05, 0.3])
    scenario.network.duplication = pick([0, 0.1, 0.5])
    scenario.network.reordering = pick([0, 0.1, 0.5])
    scenario.network.corruption = pick([0, 0.05, 0.3])
    if chance(0.3) { scenario.network.clockSkew = .uniform(-400, 400) }
    let length = Double(scenario.questionCount) * Double(scenario.interval)
    let names = scenario.groups.map(\.name)
    for _ in 0..<random.below(6) {
      let some = names.filter { _ in chance(0.6) }
      let kind: Fault.Kind = pick([
        .partition(groups: some), .memberCrash(groups: some, keepsDisk: true),
        .memberCrash(groups: some, keepsDisk: false), .hostCrash, .slowDisk(delay: UInt64(1 + random.below(300))),
        .tornDisk,
      ])
      scenario.faults.append(
        Fault(
          kind, start: UInt64(within(0...length)), duration: 1 + UInt64(within(0...length / 3))))
    }
  }
}
