import Quantities

/// Looks for what pays an adversary best: over all strategies with their settings, the number of names, who plays what,
/// how often and when.
///
/// 1. A race by successive halving: every strategy with its standard settings, with as few names as members and with as
///    many as the money allows, and at random points of its space.
/// 2. CMA-ES in the spaces of the two strategies that came furthest, each mixed with honesty, and of the two together.
/// 3. The best of all are tried under new seeds; the winner sheds every complication that does not help it.
/// 4. What is left is measured under fresh seeds, which nothing before has seen, against being honest with the same skill
///    and money and against not taking part; and with less and less money, to find the smallest stake that pays.
///
/// All plans are compared under the same seeds (common random numbers). Equal adversaries and settings give equal reports,
/// whatever the number of threads, save for a budget in seconds, which is made into runs by a measurement.
public struct AttackSearch: Sendable {
  /// How much may be run.
  public enum Budget: Hashable, Sendable {
    /// So many runs of the scenario.
    case runs(Int)
    /// As many runs as fit into about so many seconds.
    case seconds(Double)

    /// What `text` says: `2000` runs or `60s`; `nil` where it is neither.
    public init?(_ text: String) {
      if text.hasSuffix("s"), let seconds = Double(text.dropLast()), seconds > 0, seconds <= 1e6 {
        self = .seconds(seconds)
      } else if let runs = Int(text), runs > 0, runs <= 1_000_000_000 {
        self = .runs(runs)
      } else {
        return nil
      }
    }
  }

  /// What is looked for, and how hard.
  public struct Settings: Sendable {
    /// What the adversary wants. Default: profit.
    public var goal = AttackGoal.profit
    /// How much may be run. Default: 2,000 runs.
    public var budget = Budget.runs(2_000)
    /// How many runs at the same time. Default: 1.
    public var threads = 1
    /// The strategies that it may play. Default: the whole catalogue.
    public var strategies: [any Strategy.Type] = AttackSearch.strategies

    /// The defaults.
    public init() {}
  }

  /// All strategies that can be searched: the catalogue without mixtures, which are made of them.
  public static let strategies = Mixture.parts

  /// The least budget, in runs.
  public static let runsMin = 200

  /// Replicates of the search, of the choice among the best, and of the measurement.
  private static let choiceStart = 500_000
  private static let freshStart = 1_000_000
  private static let raceTrialsMax = 16

  /// Who attacks what.
  public let adversary: Adversary
  /// What is looked for, and how hard.
  public let settings: Settings

  /// A search for what pays `adversary` best.
  public init(_ adversary: Adversary, settings: Settings = Settings()) {
    self.adversary = adversary
    self.settings = settings
  }

  // One point that was tried.
  private struct Candidate {
    var space: Int
    var point: [Double]
    var plan: AttackPlan
    var outcomes: [TrialOutcome] = []
  }

  /// Searches and measures.
  ///
  /// - Parameter progress: told how many runs are done, of how many, and what is being done.
  /// - Throws: `AttackError`, or what the first run that fails throws.
  public func run(progress: @escaping (_ done: Int, _ of: Int, _ stage: String) -> Void) throws -> AttackReport {
    let meter = Meter(progress)
    var trials = Trials(threads: settings.threads) { meter.show($0) }
    let budget = try runs(&trials)
    meter.total = budget
    guard budget >= Self.runsMin else { throw AttackError.budgetTooSmall(runs: budget, least: Self.runsMin) }
    let freshCount = min(64, max(10, budget / 30))
    let searchBudget = budget - 8 * freshCount

    meter.stage = "without an attack"
    let known = try baseline(&trials, 0..<Self.raceTrialsMax)
    if settings.goal == .damage, known.without.contains(where: { $0.accuracy.isNaN }) { throw AttackError.noOutcomes }

    meter.stage = "racing strategies"
    let spaces = settings.strategies.map { AttackSpace($0, for: adversary) }
    let race = try race(spaces, budget: searchBudget * 45 / 100, known, &trials)

    meter.stage = "refining the best"
    var finalists = Array(race.candidates.prefix(3).map(\.plan))
    finalists += try refine(race.candidates, spaces, budget: searchBudget * 40 / 100, known, &trials)

    meter.stage = "choosing"
    let plan = try choose(finalists, budget: searchBudget * 15 / 100, &trials)

    meter.stage = "measuring under fresh seeds"
    let fresh = Self.freshStart..<Self.freshStart + freshCount
    let baseline = try baseline(&trials, fresh)
    let outcomes = try trials.run([plan], of: adversary, replicates: fresh)[0]
    let verdict = AttackVerdict(outcomes, baseline, goal: settings.goal)
    var threshold: StakeThreshold?
    if verdict.isSignificant {
      meter.stage = "looking for the smallest stake"
      let count = max(6, freshCount / 2)
      let start = Self.freshStart + freshCount
      threshold = try StakeThreshold(
        of: plan, adversary, verdict: verdict, goal: settings.goal, replicates: start..<start + count, &trials)
    }
    return AttackReport(
      adversary: adversary, settings: settings, plan: plan, verdict: verdict, threshold: threshold,
      standings: race.standings, runs: trials.runs)
  }

