import Quantities

/// What is broken at the moment.
struct FaultState {
  /// How many partitions cut off each member.
  var cut: [Int]
  /// How many crashes hold each member down.
  var down: [Int]
  /// Whether each member ever crashes and is to have its disk then, so that it must write one.
  let keepsDisk: [Bool]
  /// How many crashes hold the host down.
  var hostDown = 0
  /// What a flush of the host's disk takes, in milliseconds.
  var diskDelay: UInt64 = 0
  /// When the last fault is over.
  let end: UInt64

  private var slow: [UInt64] = []

  init(_ population: Population, _ scenario: Scenario) {
    cut = [Int](repeating: 0, count: population.memberCount)
    down = cut
    end = scenario.faults.map { $0.start + $0.duration }.max() ?? 0
    var keeps = [Bool](repeating: false, count: population.memberCount)
    for fault in scenario.faults {
      guard case .memberCrash(let groups, keepsDisk: true) = fault.kind else { continue }
      for group in population.groups where groups.contains(group.name) {
        for member in group.members { keeps[member] = true }
      }
    }
    keepsDisk = keeps
  }

  /// Whether nothing is broken from `now` on.
  func isOver(at now: UInt64) -> Bool { now >= end }

  func schedule(_ faults: [Fault], into queue: inout EventQueue<ProtocolRun.Happening>) {
    for (index, fault) in faults.enumerated() {
      for (begins, time) in [(true, fault.start), (false, fault.start + fault.duration)] {
        let happening = ProtocolRun.Happening.fault(index, begins: begins)
        queue.push(happening, at: time, rank: happening.rank)
      }
    }
  }

  mutating func slow(by delay: UInt64, begins: Bool) {
    if begins { slow.append(delay) } else { slow.firstIndex(of: delay).map { _ = slow.remove(at: $0) } }
    diskDelay = slow.max() ?? 0
  }
}
