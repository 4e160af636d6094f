import Consensus
import Incentives
import Ledger
import ProtocolCore
import Quantities
import Simulation
import Testing

@Suite struct CounterfactualReplayTests {
  static func history(_ seed: UInt64, isSealed: Bool = false, moves: Int = 300) throws -> ReplayHistory {
    var history = try ReplayHistory(seed: seed, rules: ReplayHistory.rules(seed, isSealed: isSealed))
    try history.play(moves)
    return history
  }

  static func replay(
    _ store: MemoryLedger, _ change: (inout Counterfactual) throws -> Void = { _ in }
  ) throws -> ReplayResult {
    var counterfactual = Counterfactual(rules: try CounterfactualReplay.founding(of: store).rules)
    try change(&counterfactual)
    return try CounterfactualReplay.run(of: store, counterfactual)
  }

  @Test(arguments: UInt64(0)..<48, [false, true])
  func `the same rules give the same ledger, to the byte`(seed: UInt64, isSealed: Bool) throws {
    let history = try Self.history(seed, isSealed: isSealed)
    let result = try Self.replay(history.store)
    #expect(result.isSame)
    #expect(result.real.head == history.chain.head)
    #expect(result.models.allSatisfy { $0.other == $0.real && $0.dropped == 0 && $0.unheard == 0 })
    #expect(result.tally.skipped + result.tally.crowdedOut + result.tally.outcomesSkipped == 0)
    #expect(result.tally.outcomesLate + result.tally.withdrawalsShort + result.tally.topChanged == 0)
    #expect(result.tally.real == result.tally.other)
    #expect(result.tally.firstConsensus == nil && result.tally.firstPayment == nil)
    #expect(result.timeline.real == result.timeline.other)
    #expect(result.real == result.other)
  }

  @Test func `the histories hold every kind of event`() throws {
    var kinds: Set<String> = []
    for seed in UInt64(0)..<8 {
      for isSealed in [false, true] {
        kinds.formUnion(try Self.history(seed, isSealed: isSealed).facts.map(\.event.kind))
      }
    }
    #expect(kinds == Set(Event.kinds))
  }

  /// Rules to go from and to: rich enough that everyone keeps a voice in the ledger that is replayed.
  static func script(_ seed: UInt64, _ kind: Int, isSealed: Bool) -> ReplayScript {
    let incentives = Incentive.Kind.allCases
    let pools = ConsensusRule.Kind.allCases
    let unresolved = UnresolvedRule.Kind.allCases
    var rules = Rules()
    rules.incentive = Incentive(incentives[kind % incentives.count])
    rules.consensus.kind = pools[kind % pools.count]
    rules.unresolved.kind = unresolved[kind % unresolved.count]
    rules.unresolved.batch = 5
    rules.unresolved.wait = 4_000
    rules.outcomeDeadline = UInt64(4_000 + 3_000 * (kind % 4))
    rules.deposit = Amount(credits: 100_000)
    rules.isSealed = isSealed
    var script = ReplayScript(seed: seed, rules: rules)
    script.isSealed = isSealed
    return script
  }

  // The other world told directly is the oracle of the replay, down to the last byte of its ledger.
  @Test(arguments: UInt64(0)..<40, [false, true])
  func `a replay under other circumstances is the ledger of a history that had them`(
    seed: UInt64, isSealed: Bool
  ) throws {
    var real = Self.script(seed, Int(seed), isSealed: isSealed)
    // Outcomes that come too late are not recorded, so none may in the ledger.
    real.rules.outcomeDeadline = 13_000
    var other = Self.script(seed, Int(seed) * 3 + 1, isSealed: isSealed)
    if seed % 3 > 0 { other.without = [ReplayScript.names[Int(seed) % 5]] }
    // Poor enough in some that models fall silent or the treasury runs dry.
    if seed % 4 == 1 { other.rules.endowment = Amount(credits: 150) }
    if seed % 4 == 2 { other.rules.deposit = Amount(credits: 60) }
    if seed % 5 > 2 { other.deposits[ReplayScript.names[(Int(seed) + 2) % 5]] = Amount(credits: 250_000) }
    let oracle = try other.ledger()
    let result = try Self.replay(try real.ledger().store) { counterfactual in
      counterfactual.rules = other.rules
      counterfactual.without = other.without
      counterfactual.deposits = other.deposits
    }
    #expect(result.models.allSatisfy { $0.unheard == 0 }, "or the oracle knows answers that are not recorded")
    #expect(result.other.head == oracle.head)
    #expect(!result.isSame)
    for model in result.models {
      #expect(model.other?.balance == oracle.council.registry[model.id]?.balance)
    }
    #expect(result.other.treasury == oracle.council.registry.treasury)
  }

  @Test(arguments: UInt64(0)..<60, [false, true])
  func `no credit is made or lost in any other world`(seed: UInt64, isSealed: Bool) throws {
    let history = try Self.history(seed, isSealed: isSealed, moves: 200)
    var random = CounterStream(seed: seed, purpose: 70)
    let joined = history.council.registry.models.count
    let result = try Self.replay(history.store) { counterfactual in
      let sealed = counterfactual.rules.isSealed
      counterfactual.rules = ReplayHistory.rules(UInt64(random.below(1_000)))
      counterfactual.rules.isSealed = sealed
      if random.below(2) == 0 { counterfactual.without = [ReplayHistory.name(random.below(joined))] }
      let rich = ReplayHistory.name(random.below(joined))
      if !counterfactual.without.contains(rich) {
        counterfactual.deposits[rich] = Amount(micro: Int64(random.below(2_000_000_000)))
      }
    }
    let standings = result.models.compactMap(\.other)
    let profits = standings.reduce(Amount.zero) { $0 + $1.profit }
    #expect(profits + result.other.treasury == result.other.rules.endowment)
    #expect(standings.allSatisfy { $0.balance >= .zero && $0.profit == $0.rewarded - $0.slashed })
    #expect(result.timeline.real.map(\.position) == result.timeline.other.map(\.position))
  }

