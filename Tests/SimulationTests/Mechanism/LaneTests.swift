import Incentives
import ProtocolCore
import Quantities
import Simulation
import Testing

/// The two ways through mechanism depth lead to the same.
@Suite struct LaneTests {
  static func record(_ scenario: Scenario, onCouncil: Bool, isDetailed: Bool = false) throws -> RunRecord {
    let population = try Population(scenario, replicate: 0)
    var run =
      onCouncil
      ? MechanismRun.onCouncil(population: population, scenario: scenario)
      : MechanismRun(population: population, scenario: scenario)
    #expect(run.lane == (onCouncil ? .council : .arrays))
    var recorder = Recorder(scenario: scenario, isDetailed: isDetailed)
    return try run.run(recorder: &recorder) { _ in }
  }

  // A hundred scenarios for each argument, so that a report names few of them.
  @Test(arguments: UInt64(0)..<10)
  func `arrays and the council come to the same, to the micro-credit and to the hash`(block: UInt64) throws {
    for seed in block * 100..<(block + 1) * 100 {
      let scenario = LaneScenario.make(seed: seed)
      let arrays = try Self.record(scenario, onCouncil: false, isDetailed: seed % 2 == 0)
      let council = try Self.record(scenario, onCouncil: true, isDetailed: seed % 2 == 0)
      #expect(arrays.members == council.members, "seed \(seed)")
      #expect(arrays.treasury == council.treasury, "seed \(seed)")
      #expect(arrays.questionsClosed == council.questionsClosed, "seed \(seed)")
      #expect(arrays.hash == council.hash, "seed \(seed)")
      #expect(arrays.measures == council.measures, "seed \(seed)")
    }
  }

  @Test(arguments: UInt64(0)..<50)
  func `the same seed gives the same hash, in any number of tasks at once, and another seed another`(
    seed: UInt64
  ) async throws {
    let scenario = LaneScenario.make(seed: seed)
    let hashes = try await withThrowingTaskGroup(of: Digest.self) { group in
      for _ in 0..<3 { group.addTask { try Self.record(scenario, onCouncil: false).hash } }
      return try await group.reduce(into: [Digest]()) { $0.append($1) }
    }
    #expect(Set(hashes).count == 1)
    var other = scenario
    other.seed = seed &+ 1_000_000
    if try Self.record(scenario, onCouncil: false).questionsClosed > 2 {
      #expect(try Self.record(other, onCouncil: false).hash != hashes[0])
    }
  }

  @Test(arguments: UInt64(0)..<200)
  func `all money is somewhere`(seed: UInt64) throws {
    let scenario = LaneScenario.make(seed: seed)
    let record = try Self.record(scenario, onCouncil: false)
    let owned = record.members.reduce(record.treasury) { $0 + $1.balance + $1.withdrawn }
    #expect(owned == record.members.reduce(scenario.rules.endowment) { $0 + $1.deposited })
  }

  @Test func `rules, strategies and delays beyond the common ones go through the council`() throws {
    var scenarios = [Scenario](repeating: LaneScenario.make(seed: 5), count: 5)
    scenarios[0].rules.influence.cap = 400_000_000
    scenarios[1].rules.incentive = Incentive(.kelly)
    scenarios[2].outcomes.neverShare = 0.1
    scenarios[3].outcomes.delay = .constant(Double(scenarios[3].interval + 1))
    scenarios[4].rules.consensus.kind = .trackRecord
    for scenario in scenarios {
      let population = try Population(scenario, replicate: 0)
      #expect(MechanismRun(population: population, scenario: scenario).lane == .council)
    }
  }
}
