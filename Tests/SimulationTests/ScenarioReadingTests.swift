import Consensus
import Incentives
import ProtocolCore
import Quantities
import Simulation
import Testing

@Suite struct ScenarioReadingTests {
  /// What reading `text` is refused with.
  private func refusal(_ text: String, changes: [Scenario.Change] = []) -> String {
    do {
      _ = try Scenario(yaml: text, file: "sybils.yaml", changes: changes)
      return "read"
    } catch { return error.description }
  }

  private static let small = """
    questions: {count: 100}
    groups:
      - {name: honest, count: 3}
      - name: sybils
        count: 2
        accuracy: {uniform: [0.4, 0.5]}
    """

  @Test func `a short scenario takes every default`() throws {
    let scenario = try Scenario(yaml: Self.small, file: "a/sybils.yaml")
    #expect(scenario.name == "sybils")
    #expect(scenario.questionCount == 100)
    #expect(scenario.groups.map(\.count) == [3, 2])
    #expect(scenario.rules == Rules(areJudged: false, modelCount: 5, classCount: 3))
    guard case .skill(let skill) = scenario.groups[1].source else {
      Issue.record("the group has no skill")
      return
    }
    #expect(skill.accuracy == .uniform(0.4, 0.5))
  }

  @Test func `the defaults of the rules follow the number of members and classes`() throws {
    let one = try Scenario(yaml: "groups: [{name: a}]\nrules: {deposit: 5}")
    #expect(one.rules.incentive.kind == .rewardAndSlash)
    #expect(one.rules.deposit == Amount(credits: 5))
    let wide = try Scenario(yaml: "questions: {classes: 900}\ngroups: [{name: a, count: 2}]")
    #expect(wide.rules.consensus.kind == .fallingShare)
  }

  @Test func `an unknown key is answered with file, line, path and the nearest name`() {
    let text = Self.small + "\n    stratgy: copier\n"
    #expect(refusal(text) == "sybils.yaml:7: groups[1].stratgy is not known: did you mean strategy?")
  }

