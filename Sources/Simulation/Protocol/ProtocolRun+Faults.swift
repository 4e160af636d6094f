import Ledger
import ProtocolCore
import Quantities

// What breaks and heals.
extension ProtocolRun {
  /// A fault begins or ends.
  mutating func turn(
    _ index: Int, begins: Bool, _ recorder: inout Recorder, _ progress: (Int) -> Void
  ) throws {
    let fault = scenario.faults[index]
    let step = begins ? 1 : -1
    switch fault.kind {
    case .partition(let groups):
      for member in members(of: groups) { faults.cut[member] += step }
      note(begins ? "cut off: \(groups.joined(separator: ", "))" : "connected again: \(groups.joined(separator: ", "))")
    case .memberCrash(let groups, let keepsDisk):
      note("\(groups.joined(separator: ", ")) \(begins ? "down" : "up again")")
      for member in members(of: groups) {
        faults.down[member] += step
        // Several crashes may overlap: what one of them takes from the disk is gone.
        if begins {
          if !keepsDisk { nodes[member]?.disk = nil }
        } else if faults.down[member] == 0, nodes[member] != nil {
          try nodes[member]?.restart(withDisk: true)
          try act(member) { _, _ in }
        }
      }
    case .hostCrash:
      if begins { stop(isTorn: false, index) } else { try start(&recorder, progress) }
    case .tornDisk:
      if begins { stop(isTorn: true, index) } else { try start(&recorder, progress) }
    case .slowDisk(let delay):
      note(begins ? "each flush takes \(delay) ms" : "flushes are fast again")
      faults.slow(by: delay, begins: begins)
    }
  }

  private func members(of groups: [String]) -> [Int] {
    roster.population.groups.filter { groups.contains($0.name) }.flatMap { Array($0.members) }
  }

  private mutating func stop(isTorn: Bool, _ index: Int) {
    faults.hostDown += 1
    guard faults.hostDown == 1 else { return }
    host.stop()
    if isTorn {
      var random = CounterStream(
        seed: roster.population.runSeed, purpose: Self.faultPurpose, UInt64(index))
      let (kept, count) = host.disk.tear(&random)
      note("the host lost power; of \(count) records that it was writing \(kept) are whole")
    } else {
      host.disk.losePower()
      note("the host went down")
    }
    // The line stays where it was: the host's memory of it is gone, but callers still wait for their answers.
    line.gathering = nil
    line.serial += 1
  }

  // Starts the host from its disk, and takes up the line where the ledger says it is.
  private mutating func start(_ recorder: inout Recorder, _ progress: (Int) -> Void) throws {
    faults.hostDown -= 1
    guard faults.hostDown == 0 else { return }
    let (facts, lost) = try host.start(at: now, known: auditor.position)
    try learn(facts, &recorder)
    try auditor.compare(host.council)
    note("the host is up again at event \(host.position)")
    for wish in lost { try submitAgain(wish) }
    switch line.stage {
    case .opening: push(.line, at: now)
    case .calling: try flush(&recorder, progress)
    case .gathering, .deciding:
      guard line.id < host.council.nextQuestion, let (event, entry) = host.latest else {
        line.stage = .calling
        return try flush(&recorder, progress)
      }
      if case .committed(let committed) = event, host.council.sealed[line.id] != nil {
        return try unseal(committed, at: entry)
      }
      line.stage = .deciding
      try decided(&recorder, progress)
    case .over: return
    }
  }

  // Whoever wished something and never heard of it wishes it again. Answers are asked for anew instead.
  private mutating func submitAgain(_ wish: SimulatedHost.Wish) throws {
    do {
      switch wish.input {
      case .ask, .commit, .reveal, .snapshot: return
      default: try host.submit(wish.input, due: max(wish.due, host.council.now))
      }
    } catch {
      switch (error, wish.input) {
      case (.unsettled, .leave(let model)): postponed.append(model)
      case (.alreadySettled, .report(let question, _)): reported[question] = nil
      case (.notFree, _): return
      default: throw error
      }
    }
  }
}
