import Quantities
import Simulation
import Testing

@Suite struct ProtocolRunTests {
  static func run(_ scenario: Scenario) throws -> RunRecord {
    let population = try Population(scenario, replicate: 0)
    var recorder = Recorder(scenario: scenario, isDetailed: false)
    var run = ProtocolRun(population: population, scenario: scenario)
    return try run.run(recorder: &recorder) { _ in }
  }

  @Test func `both depths come to the same balances on a thousand random scenarios`() throws {
    for seed in UInt64(0)..<1_000 {
      let scenario = RandomScenario.make(seed: seed)
      let population = try Population(scenario, replicate: 0)
      var recorder = Recorder(scenario: scenario, isDetailed: false)
      var mechanism = MechanismRun(population: population, scenario: scenario)
      let flat = try mechanism.run(recorder: &recorder) { _ in }
      let deep = try Self.run(scenario)
      #expect(deep.members == flat.members, "seed \(seed)")
      #expect(deep.treasury == flat.treasury, "seed \(seed)")
      #expect(deep.questionsClosed == flat.questionsClosed, "seed \(seed)")
      guard deep.members == flat.members else { return }
    }
  }

  @Test func `nothing false happens on two thousand broken worlds, and all is settled once they are whole`() throws {
    for seed in UInt64(0)..<2_000 { _ = try Self.run(RandomScenario.broken(seed: seed)) }
  }
}
