import Quantities
import Simulation
import Testing

/// Attacks that the literature knows, to be found by search alone; and rules under which there are none.
@Suite struct KnownAttackTests {
  private func search(
    _ yaml: String, group: String? = nil, members: Double? = nil, stake: Double? = nil, goal: AttackGoal = .profit,
    only: [String]? = nil, budget: Int = 1_000, threads: Int = 2
  ) throws -> AttackReport {
    var settings = AttackSearch.Settings()
    settings.goal = goal
    settings.budget = .runs(budget)
    settings.threads = threads
    // Whoever reports outcomes is honest here: no rule that rests on outcomes withstands one that is not.
    settings.strategies = AttackSearch.strategies.filter { $0.name != "bribery" && only?.contains($0.name) ?? true }
    let adversary = try Adversary(
      in: Scenario(yaml: yaml), members: members.map { .number($0) }, stake: stake.map { .number($0) }, group: group)
    return try AttackSearch(adversary, settings: settings).run { _, _, _ in }
  }

  private func names(_ plan: AttackPlan) -> Set<String> { [type(of: plan.first).name, type(of: plan.second).name] }

  private static func council(
    seed: Int, questions: Int = 200, groups: String = "{name: honest, count: 8, accuracy: {uniform: [0.6, 0.9]}}",
    rules: String, outcomes: String = "{}"
  ) -> String {
    """
    seed: \(seed)
    questions: {count: \(questions), classes: 3}
    outcomes: \(outcomes)
    groups: [\(groups)]
    rules: {\(rules)}
    """
  }

  @Test func `the mean of all others profits from weighted-score wagering without risk`() throws {
    let report = try search(
      Self.council(seed: 11, rules: "consensus: linear_pool, incentive: weighted_score"), members: 1, stake: 1_000)
    #expect(report.verdict.isSignificant)
    #expect(type(of: report.plan.first).name == "copier")
    // Chen, Devanur, Pennock, Vaughan 2014: the mean report never loses, since the score is concave in the report.
    #expect(report.verdict.worstProfit > 0)
  }

  @Test func `names multiply an equal reward`() throws {
    let report = try search(
      Self.council(seed: 12, questions: 100, rules: "consensus: linear_pool, incentive: equal_split"), members: 1,
      stake: 5_000)
    #expect(report.verdict.isSignificant)
    #expect(report.plan.identities == 5)
    // Five of thirteen parts instead of one of nine: 3.46 times as much.
    #expect(report.verdict.profit.mean > 3 * report.verdict.honestProfit.mean)
  }

  private static func copying(isSealed: Bool) -> String {
    council(
      seed: 13, groups: "{name: honest, count: 8, accuracy: 0.85}, {name: weak, count: 1, accuracy: 0.45}",
      rules: "consensus: linear_pool, incentive: reward_and_slash, sealed: \(isSealed)")
  }

  @Test func `copying pays where answers are open`() throws {
    let report = try search(Self.copying(isSealed: false), group: "weak")
    #expect(report.verdict.isSignificant)
    #expect(names(report.plan).contains("copier"))
  }

  @Test func `copying pays nobody where answers are sealed`() throws {
    let report = try search(Self.copying(isSealed: true), group: "weak")
    #expect(!report.verdict.isSignificant)
    #expect(report.threshold == nil)
    #expect(report.lines.contains { $0.hasPrefix("Nothing significant found") })
  }

  private static let agreement = council(
    seed: 14, groups: "{name: honest, count: 14, accuracy: 0.6}",
    rules: "consensus: linear_pool, incentive: weighted_score, sealed: true, outcome_deadline: 1000, "
      + "unresolved: {kind: output_agreement, batch: 50}", outcomes: "{never: 1}")

