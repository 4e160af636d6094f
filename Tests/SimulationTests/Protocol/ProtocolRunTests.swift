import Foundation
import Quantities
import RandomScenarios
import Simulation
import Testing

@Suite struct ProtocolRunTests {
  private func run(_ scenario: Scenario) throws -> (record: RunRecord, run: ProtocolRun) {
    let population = try Population(scenario, replicate: 0)
    var recorder = Recorder(scenario: scenario, isDetailed: false)
    var run = ProtocolRun(population: population, scenario: scenario)
    return (try run.run(recorder: &recorder) { _ in }, run)
  }

  @Test func `both depths come to the same balances on a thousand random scenarios`() throws {
    for seed in UInt64(0)..<1_000 {
      let scenario = RandomScenario.make(seed: seed)
      let population = try Population(scenario, replicate: 0)
      var recorder = Recorder(scenario: scenario, isDetailed: false)
      var mechanism = MechanismRun(population: population, scenario: scenario)
      let flat = try mechanism.run(recorder: &recorder) { _ in }
      let deep = try run(scenario).record
      #expect(deep.members == flat.members, "seed \(seed)")
      #expect(deep.treasury == flat.treasury, "seed \(seed)")
      #expect(deep.questionsClosed == flat.questionsClosed, "seed \(seed)")
    }
  }

  /// Two thousand seeds; as many as `WITAN_SOAK_SEEDS` says, from `WITAN_SOAK_FIRST` on, where those are set.
  @Test func `nothing false happens in broken worlds, and all is settled once they are whole`() throws {
    let environment = ProcessInfo.processInfo.environment
    let first = environment["WITAN_SOAK_FIRST"].flatMap { UInt64($0) } ?? 0
    let count = environment["WITAN_SOAK_SEEDS"].flatMap { UInt64($0) } ?? 2_000
    var (closed, asked, restarts, refused, equivocal) = (0, 0, 0, 0, 0)
    for seed in first..<first + count {
      let scenario = RandomScenario.broken(seed: seed)
      do {
        let (record, run) = try run(scenario)
        closed += record.questionsClosed
        asked += scenario.questionCount
        restarts += run.incidents.count { $0.what.contains("is up again at") }
        refused += run.tally.refused
        equivocal += run.equivocations.count
      } catch let broken as BrokenInvariant {
        Issue.record("seed \(seed): \(broken)\n\(broken.scenario)")
      }
    }
    guard count >= 100 else { return }
    // Worlds in which nothing happens would prove nothing.
    #expect(closed > asked / 3)
    #expect(restarts > Int(count) / 10)
    #expect(refused > Int(count) / 10)
    #expect(equivocal > 0)
  }

  @Test func `the same seed gives the same events, messages and hash`() throws {
    for seed in UInt64(0)..<50 {
      let scenario = RandomScenario.broken(seed: seed)
      let (one, two) = (try run(scenario), try run(scenario))
      #expect(one.record == two.record)
      #expect(one.run.trace == two.run.trace)
      #expect(one.run.incidents == two.run.incidents)
    }
  }

  @Test func `a healed world counts every answer again`() throws {
    var scenario = Scenario()
    scenario.questionCount = 20
    scenario.groups = [Group(name: "here"), Group(name: "there")]
    scenario.groups[0].count = 2
    scenario.groups[1].count = 3
    scenario.faults = [Fault(.partition(groups: ["there"]), start: 2_500, duration: 5_000)]
    let (record, run) = try run(scenario)
    #expect(record.questionsClosed == 20)
    #expect(run.incidents.map(\.what).contains("cut off: there"))
    #expect(run.tally.lost > 0)
    // Three members missed five questions of twenty.
    #expect(record.members[2].staked < record.members[0].staked)
  }

  @Test func `a host that loses power at any moment answers every question in the end`() throws {
    for start in stride(from: UInt64(0), through: 6_000, by: 137) {
      var scenario = Scenario()
      scenario.questionCount = 6
      scenario.rules.isSealed = start % 2 == 0
      scenario.groups = [Group(name: "members")]
      scenario.groups[0].count = 3
      scenario.network.latency = .uniform(1, 60)
      scenario.faults = [
        Fault(.slowDisk(delay: 90), start: 0, duration: 8_000), Fault(.tornDisk, start: start, duration: 700),
      ]
      let record = try run(scenario).record
      #expect(record.questionsClosed == 6, "power lost at \(start) ms")
    }
  }
}
