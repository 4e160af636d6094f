import Ledger
import ProtocolCore
import Quantities
import Synchronization

/// The council as it stands on the disk, for any thread to read.
final class SharedState: Sendable {
  private let state: Mutex<Committed>

  init(_ committed: Committed) { state = Mutex(committed) }

  var committed: Committed { state.withLock { $0 } }

  func read<Value: Sendable>(_ body: (borrowing Committed) -> Value) -> Value { state.withLock { body($0) } }

  func take(_ group: CommitGroup) {
    guard let last = group.records.last else { return }
    state.withLock { state in
      for fact in group.facts { state.council.apply(fact.event, at: fact.tick) }
      state.head = LedgerHead(last)
      if let snapshot = group.snapshot { state.lastSnapshot = snapshot.position }
      state.figures.commits += 1
      state.figures.events += UInt64(group.facts.count)
      state.figures.commitNanoseconds += group.nanoseconds
      state.figures.isStalled = false
    }
  }

  func countFailure() {
    state.withLock { state in
      state.figures.failedCommits += 1
      state.figures.isStalled = true
    }
  }

  func countRefusal() { state.withLock { $0.figures.refusals += 1 } }
}
