import Consensus
import Foundation
import Incentives
import ProtocolCore
import Quantities
import Simulation
import Testing

/// Scenarios drawn at random: whatever reading admits.
private struct ScenarioDraw {
  var random: CounterStream

  init(seed: UInt64) { random = CounterStream(seed: seed, purpose: 77) }

  mutating func below(_ bound: Int) -> Int { random.below(bound) }
  mutating func unit() -> Double { random.unit() }
  mutating func isTrue() -> Bool { random.below(2) == 0 }
  mutating func one<Element>(of elements: [Element]) -> Element { elements[random.below(elements.count)] }

  mutating func distribution(_ low: Double, _ high: Double) -> Distribution {
    let (a, b) = (low + (high - low) * unit(), low + (high - low) * unit())
    switch below(6) {
    case 0: return .uniform(min(a, b), max(a, b))
    case 1: return .normal(mean: a, deviation: unit(), least: min(a, b), most: max(a, b))
    case 2: return low <= 0 && high >= 1 ? .beta(unit() * 5 + 0.01, unit() + 0.01) : .constant(a)
    case 3: return low <= 0 ? .exponential(mean: max(0, b) / 40) : .constant(b)
    case 4: return .choice((0...below(3)).map { _ in low + (high - low) * unit() })
    default: return .constant(a)
    }
  }

  mutating func chances(_ count: Int) -> [Double] {
    let weights = (0..<count).map { _ in unit() + 0.01 }
    let sum = weights.reduce(0, +)
    return weights.map { $0 / sum }
  }

  mutating func rules(classCount: Int) -> Rules {
    var rules = Rules()
    repeat {
      rules = Rules()
      rules.consensus = ConsensusRule(one(of: ConsensusRule.Kind.allCases))
      rules.consensus.rate = UInt32(below(1_000_000_001))
      rules.consensus.trim = UInt32(below(500_000_000))
      rules.incentive = Incentive(one(of: Incentive.Kind.allCases))
      switch rules.incentive {
      case .weightedScore(var rule):
        rule.score = one(of: [.brier, .spherical, .logarithmic(least: 1 + UInt32(below(400_000_000)))])
        rule.wager.share = 1 + UInt32(below(1_000_000_000))
        rules.incentive = .weightedScore(rule)
      case .stakeAndBurn(var rule):
        rule.threshold = Amount(micro: 1 + Int64(below(1_000_000_000_000_000)))
        rule.scoreWeight = UInt32(below(4_000_000_001))
        rules.incentive = .stakeAndBurn(rule)
      default: break
      }
      if isTrue() { rules.judging.reward = Amount(micro: Int64(below(1_000_000_000_001))) }
      rules.unresolved.kind = one(of: UnresolvedRule.Kind.allCases)
      rules.unresolved.batch = UInt32(2 + below(999))
      rules.deposit = Amount(micro: Int64(below(1_000_000_000)))
      if rules.consensus.kind != .trimmedMean { rules.influence.cap = 1 + UInt32(below(1_000_000_000)) }
      rules.isSealed = isTrue()
      rules.unbonding = random.next() >> 12
    } while rules.fault != nil || classCount > rules.unresolved.classesMax
    return rules
  }

