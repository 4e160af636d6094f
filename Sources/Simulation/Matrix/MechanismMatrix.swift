import Consensus
import Incentives
import ProtocolCore
import Quantities

/// Every mechanism against every strategy: who profits, what honest members make, what accuracy is lost.
///
/// Each cell puts one adversary into one scenario under one mechanism and compares it with itself being honest, under the
/// same seeds. Strategies play with their standard settings, as many names as members, all the time; nothing is searched
/// for, so that a cell without profit is no promise (see `AttackSearch`).
public struct MechanismMatrix: Sendable {
  /// A mechanism: one row.
  public enum Mechanism: Hashable, Sendable {
    /// Pay by outcomes.
    case incentive(Incentive.Kind)
    /// Pay where outcomes never come.
    case unresolved(UnresolvedRule.Kind)
    /// A pool, with the scenario's own pay.
    case consensus(ConsensusRule.Kind)

    /// The word for it.
    public var name: String {
      switch self {
      case .incentive(let kind): kind.rawValue
      case .unresolved(let kind): kind.rawValue
      case .consensus(let kind): kind.rawValue
      }
    }
  }

  /// What the adversary does: one column.
  public struct Attack: Sendable {
    /// The word for it.
    public let name: String
    /// What it plays; `nil` for honesty under as many names as its money allows.
    let strategy: (any Strategy)?

    /// A strategy with its standard settings.
    public init(_ type: any Strategy.Type) {
      name = type.name
      strategy = type.init(values: type.parameters.map(\.standard))
    }

    private init() {
      name = "honest_split"
      strategy = nil
    }

    /// Honesty, shared among as many names as the money allows.
    public static let split = Attack()

    /// All strategies, and honesty under many names.
    public static var all: [Attack] { Mixture.parts.map { Attack($0) } + [.split] }

    func plan(of adversary: Adversary) -> AttackPlan {
      guard let strategy else { return AttackPlan(identities: adversary.identitiesMax) }
      return AttackPlan(identities: adversary.members, strategy: strategy)
    }
  }

  /// One cell.
  public struct Cell: Hashable, Sendable {
    /// What the adversary makes for each credit that it has.
    public let profit: Estimate
    /// What it makes more than by being honest, for each credit that it has.
    public let gain: Estimate
    /// What the others make for each credit that they bring in.
    public let othersReturn: Estimate
    /// The accuracy that the consensus loses against the adversary being honest; `nil` where no outcome comes.
    public let accuracyLost: Estimate?
    /// Whether the adversary earns more than honesty and more than nothing, at the level of 5 % in this cell alone: of
    /// twenty cells in which it does not, one looks as if.
    public let pays: Bool
  }

  /// The rows.
  public let mechanisms: [Mechanism]
  /// The columns.
  public let attacks: [Attack]
  /// Row by row.
  public let cells: [[Cell]]
  /// How many replicates each cell has.
  public let replicates: Int
  /// How many runs it took.
  public let runs: Int

  /// All incentives, and all rules for outcomes that never come but the one that gives stakes back.
  public static let standardMechanisms: [Mechanism] =
    Incentive.Kind.allCases.map { .incentive($0) }
    + UnresolvedRule.Kind.allCases.filter { $0 != .returnStakes }.map { .unresolved($0) }

  /// All pools.
  public static let consensusMechanisms: [Mechanism] = ConsensusRule.Kind.allCases.map { .consensus($0) }

  /// Runs all cells.
  ///
  /// - Parameters:
  ///   - scenario: what the cells have in common; `standard` by default.
  ///   - members: how many members the adversary has; a fifth of all by default.
  ///   - stake: its money; a third of all by default.
  ///   - threads: how many runs at the same time; the result does not depend on it.
  ///   - progress: told how many runs are done, of how many.
  public init(
    scenario: Scenario = Self.standard, mechanisms: [Mechanism] = Self.standardMechanisms,
    attacks: [Attack] = Attack.all, members: Adversary.Holding? = nil, stake: Adversary.Holding? = nil,
    group: String? = nil, replicates: Int = 16, threads: Int = 1,
    progress: @escaping (_ done: Int, _ of: Int) -> Void = { _, _ in }
  ) throws {
    precondition(replicates >= 1, "a matrix of nothing")
    let total = mechanisms.count * (attacks.count + 1) * replicates
    var trials = Trials(threads: threads) { progress($0, total) }
    let isOwn = group != nil
    var cells: [[Cell]] = []
    for mechanism in mechanisms {
      let adversary = try Adversary(
        in: Self.scenario(scenario, under: mechanism), members: members ?? (isOwn ? nil : .share(0.2)),
        stake: stake ?? (isOwn ? nil : .share(1.0 / 3)), group: group)
      let plans = attacks.map { $0.plan(of: adversary) }
      let outcomes = try trials.run([adversary.honest] + plans, of: adversary, replicates: 0..<replicates)
      let credits = Double(adversary.stake.micro) / 1e6
      cells.append(outcomes.dropFirst().map { Cell($0, honest: outcomes[0], stake: credits) })
    }
    self.mechanisms = mechanisms
    self.attacks = attacks
    self.cells = cells
    self.replicates = replicates
    runs = trials.runs
  }

  /// What the matrix runs where no scenario is given: sixteen members who are right six to nine times in ten, three
  /// classes, open answers, 300 questions, and deposits small enough that names are cheap.
  public static let standard: Scenario = {
    var scenario = Scenario()
    scenario.name = "matrix"
    scenario.questionCount = 300
    var honest = Group(name: "honest")
    honest.count = 16
    scenario.groups = [honest]
    scenario.rules.deposit = Amount(credits: 500)
    honest.deposit = .constant(1_000)
    scenario.groups = [honest]
    scenario.rules.consensus = ConsensusRule(.fixedShare)
    scenario.rules.incentive = Incentive(.weightedScore)
    return scenario
  }()

  private static func scenario(_ scenario: Scenario, under mechanism: Mechanism) -> Scenario {
    var scenario = scenario
    switch mechanism {
    case .incentive(let kind): if scenario.rules.incentive.kind != kind { scenario.rules.incentive = Incentive(kind) }
    case .consensus(let kind):
      if scenario.rules.consensus.kind != kind { scenario.rules.consensus = ConsensusRule(kind) }
    case .unresolved(let kind):
      if scenario.rules.unresolved.kind != kind {
        scenario.rules.unresolved = UnresolvedRule()
        scenario.rules.unresolved.kind = kind
      }
      // Outcomes never come, and everyone wagers on every question.
      scenario.outcomes.neverShare = 1
      scenario.rules.outcomeDeadline = scenario.interval
      if case .weightedScore = scenario.rules.incentive {} else { scenario.rules.incentive = Incentive(.weightedScore) }
    }
    return scenario
  }
}

extension MechanismMatrix.Cell {
  init(_ outcomes: [TrialOutcome], honest: [TrialOutcome], stake: Double) {
    let pairs = zip(outcomes, honest)
    profit = Estimate(outcomes.map { $0.profit / stake })
    gain = Estimate(pairs.map { ($0.profit - $1.profit) / stake })
    othersReturn = Estimate(outcomes.map { $0.othersDeposit > 0 ? $0.othersProfit / $0.othersDeposit : 0 })
    let lost = pairs.map { $1.accuracy - $0.accuracy }
    accuracyLost = lost.contains { $0.isNaN } ? nil : Estimate(lost)
    pays = profit.isAboveZero && gain.isAboveZero
  }
}
