import Foundation
import ProtocolCore
import Quantities
import RandomScenarios
import Simulation

/// Runs random scenarios at both depths and prints one digest of all that happened: the same for any number of threads,
/// in any build mode, on any machine.
///
/// usage: scenario-hashes FIRST COUNT THREADS
@main
enum ScenarioHashes {
  static func main() async throws {
    let numbers = CommandLine.arguments.dropFirst().compactMap(UInt64.init)
    guard numbers.count == 3, (1...64).contains(numbers[2]) else {
      FileHandle.standardError.write(Data("usage: scenario-hashes FIRST COUNT THREADS\n".utf8))
      exit(64)
    }
    let (first, count, threads) = (numbers[0], numbers[1], numbers[2])
    let hashes = try await withThrowingTaskGroup(of: [(UInt64, [UInt8])].self) { group in
      for thread in 0..<threads {
        group.addTask {
          try stride(from: first + thread, to: first + count, by: Int(threads)).map { ($0, try worlds(of: $0)) }
        }
      }
      var all: [(UInt64, [UInt8])] = []
      for try await part in group { all += part }
      return all
    }
    var bytes: [UInt8] = []
    for (_, hash) in hashes.sorted(by: { $0.0 < $1.0 }) { bytes += hash }
    print("\(Digest.sha256(bytes)) scenarios \(first) to \(first + count - 1), each at both depths")
  }

  private static func worlds(of seed: UInt64) throws -> [UInt8] {
    var bytes: [UInt8] = []
    for scenario in [RandomScenario.make(seed: seed), RandomScenario.broken(seed: seed)] {
      let record = try Simulator.run(scenario, replicate: 0, isDetailed: true) { _ in }
      record.hash.withUnsafeBytes { bytes.append(contentsOf: $0) }
    }
    return bytes
  }
}