  // What the budget is in runs.
  private func runs(_ trials: inout Trials) throws -> Int {
    switch settings.budget {
    case .runs(let runs): return runs
    case .seconds(let seconds):
      let clock = ContinuousClock()
      let start = clock.now
      var many = AttackPlan(identities: adversary.identitiesMax)
      many.firstIdentities = many.identities
      var count = 0
      // At least a few runs, and not more than a twentieth of the time.
      repeat {
        _ = try trials.run([adversary.honest, many], of: adversary, replicates: 0..<2)
        count += 4
      } while clock.now - start < .seconds(seconds / 20)
      return Int(Double(count) * (Duration.seconds(seconds) / (clock.now - start)) * 0.8)
    }
  }

  private func baseline(_ trials: inout Trials, _ replicates: Range<Int>) throws -> Baseline {
    Baseline(
      honest: try trials.run([adversary.honest], of: adversary, replicates: replicates)[0],
      without: try trials.run(without: adversary, replicates: replicates))
  }

  private func value(_ outcomes: [TrialOutcome], _ baseline: Baseline) -> Double {
    let stake = Double(adversary.stake.micro) / 1e6
    return settings.goal.value(outcomes, against: baseline, stake: stake)
  }

  // Candidates from the best to the worst, and the best of each strategy.
  private func race(
    _ spaces: [AttackSpace], budget: Int, _ known: Baseline, _ trials: inout Trials
  ) throws -> (candidates: [Candidate], standings: [AttackReport.Standing]) {
    let survivors = 4
    var random = CounterStream(seed: adversary.without.seed, purpose: 0x6174_7461_636B_0001)
    var candidates: [Candidate] = []
    var seen: Set<AttackPlan> = []
    func add(_ space: Int, _ point: [Double]) {
      let plan = spaces[space].plan(at: point)
      if seen.insert(plan).inserted { candidates.append(Candidate(space: space, point: point, plan: plan)) }
    }
    for space in spaces.indices {
      add(space, spaces[space].standard(identities: adversary.members))
      add(space, spaces[space].standard(identities: adversary.identitiesMax))
    }
    let firstTrials = Race.cost(count: 2 * candidates.count, trials: 2, survivors: survivors) <= budget ? 2 : 1
    // Rounds of one more random point in each space, while they can be paid for.
    for _ in 0..<40 {
      let next = candidates.count + spaces.count
      guard Race.cost(count: next, trials: firstTrials, survivors: survivors) <= budget else { break }
      for space in spaces.indices where spaces[space].dimension > 0 { add(space, spaces[space].random(&random)) }
    }
    var race = Race(count: candidates.count, trials: firstTrials)
    var order: [Int] = []
    while true {
      let wanted = min(race.trialsWanted, Self.raceTrialsMax)
      let done = candidates[race.runners[0]].outcomes.count
      if done < wanted {
        let outcomes = try trials.run(
          race.runners.map { candidates[$0].plan }, of: adversary, replicates: done..<wanted)
        for (runner, new) in zip(race.runners, outcomes) { candidates[runner].outcomes += new }
      }
      let values = race.runners.map { value(candidates[$0].outcomes, known) }
      let before = race.runners
      let isLast = before.count <= survivors
      race.endRound(values: values, survivors: survivors)
      // Those who leave now stand behind those who stay, and before those who left earlier.
      let ranked = before.indices.sorted { (values[$1], $0) < (values[$0], $1) }.map { before[$0] }
      let staying = Set(isLast ? [] : race.runners)
      order = ranked.filter { !staying.contains($0) } + order
      if isLast { break }
    }
    let ranked = order.map { candidates[$0] }
    var standings: [AttackReport.Standing] = []
    for candidate in ranked {
      let name = type(of: candidate.plan.first).name
      guard !standings.contains(where: { $0.strategy == name }) else { continue }
      standings.append(
        AttackReport.Standing(
          strategy: name, plan: candidate.plan, profit: Estimate(candidate.outcomes.map(\.profit)),
          accuracyLost: Estimate(known.accuracyLost(candidate.outcomes))))
    }
    return (ranked, standings)
  }

