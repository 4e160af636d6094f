import Foundation
import Quantities
import Simulation

/// What one run took.
struct Sitting {
  let memberRounds: Double
  let seconds: Double
  let hash: Digest
  /// How much the most resident memory grew.
  let bytes: Double

  /// Runs `market` once on this thread, the drawing of its population included.
  init(_ market: Market, members: Int, questions: Int) throws {
    let scenario = market.scenario(members: members, questions: questions)
    let (memory, start) = (Self.residentMost(), Self.cpuSeconds())
    let record = try Simulator.run(scenario, replicate: 0, isDetailed: false) { _ in }
    seconds = Self.cpuSeconds() - start
    bytes = Double(Self.residentMost() - memory)
    memberRounds = Double(members) * Double(questions)
    hash = record.hash
  }

  /// The quickest of `count` runs.
  static func best(of count: Int, _ market: Market, members: Int, questions: Int) throws -> Sitting {
    var best = try Sitting(market, members: members, questions: questions)
    for _ in 1..<count {
      let next = try Sitting(market, members: members, questions: questions)
      precondition(next.hash == best.hash, "the same seed gives the same hash")
      if next.seconds < best.seconds { best = next }
    }
    return best
  }

  /// Million member-rounds a CPU second.
  var rate: Double { memberRounds / seconds / 1e6 }

  /// CPU time of all threads of this process.
  static func cpuSeconds() -> Double {
    var time = timespec()
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9
  }

  /// The most memory that was ever resident, in bytes.
  static func residentMost() -> Int {
    let status = (try? String(contentsOfFile: "/proc/self/status", encoding: .utf8)) ?? ""
    let line = status.split(separator: "\n").first { $0.hasPrefix("VmHWM:") } ?? ""
    return 1_024 * (Int(line.filter(\.isNumber)) ?? 0)
  }
}
