import Consensus
import Incentives
import Ledger
import ProtocolCore
import Quantities
import Simulation
import Testing

@Suite struct CounterfactualReplayTests {
  static func history(_ seed: UInt64, isSealed: Bool = false, moves: Int = 700) throws -> ReplayHistory {
    var history = try ReplayHistory(seed: seed, rules: ReplayHistory.rules(seed, isSealed: isSealed))
    try history.play(moves)
    return history
  }

  @Test(arguments: UInt64(0)..<48, [false, true])
  func `the same rules give the same ledger, to the byte`(seed: UInt64, isSealed: Bool) throws {
    let history = try Self.history(seed, isSealed: isSealed)
    let result = try CounterfactualReplay.run(
      of: history.store, Counterfactual(rules: try CounterfactualReplay.founding(of: history.store).rules))
    #expect(result.isSame)
    #expect(result.real.head == history.chain.head)
    #expect(result.other.head == history.chain.head)
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
    for seed in UInt64(0)..<48 {
      for isSealed in [false, true] {
        kinds.formUnion(try Self.history(seed, isSealed: isSealed).facts.map(\.event.kind))
      }
    }
    #expect(kinds == Set(Event.kinds))
  }
}
