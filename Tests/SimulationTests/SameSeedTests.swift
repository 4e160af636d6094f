import Quantities
import RandomScenarios
import Simulation
import Testing

/// One seed gives one run, whatever the number of threads. `make conformance` runs ten times as many, and in both build
/// modes.
@Suite struct SameSeedTests {
  // Scenarios in blocks, so that a report names few of them.
  @Test(arguments: UInt64(0)..<10)
  func `a thousand random scenarios give the same records on one thread and on two`(block: UInt64) async throws {
    let seeds = block * 100..<(block + 1) * 100
    let alone = try seeds.map { try Self.record(of: $0) }
    let together = try await withThrowingTaskGroup(of: [(UInt64, RunRecord)].self) { group in
      for half in 0..<2 as Range<UInt64> {
        group.addTask { try seeds.filter { $0 % 2 == half }.map { ($0, try Self.record(of: $0)) } }
      }
      return try await group.reduce(into: [(UInt64, RunRecord)]()) { $0 += $1 }
    }
    for (seed, record) in together { #expect(record == alone[Int(seed - seeds.lowerBound)], "seed \(seed)") }
  }

  // Every fourth at protocol depth, with a broken world.
  private static func record(of seed: UInt64) throws -> RunRecord {
    let scenario = seed % 4 == 0 ? RandomScenario.broken(seed: seed) : RandomScenario.make(seed: seed)
    return try Simulator.run(scenario, replicate: 0, isDetailed: true) { _ in }
  }
}