  // CMA-ES from the best points of the two strategies that came furthest, and from both together.
  private func refine(
    _ ranked: [Candidate], _ spaces: [AttackSpace], budget: Int, _ known: Baseline, _ trials: inout Trials
  ) throws -> [AttackPlan] {
    let best = ranked[0]
    var starts = [(space: spaces[best.space], point: best.point)]
    if let second = ranked.first(where: { $0.space != best.space }) {
      let other = (point: second.point, space: spaces[second.space])
      starts.append((other.space, other.point))
      let joint = AttackSpace(spaces[best.space].first, other.space.first, for: adversary)
      starts.append((joint, joint.joining((best.point, spaces[best.space]), other)))
    }
    starts.removeAll { $0.space.dimension == 0 }
    var found: [AttackPlan] = []
    for (index, start) in starts.enumerated() {
      let random = CounterStream(seed: adversary.without.seed, purpose: 0x6174_7461_636B_0002, UInt64(index))
      var strategy = EvolutionStrategy(mean: start.point, step: 0.2, random: random)
      let part = budget / starts.count
      // Five generations at least, and two replicates at least.
      let replicates = max(2, min(Self.raceTrialsMax / 2, part / (5 * strategy.population)))
      var top: (value: Double, plan: AttackPlan)?
      for _ in 0..<max(1, part / (replicates * strategy.population)) {
        let plans = strategy.draw().map { start.space.plan(at: $0) }
        let outcomes = try trials.run(plans, of: adversary, replicates: 0..<replicates)
        let values = outcomes.map { value($0, known) }
        for (value, plan) in zip(values, plans) where value > top?.value ?? -.infinity { top = (value, plan) }
        strategy.learn(values)
      }
      found += [start.space.plan(at: strategy.mean)] + (top.map { [$0.plan] } ?? [])
    }
    return found
  }

  // The best of `plans` under seeds that the search has not seen, made as simple as it can be.
  private func choose(_ plans: [AttackPlan], budget: Int, _ trials: inout Trials) throws -> AttackPlan {
    let count = max(4, min(16, budget / (3 * plans.count)))
    let replicates = Self.choiceStart..<Self.choiceStart + count
    let baseline = try baseline(&trials, replicates)
    func values(_ plans: [AttackPlan]) throws -> [Double] {
      try trials.run(plans, of: adversary, replicates: replicates).map { value($0, baseline) }
    }
    let first = try values(plans)
    let order = plans.indices.sorted { (first[$1], $0) < (first[$0], $1) }
    var best = (plan: plans[order[0]], value: first[order[0]])
    // Each step takes away one complication; there are never many.
    while true {
      let simpler = best.plan.simpler(members: adversary.members)
      guard !simpler.isEmpty else { return best.plan }
      let worths = try values(simpler)
      // What costs less than a fiftieth is not worth telling.
      let floor = best.value - 0.02 * abs(best.value)
      guard let index = worths.indices.first(where: { worths[$0] >= floor }) else { return best.plan }
      best = (simpler[index], max(best.value, worths[index]))
    }
  }

  /// Adds the number of runs and the stage to what is shown.
  private final class Meter {
    var total = 0
    var stage = "measuring the speed" {
      didSet { show(done) }
    }
    private var done = 0
    private let progress: (Int, Int, String) -> Void

    init(_ progress: @escaping (Int, Int, String) -> Void) { self.progress = progress }

    func show(_ done: Int) {
      self.done = done
      progress(done, max(done, total), stage)
    }
  }
}