  @Test func `answers fall away with the voice, and a voice that was not there is missed`() throws {
    var script = ReplayScript(seed: 3, rules: Rules())
    script.judgedEvery = 1
    let lenient = try script.ledger().store
    var harsh = script
    harsh.rules.judging.poorThreshold = 900_000_000
    harsh.rules.judging.suspendedAfter = 3
    let strict = try harsh.ledger().store
    let dropped = try Self.replay(lenient) { $0.rules = harsh.rules }
    #expect(dropped.models.contains { $0.dropped > 0 && $0.other?.status == .suspended })
    #expect(dropped.models.allSatisfy { $0.unheard == 0 })
    #expect(dropped.tally.questions == 120)
    #expect(dropped.tally.skipped > 0, "in the end nobody is left")
    let unheard = try Self.replay(strict) { $0.rules = script.rules }
    #expect(unheard.models.contains { $0.unheard > 0 && $0.real.status == .suspended && $0.other?.status == .active })
    #expect(unheard.models.allSatisfy { $0.dropped == 0 })
  }

  @Test func `outcomes after the other deadline are too late, and still say how good the consensus was`() throws {
    var script = ReplayScript(seed: 5, rules: Rules())
    script.judgedEvery = 0
    let store = try script.ledger().store
    let result = try Self.replay(store) { try $0.set("rules.outcome_deadline", "2000") }
    #expect(result.tally.outcomesLate > 20)
    #expect(result.tally.outcomes > result.tally.outcomesLate)
    #expect(result.tally.real.count == result.tally.outcomes)
    #expect(result.tally.real.count == result.tally.other.count)
    #expect(result.tally.firstPayment != nil)
  }

  @Test func `without everyone no question is asked, and every outcome is passed over`() throws {
    let store = try ReplayScript(seed: 6, rules: Rules()).ledger().store
    let result = try Self.replay(store) { $0.without = Set(ReplayScript.names) }
    #expect(result.tally.skipped == result.tally.questions)
    #expect(result.tally.outcomesSkipped == result.tally.outcomes)
    #expect(result.models.allSatisfy { $0.other == nil && $0.balanceChange == nil })
    #expect(result.other.treasury == result.other.rules.endowment)
    #expect(result.tally.real.count == 0)
  }

  @Test func `judged questions are paid by the rules of judging under any incentive`() throws {
    var script = ReplayScript(seed: 7, rules: Rules())
    script.rules.judging.reward = Amount(credits: 3)
    script.judgedEvery = 1
    let store = try script.ledger().store
    let result = try Self.replay(store) { try $0.set("rules.incentive", "weighted_score") }
    #expect(result.isJudgingApart)
    #expect(result.other.rules.judging.reward == Amount(credits: 3))
    #expect(result.models.allSatisfy { $0.other?.balance == $0.real.balance })
    #expect(result.tally.firstPayment == nil)
    #expect(try !Self.replay(store) { try $0.set("rules.incentive.reward", "4") }.isJudgingApart)
  }

  @Test func `a deposit below the least of the rules is taken, and nobody else's changes`() throws {
    let store = try ReplayScript(seed: 8, rules: Rules()).ledger().store
    let bob = ReplayScript.names[1]
    let result = try Self.replay(store) { $0.deposits[bob] = Amount(credits: 90) }
    for model in result.models {
      #expect(model.real.deposited == Amount(credits: 1_000))
      #expect(model.other?.deposited == Amount(credits: model.id == bob ? 90 : 1_000))
    }
    let all = try Self.replay(store) { try $0.set("rules.deposit", "70") }
    #expect(all.models.allSatisfy { $0.other?.deposited == Amount(credits: 70) })
  }

  @Test func `what cannot be otherwise is refused with a remedy`() throws {
    let store = try ReplayScript(seed: 9, rules: Rules()).ledger().store
    func refusal(_ change: (inout Counterfactual) -> Void) -> ReplayError? {
      do { _ = try Self.replay(store, change) } catch { return error as? ReplayError }
      return nil
    }
    let adda = try #require(ModelID("adda"))
    #expect(refusal { $0.without = [adda] } == .unknownModel(adda, nearest: "ada"))
    #expect(refusal { $0.deposits[adda] = .zero } == .unknownModel(adda, nearest: "ada"))
    let ada = ReplayScript.names[0]
    #expect(refusal { $0.deposits[ada] = Amount(micro: -1) } == .deposit(ada, Amount(micro: -1)))
    #expect(refusal { $0.rules.isSealed = true }?.description.contains("sealed") == true)
    #expect(refusal { $0.rules.endowment = Amount(micro: -5) }?.description.contains("endowment") == true)
    #expect(
      refusal {
        $0.without = [ada]
        $0.deposits[ada] = .zero
      }?.description.contains("choose one") == true)
    #expect(throws: ReplayError.empty) { try Self.replay(MemoryLedger()) }
  }
}
