import Quantities
import Simulation
import Testing

@Suite struct AttackTests {
  private var scenario: Scenario {
    var scenario = Scenario()
    scenario.questionCount = 50
    var honest = Group(name: "honest")
    honest.count = 9
    scenario.groups = [honest]
    scenario.rules.incentive = .init(.weightedScore)
    return scenario
  }

  @Test func `an adversary has its share of all with its own`() throws {
    let adversary = try Adversary(in: scenario, members: .share(0.1), stake: .share(0.25))
    #expect(adversary.members == 1)
    #expect(adversary.stake == Amount(credits: 3_000))
    #expect(adversary.identitiesMax == 3)
  }

  @Test(arguments: [1, 2, 3])
  func `however many names share it, the money is the same`(identities: Int) throws {
    let adversary = try Adversary(in: scenario, members: .number(1), stake: .number(3_000))
    let record = try Simulator.run(
      adversary.scenario(AttackPlan(identities: identities)), replicate: 0, isDetailed: false, progress: { _ in })
    let own = record.members.filter { $0.group == 1 }
    #expect(own.count == identities)
    #expect(own.reduce(Amount.zero) { $0 + $1.deposited } == Amount(credits: 3_000))
  }

  @Test func `an adversary that stays away leaves the others the draws that they have`() throws {
    let adversary = try Adversary(in: scenario, members: .number(1), stake: .number(1_000))
    let with = try Simulator.run(scenario, replicate: 3, isDetailed: false, progress: { _ in })
    let without = try Simulator.run(adversary.without, replicate: 3, isDetailed: false, progress: { _ in })
    #expect(with.members.map(\.balance) == without.members.map(\.balance))
  }

  @Test func `refuses what makes no adversary, with a remedy`() throws {
    #expect(throws: AttackError.unknownGroup("honst", known: ["honest"])) {
      _ = try Adversary(in: scenario, group: "honst")
    }
    #expect(throws: AttackError.nobodyElse) { _ = try Adversary(in: scenario, group: "honest") }
    #expect(throws: AttackError.stakeTooSmall(stake: Amount(credits: 10), members: 1, deposit: Amount(credits: 1_000)))
    {
      _ = try Adversary(in: scenario, members: .number(1), stake: .number(10))
    }
    #expect(AttackError.unknownGroup("honst", known: ["honest"]).description.contains("did you mean honest?"))
  }

  @Test func `a budget too small to find anything is refused`() throws {
    var settings = AttackSearch.Settings()
    settings.budget = .runs(50)
    let search = AttackSearch(try Adversary(in: scenario), settings: settings)
    #expect(throws: AttackError.budgetTooSmall(runs: 50, least: 200)) { _ = try search.run { _, _, _ in } }
  }

  @Test func `what is found can be written, read and played again`() throws {
    var plan = AttackPlan(identities: 3, strategy: try #require(StrategyCatalogue.strategy(named: "copier")))
    plan.share = 0.5
    plan.questions = 10...30
    plan.second = try #require(StrategyCatalogue.strategy(named: "label_flipper"))
    let adversary = try Adversary(in: scenario, members: .number(1), stake: .number(3_000))
    let attack = adversary.scenario(plan)
    let read = try Scenario(yaml: attack.yaml)
    #expect(read == attack)
    let one = try Simulator.run(attack, replicate: 1, isDetailed: false, progress: { _ in })
    let other = try Simulator.run(read, replicate: 1, isDetailed: false, progress: { _ in })
    #expect(one.hash == other.hash)
  }

  @Test
  func `the matrix has a cell for every mechanism and strategy, honesty gains nothing, and threads change nothing`()
    throws
  {
    let attacks = [MechanismMatrix.Attack(Honest.self), .split]
    let mechanisms: [MechanismMatrix.Mechanism] = [.incentive(.equalSplit), .incentive(.kelly), .unresolved(.dmi)]
    let one = try MechanismMatrix(mechanisms: mechanisms, attacks: attacks, replicates: 3, threads: 1)
    let two = try MechanismMatrix(mechanisms: mechanisms, attacks: attacks, replicates: 3, threads: 2)
    #expect(one.cells == two.cells)
    #expect(one.cells.map(\.count) == [2, 2, 2])
    for row in one.cells { #expect(row[0].gain.mean == 0) }
    // Twice as many names take nearly twice the equal parts.
    #expect(one.cells[0][1].pays)
    #expect(one.cells[2][0].accuracyLost == nil)
    #expect(one.json.rendered() == two.json.rendered())
    #expect(one.html.contains("</html>"))
  }
}