  @Test(arguments: [
    (
      "groups: [{name: a, count: -1}]", "sybils.yaml:1: groups[0].count is `-1`: give a whole number from 0 to 10000000"
    ),
    ("groups: [{name: a, count: 1.5}]", "give a whole number"),
    ("groups: [{name: a, count: 1e300}]", "give a whole number"),
    ("groups: [{name: a, count: [1]}]", "groups[0].count is a list"),
    ("groups: [{count: 1}]", "groups[0].name is missing"),
    ("groups: [{name: A b}]", "groups[0].name is `A b`: give up to 40 of a-z"),
    ("groups: [{name: a}, {name: a}]", "groups[1].name is `a`, as another group is called"),
    ("groups: [{name: a, accuracy: .nan}]", "groups[0].accuracy is `.nan`: give a number from 0 to 1"),
    ("groups: [{name: a, accuracy: nan}]", "give a number from 0 to 1"),
    ("groups: [{name: a, accuracy: inf}]", "give a number from 0 to 1"),
    ("groups: [{name: a, accuracy: 0x1}]", "give a number from 0 to 1"),
    ("groups: [{name: a, accuracy: {uniform: [0.9, 0.1]}}]", "goes down from 0.9 to 0.1: swap the two"),
    ("groups: [{name: a, accuracy: {uniform: [0.9]}}]", "lists 1 numbers: give two"),
    ("groups: [{name: a, accuracy: {unifrom: [0, 1]}}]", "did you mean uniform?"),
    ("groups: [{name: a, accuracy: {exponential: 1}}]", "exponential is `1`: give a number from 0 to"),
    ("groups: [{name: a, joins: {beta: [1, 1]}}]", "give uniform or normal"),
    ("groups: [{name: a, strategy: copyer}]", "groups[0].strategy does not know `copyer`"),
    ("groups: [{name: a, learner: random_forest}]", "needs a table to learn from"),
    ("groups: [{name: a, recorded: [m1]}]", "needs a recorded stream"),
    ("groups: [{name: a, learner: random_forest, accuracy: 1}]", "is for statistical members"),
    ("questions: {data: iris, difficulty: 1}\ngroups: [{name: a}]", "is for questions that are drawn"),
    ("questions: {data: iris, stream: x}\ngroups: [{name: a}]", "cannot stand beside data"),
    ("questions: {data: nowhere.csv}\ngroups: [{name: a}]", "questions.data cannot be used"),
    ("questions: {prior: [0.5, 0.4]}\ngroups: [{name: a}]", "lists 2 chances: give one for each of the 3 classes"),
    ("questions: {classes: 2, prior: [0.5, 0.4]}\ngroups: [{name: a}]", "adds up to 0.9"),
    ("questions: {count: 1000000000, interval: 1000000000000}\ngroups: [{name: a}]", "longer than 71,000 years"),
    ("groups: [{name: a, confusion: [[1, 0], [0, 1]]}]", "has 2 rows: give one for each of the 3 classes"),
    ("groups: [{name: a}]\nfaults: [{kind: host_crash, start: 0, duration: 5}]", "happen at protocol depth alone"),
    ("groups: [{name: a}]\nnetwork: {loss: 0.1}", "sybils.yaml:2: network plays a part at protocol depth alone"),
    (
      "depth: protocol\ngroups: [{name: honest}]\nfaults: [{kind: partition, groups: [onest], start: 0, duration: 5}]",
      "sybils.yaml:3: faults[0].groups[0] does not know the group `onest`: did you mean honest?"
    ),
    ("groups: [{name: a}]\nfaults: [{kind: host_crash, start: 0}]", "faults[0].duration is missing"),
    ("groups: [{name: a}]\nfaults: [{kind: flood, start: 0, duration: 1}]", "does not know `flood`"),
    (
      "groups: [{name: a}]\nrules: {incentive: wager}",
      "rules.incentive does not know `wager`: did you mean weighted_score?"
    ),
    (
      "groups: [{name: a}]\nrules: {incentive: {kind: kelly, score: brier}}",
      "rules.incentive.score is not known: it takes kind, stake_limit, stake_share, portion, least"
    ),
    ("groups: [{name: a}]\nrules: {cap: 1.5}", "rules.cap is `1.5`: give a number from 0.000000001 to 1"),
    ("groups: [{name: a}]\nrules: {cap: 0.5, consensus: trimmed_mean}", "rules cannot hold limits of influence"),
    ("groups: [{name: a}]\nrules: {sealed: yes}", "give true or false"),
    ("questions: {classes: 900}\ngroups: [{name: a}]\nrules: {consensus: meta}", "pools up to 256 classes"),
    (
      "groups: [{name: a}]\nsweep: {over: {rules.incentiv: [kelly]}}",
      "rules.incentiv is not known: did you mean incentive?"
    ),
    ("groups: [{name: a}]\nsweep: {mode: grid, count: 3, over: {seed: [1]}}", "is for random sweeps"),
    ("groups: [{name: a}]\nsweep: {over: {replicates: [1]}}", "cannot vary within a sweep"),
    ("groups: [{name: a}]\nseed: -1", "seed is `-1`"),
    ("groups: [{name: a}]\ndepth: deep", "depth does not know `deep`"),
    ("groups: []", "groups names nobody"),
    ("groups: [{name: a, count: 0}]", "groups names nobody"),
    ("groups: [{name: a, count: 10000000}, {name: b}]", "more than 10,000,000 members"),
    ("groups: [{name: a, count: 10000000, deposit: 1000000}]", "credits in all"),
    ("groups: 5", "groups is `5`: give a list of groups"),
    ("5", "the scenario is `5`: give a mapping"),
    ("", "is empty"),
    ("# nothing", "is empty"),
    ("groups: [{name: a}]\ngroups: []", "says groups twice"),
    ("groups:\n\t- name: a", "is not YAML"),
    ("groups: [", "is not YAML"),
    ("groups: [{name: a}]\n---\ngroups: []", "is not YAML"),
    ("? [a]\n: 1", "has a key that is no word"),
    ("groups: *nobody", "undefined alias"),
    ("groups: !!python/object [{name: a, count: x}]", "groups[0].count is `x`"),
    ("a: \"\\u0000\"", "a is not known"),
  ])
  func `what is wrong is refused with where and what to do`(text: String, expected: String) {
    #expect(refusal(text).contains(expected), "\(refusal(text))")
  }