  @Test(arguments: [nil, ["honest", "mimicry"]] as [[String]?])
  func `saying the same as one's own kind pays under output agreement, with a belief or without`(
    strategies: [String]?
  ) throws {
    let report = try search(Self.agreement, members: 10, stake: 10_000, only: strategies)
    #expect(report.verdict.isSignificant)
    // All speak with one mind; where that is not to be had, they all say the same class.
    #expect(!names(report.plan).isDisjoint(with: ["mimicry", "sybil_split", "collusion"]))
    if strategies != nil { #expect(type(of: report.plan.first).name == "mimicry") }
  }

  private static func whitewashing(unbonding: Int) -> String {
    council(
      seed: 15, questions: 300,
      groups: "{name: honest, count: 6, accuracy: 0.8}, {name: weak, count: 1, accuracy: 0.5}",
      rules: "consensus: linear_pool, sealed: true, unbonding: \(unbonding), incentive: {kind: reward_and_slash, "
        + "reward: 10, slash: 5, running_rate: 0.1, poor_threshold: 0.6, slash_growth: 0.25, suspended_after: 3}")
  }

  @Test func `a new name escapes growing slashes and suspension`() throws {
    let report = try search(Self.whitewashing(unbonding: 0), group: "weak")
    #expect(report.verdict.isSignificant)
    #expect(!names(report.plan).isDisjoint(with: ["name_changing", "whitewashing"]))
    #expect(report.verdict.profit.mean > 3 * report.verdict.honestProfit.mean)
  }

  @Test func `unbonding keeps a bad name on its owner`() throws {
    let free = try search(Self.whitewashing(unbonding: 0), group: "weak")
    let bound = try search(Self.whitewashing(unbonding: 1_000_000), group: "weak")
    #expect(bound.verdict.profit.high < free.verdict.profit.low / 2)
  }

  @Test func `a search for damage finds the sleeper against a Bayes mixture`() throws {
    let report = try search(
      Self.council(
        seed: 16, questions: 400,
        groups: "{name: honest, count: 6, accuracy: 0.7}, {name: expert, count: 1, accuracy: 0.85}",
        rules: "consensus: bayes_mixture, incentive: weighted_score, sealed: true"), group: "expert", goal: .damage)
    #expect(report.verdict.isSignificant)
    #expect(names(report.plan).contains("sleeper"))
    // It is paid for its trust before it strikes.
    #expect(report.verdict.costOfPoint == 0)
  }

  @Test func `two names on opposite sides win a leaderboard`() throws {
    let report = try search(
      Self.council(seed: 17, rules: "consensus: linear_pool, incentive: leaderboard, sealed: true"), members: 1,
      stake: 2_000)
    #expect(report.verdict.isSignificant)
    #expect(names(report.plan).contains("hedged_pair"))
    #expect(report.plan.identities == 2)
  }

  // Reports alone, and under how many names: no leaving, no staying away, nothing to see.
  private static let misreports = [
    "honest", "noisy", "lazy", "extremist", "label_flipper", "targeted_class", "collusion", "sybil_split", "sleeper",
    "drift", "hedged_pair", "mimicry",
  ]

  @Test func `neither splitting nor misreporting pays one member in weighted-score wagering by shares`() throws {
    let report = try search(
      Self.council(
        seed: 18,
        rules:
          "consensus: fixed_share, sealed: true, incentive: {kind: weighted_score, stake_share: 0.05, stake_limit: 1000000}"
      ),
      members: 1, stake: 4_000, only: Self.misreports)
    #expect(!report.verdict.isSignificant)
  }

  @Test func `relabelling pays nobody under DMI`() throws {
    let report = try search(
      Self.council(
        seed: 19,
        rules: "consensus: linear_pool, incentive: weighted_score, outcome_deadline: 1000, "
          + "unresolved: {kind: dmi, batch: 50}", outcomes: "{never: 1}"), members: 1, stake: 1_000,
      only: ["honest", "label_flipper", "targeted_class", "mimicry", "lazy", "noisy", "extremist"])
    #expect(!report.verdict.isSignificant)
  }

  @Test func `gives the same report with any number of threads`() throws {
    let yaml = Self.council(seed: 20, questions: 40, rules: "consensus: linear_pool, incentive: weighted_score")
    let reports = try [1, 2, 5].map { try search(yaml, members: 2, stake: 4_000, budget: 300, threads: $0) }
    #expect(reports[1].json.rendered() == reports[0].json.rendered())
    #expect(reports[2].json.rendered() == reports[0].json.rendered())
  }
}