  mutating func scenario() -> Scenario {
    var scenario = Scenario()
    scenario.name = one(of: [
      "a", "null", "no", "~", "1e5", "it's: \"quoted\" # - & *", " blanks ", "ünï\u{2028}côdé 🎲", "-", "---",
    ])
    scenario.about = one(of: ["", "two\nlines\n", "\ttab", "\u{7}\u{FEFF}", "[a, b]", "{", "% @ `", "a: b"])
    scenario.seed = random.next()
    scenario.depth = one(of: Scenario.Depth.allCases)
    scenario.questionCount = 1 + below(1_000_000)
    scenario.interval = UInt64(1 + below(1_000_000))
    let classCount = 2 + below(6)
    switch below(3) {
    case 0:
      var data = DatasetQuestions()
      data.askedShare = 0.1 + unit() / 2
      data.label = one(of: [nil, "species", "null", ""])
      scenario.questions = .dataset(data)
    case 1:
      var stream = StreamQuestions(path: "/some where/s: 1")
      stream.classCount = classCount
      scenario.questions = .stream(stream)
    default:
      var drawn = DrawnQuestions()
      drawn.classCount = classCount
      if isTrue() { drawn.prior = chances(classCount) }
      drawn.difficulty = distribution(0, 1)
      scenario.questions = .drawn(drawn)
    }
    scenario.outcomes.delay = distribution(0, 1e6)
    scenario.outcomes.neverShare = unit()
    scenario.outcomes.falseShare = unit()
    scenario.rules = rules(classCount: scenario.classCount)
    for g in 0...below(3) { scenario.groups.append(group(g, in: scenario)) }
    if scenario.depth == .protocol {
      scenario.network.latency = distribution(0, 1_000)
      scenario.network.loss = unit() * 0.9
      scenario.network.clockSkew = distribution(-50, 50)
      let names = [scenario.groups[0].name]
      let kinds: [Fault.Kind] = [
        .partition(groups: names), .memberCrash(groups: names, keepsDisk: isTrue()), .hostCrash,
        .slowDisk(delay: UInt64(below(1_000))), .tornDisk,
      ]
      for _ in 0..<below(4) {
        scenario.faults.append(Fault(one(of: kinds), start: UInt64(below(9_000)), duration: UInt64(below(9_000))))
      }
    }
    scenario.replicates = 1 + below(100)
    if isTrue() {
      var sweep = Sweep(axes: [
        Sweep.Axis(path: "rules.endowment", values: ["5", "1000"]),
        Sweep.Axis(path: "groups.g0.joins", values: ["{uniform: [1, 3]}", "2"]),
      ])
      if isTrue() { sweep.mode = .random(count: 1 + below(9)) }
      scenario.sweep = sweep
    }
    return scenario
  }

  private mutating func strategy() -> any Strategy {
    let type = one(of: StrategyCatalogue.all.filter { $0.name != Mixture.name })
    return type.init(
      values: type.parameters.map { parameter in
        let low = parameter.range.lowerBound
        let value = low + (min(parameter.range.upperBound, low + 10) - low) * unit()
        return parameter.isWhole ? value.rounded(.down) : value
      })
  }

  private mutating func group(_ g: Int, in scenario: Scenario) -> Group {
    var group = Group(name: "g\(g)")
    group.count = 1 + below(50)
    switch scenario.questions {
    case .dataset where isTrue():
      var share = LearnerShare()
      share.learner = one(of: ["random_forest", "gradient_boosting", "logistic_regression"])
      share.partition = one(of: [
        .uniform, .dirichletLabels(concentration: 0.1 + unit()), .quantity(concentration: 2 + unit()),
        .features(share: 0.01 + unit() / 2), .noisyLabels(share: 0.01 + unit() / 2),
      ])
      group.source = .learner(share)
    case .stream where isTrue():
      let names = (0..<group.count).map { "m: \($0)" }
      group.source = .recorded(isTrue() ? names : [])
    default:
      var skill = Skill()
      skill.accuracy = distribution(0, 1)
      if isTrue() { skill.confusion = (0..<scenario.classCount).map { _ in chances(scenario.classCount) } }
      skill.calibration = distribution(0, 3)
      skill.correlation = unit()
      skill.report = one(of: Skill.Report.allCases)
      group.source = .skill(skill)
    }
    // Of a mixture only the settings that it heeds are written: those of the two strategies that it plays.
    group.strategy =
      below(8) == 0 ? Mixture(first: strategy(), second: strategy(), share: unit(), questions: 5...90) : strategy()
    if isTrue() { group.deposit = distribution(0, 1_000) }
    group.joins = distribution(1, 100)
    if isTrue() { group.leaves = distribution(1, 100) }
    return group
  }
}