  @Test func `no text makes reading crash or hang`() {
    var laughs = "a: &a0 [x, x]\n"
    for i in 1..<40 { laughs += "b\(i): &a\(i) [*a\(i - 1), *a\(i - 1)]\n" }
    #expect(refusal(laughs).contains("more than 8 aliases"))
    #expect(refusal("? &a {x: 1}\n: 1\n" + laughs).contains("aliases"))
    var wide = "a: &a0 [\(Array(repeating: "x", count: 10_000).joined(separator: ","))]\n"
    wide += "b: &a1 [*a0,*a0,*a0,*a0]\nc: [*a1,*a1,*a1,*a1]\n"
    #expect(refusal(wide).contains("is not known"))
    #expect(refusal(String(repeating: "[", count: 900) + String(repeating: "]", count: 900)).contains("deep"))
    #expect(refusal(String(repeating: "[", count: 100_000)).contains("is not YAML"))
    #expect(refusal(String(repeating: "{a: ", count: 100_000)).contains("is not YAML"))
    #expect(refusal("a: " + String(repeating: "x", count: 9_000_000)).contains("bytes"))
    #expect(refusal("name: " + String(repeating: "x", count: 500)).contains("bytes"))
    #expect(refusal("groups: [{name: a, count: \(String(repeating: "9", count: 50))}]").contains("whole number"))
    #expect(refusal("groups: [{name: a, accuracy: 1e-999999999999999999}]").contains("a number"))
  }

  @Test func `random bytes and random changes of a scenario are read or refused`() throws {
    var random = CounterStream(seed: 5, purpose: 1)
    let alphabet = Array("ab:{}[],-&*!|>'\"%@`#?\n \t0159._nul~".unicodeScalars)
    let whole = Array(Self.full.unicodeScalars)
    var (read, refused) = (0, 0)
    for _ in 0..<3_000 {
      var scalars = whole
      for _ in 0...random.below(4) {
        let place = random.below(scalars.count)
        switch random.below(3) {
        case 0: scalars[place] = alphabet[random.below(alphabet.count)]
        case 1: scalars.insert(alphabet[random.below(alphabet.count)], at: place)
        default: scalars.removeSubrange(place..<min(scalars.count, place + 1 + random.below(20)))
        }
      }
      var text = String.UnicodeScalarView()
      text.append(contentsOf: scalars)
      if refusal(String(text)) == "read" { read += 1 } else { refused += 1 }
    }
    #expect(read > 20)
    #expect(refused > 100)
  }

  private static let full = """
    name: all of it
    about: "Everything: spelt out"
    seed: 7
    depth: protocol
    questions: {count: 50, interval: 100, classes: 2, prior: [0.25, 0.75], difficulty: {beta: [2, 5]}}
    outcomes: {delay: {exponential: 30}, never: 0.1, false: 0.05}
    rules:
      consensus: {kind: fixed_share, share: 0.02}
      incentive: {kind: slashing, stake_limit: 5, score: {kind: logarithmic, least: 0.01}}
      judging: {reward: 3}
      unresolved: {kind: dmi, batch: 20}
      deposit: 100
      sealed: true
      unbonding: 1_000
    groups:
      - {name: honest, count: 3, calibration: {normal: [1, 0.1], within: [0.5, 2]}, deposit: {choice: [100, 200]}}
      - {name: labels, count: 2, confusion: [[0.9, 0.1], [0.2, 0.8]], reports: labels, joins: 5, leaves: 40}
    network: {latency: {exponential: 20}, loss: 0.05, clock_skew: {uniform: [-5, 5]}}
    faults:
      - {kind: partition, groups: [labels], start: 100, duration: 300}
      - {kind: member_crash, groups: [honest], keeps_disk: false, start: 100, duration: 300}
      - {kind: slow_disk, delay: 10, start: 0, duration: 10}
    replicates: 3
    sweep: {mode: random, count: 3, over: {rules.incentive: [kelly, {kind: market, subsidy: 5}], groups.honest.count: [1, 2]}}
    """

  @Test func `a full scenario says what it says`() throws {
    let scenario = try Scenario(yaml: Self.full)
    #expect(scenario.depth == .protocol)
    #expect(scenario.rules.unbonding == 1_000)
    #expect(scenario.rules.judging.reward == Amount(credits: 3))
    guard case .slashing(let rule) = scenario.rules.incentive else {
      Issue.record("another incentive")
      return
    }
    #expect(rule.score == .logarithmic(least: 10_000_000))
    #expect(scenario.outcomes.delay == .exponential(mean: 30))
    #expect(scenario.faults.count == 3)
    #expect(try scenario.cells().count == 3)
    #expect(try Scenario(yaml: scenario.yaml) == scenario)
  }

  @Test func `values set on the command line go by name, by index, and make what is not there`() throws {
    let changes = try [
      "groups.sybils.count=50", "groups[0].accuracy=0.7", "rules.incentive.score=spherical", "seed=9",
      "outcomes.never=0.5", "rules.consensus.kind=fixed_share", "rules.consensus.share=0.5", "about=",
    ].map { text throws(ScenarioError) in try Scenario.Change(text) }
    let scenario = try Scenario(yaml: Self.small, changes: changes)
    #expect(scenario.groups.map(\.count) == [3, 50])
    #expect(scenario.rules.consensus.share == 500_000_000)
    #expect(scenario.outcomes.neverShare == 0.5)
    #expect(try Scenario(yaml: Self.small).changing(changes) == scenario)
    #expect(scenario.seed == 9)
  }

  @Test func `a value that cannot be set is refused by the option's name`() throws {
    #expect(
      refusal(Self.small, changes: [Scenario.Change(path: "groups.sybil.count", value: "5")])
        == "--set groups.sybil.count=5: groups.sybil is not there: did you mean sybils?")
    #expect(
      refusal(Self.small, changes: [Scenario.Change(path: "rules.incentive", value: "wager")])
        == "--set rules.incentive=wager: rules.incentive does not know `wager`: did you mean weighted_score?")
    #expect(
      refusal(Self.small, changes: [Scenario.Change(path: "network.loss", value: "0.5")]).hasPrefix(
        "--set network.loss=0.5: network plays a part"))
    for path in ["", ".", "groups.", "groups[9].count", "a.b.c", String(repeating: "a.", count: 900) + "a"] {
      #expect(refusal(Self.small, changes: [Scenario.Change(path: path, value: "1")]).hasPrefix("--set \(path)=1: "))
    }
    #expect(throws: ScenarioError.self) { try Scenario.Change("seed") }
  }

  @Test func `rules can be set by themselves, and stay as they were where a value is refused`() throws {
    var rules = Rules(areJudged: false, modelCount: 5, classCount: 3)
    try rules.set("rules.incentive", "kelly")
    try rules.set("incentive.portion", "0.25")
    try rules.set("rules.deposit", "12.5")
    guard case .kelly(let kelly) = rules.incentive else {
      Issue.record("another incentive")
      return
    }
    #expect(kelly.portion == 250_000_000)
    #expect(rules.deposit == Amount(micro: 12_500_000))
    let before = rules
    #expect(throws: ScenarioError.self) { try rules.set("rules.incentive", "wager") }
    #expect(throws: ScenarioError.self) { try rules.set("rules.cap", "2") }
    #expect(throws: ScenarioError.self) { try rules.set("cap", "{a: 1}") }
    #expect(rules == before)
    try rules.set("judging.reward", "7")
    try rules.set("incentive", "slashing")
    #expect(rules.judging.reward == Amount(credits: 7))
    try rules.set("rules.incentive", "reward_and_slash")
    #expect(
      rules
        == {
          var same = before; same.incentive = Incentive(.rewardAndSlash); return same
        }())
  }

  @Test func `every setting of the rules that is listed can be set to what it is`() throws {
    for kind in Incentive.Kind.allCases {
      var rules = Rules()
      rules.incentive = Incentive(kind)
      let before = rules
      for setting in rules.settings {
        #expect(!setting.meaning.isEmpty)
        let isKind = ["rules.incentive", "rules.consensus", "rules.unresolved"].contains(setting.path)
        if !isKind { try rules.set(setting.path, setting.value) }
      }
      #expect(rules == before)
    }
  }
}