@Suite struct ScenarioRoundTripTests {
  @Test func `a scenario as expanded reads as the same scenario`() throws {
    for seed in 0..<500 as Range<UInt64> {
      var draw = ScenarioDraw(seed: seed)
      var scenario = draw.scenario()
      if draw.isTrue() { scenario.output = "runs/\(seed) ünï: #1" }
      let text = scenario.yaml
      let again = try Scenario(yaml: text)
      #expect(again == scenario, "seed \(seed)\n\(text)")
      #expect(again.yaml == text)
    }
  }

  @Test func `cells of a sweep share everything but what varies`() throws {
    var scenario = Scenario()
    scenario.groups = [Group(name: "a"), Group(name: "b")]
    scenario.sweep = Sweep(axes: [
      Sweep.Axis(path: "groups.b.count", values: ["0", "5"]),
      Sweep.Axis(path: "rules.incentive", values: ["kelly", "slashing", "{kind: market, subsidy: 2}"]),
    ])
    let cells = try scenario.cells()
    #expect(
      cells.map(\.label).prefix(2) == [
        "groups.b.count=0, rules.incentive=kelly", "groups.b.count=0, rules.incentive=slashing",
      ])
    #expect(cells.count == 6)
    #expect(cells[5].scenario.groups[1].count == 5)
    #expect(cells.allSatisfy { $0.scenario.sweep == nil && $0.scenario.seed == scenario.seed })
    scenario.sweep?.mode = .random(count: 4)
    let drawn = try scenario.cells()
    #expect(drawn.count == 4)
    #expect(Set(drawn).count == 4)
    #expect(drawn.allSatisfy { cells.contains($0) })
    #expect(try scenario.cells() == drawn)
  }

  @Test func `the schema is sound, and knows every key that is written`() throws {
    let schema = try #require(
      try JSONSerialization.jsonObject(with: Data(ScenarioSchema.json.utf8)) as? [String: Any])
    #expect(schema["$schema"] as? String == "https://json-schema.org/draft/2020-12/schema")
    for seed in 0..<50 as Range<UInt64> {
      var draw = ScenarioDraw(seed: seed)
      let keys = Self.paths(draw.scenario().yaml)
      #expect(!keys.isEmpty)
      for key in keys { #expect(Self.knows(schema, key), "the schema does not know \(key.joined(separator: "."))") }
    }
  }

  /// The keys of a text's outermost mappings and of the elements of `groups`: by indentation, as they are written.
  static func paths(_ yaml: String) -> [[String]] {
    var trail: [(indent: Int, key: String)] = []
    var paths: [[String]] = []
    for line in yaml.split(separator: "\n") {
      let body = line.drop { $0 == " " || $0 == "-" }
      guard !body.hasPrefix("#"), let colon = body.firstIndex(of: ":") else { continue }
      let key = String(body[..<colon])
      guard key.allSatisfy({ $0.isLetter || $0 == "_" }) else { continue }
      let indent = line.count - body.count
      trail.removeAll { $0.indent >= indent }
      trail.append((indent, key))
      paths.append(trail.map(\.key))
    }
    return paths
  }

  /// Whether there is a place for `path` in a schema.
  static func knows(_ schema: [String: Any], _ path: [String]) -> Bool {
    guard let key = path.first else { return true }
    if let choices = schema["anyOf"] as? [[String: Any]] { return choices.contains { knows($0, path) } }
    if let items = schema["items"] as? [String: Any] { return knows(items, path) }
    if schema["additionalProperties"] is [String: Any] { return true }
    guard let properties = schema["properties"] as? [String: Any], let next = properties[key] as? [String: Any] else {
      return false
    }
    return knows(next, Array(path.dropFirst()))
  }
}
