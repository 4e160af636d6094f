import Foundation
import Ledger
import Quantities
import Synchronization

/// A store in memory that fails, or keeps a commit waiting, when a test says so.
final class TestStore: LedgerStore {
  private struct State {
    var isFailing = false
    var isHeld = false
    var holding = 0
    var commits = 0
  }

  let inner: MemoryLedger
  private let state = Mutex(State())

  init(_ inner: MemoryLedger = MemoryLedger()) { self.inner = inner }

  /// Whether appending fails as on a full disk.
  func setFailing(_ isFailing: Bool) { state.withLock { $0.isFailing = isFailing } }
  /// Whether appending waits until it is let go.
  func setHeld(_ isHeld: Bool) { state.withLock { $0.isHeld = isHeld } }
  /// How many commits wait, 0 or 1.
  var holding: Int { state.withLock { $0.holding } }
  /// How many commits were tried.
  var commits: Int { state.withLock { $0.commits } }

  func append(_ records: [LedgerRecord], snapshot: StoredSnapshot?) throws(LedgerError) {
    state.withLock { state in
      state.commits += 1
      state.holding += state.isHeld ? 1 : 0
    }
    // On the host's own thread, which has nothing else to do.
    while state.withLock({ $0.isHeld }) { Thread.sleep(forTimeInterval: 0.0005) }
    let isFailing = state.withLock { state in
      state.holding = 0
      return state.isFailing
    }
    guard !isFailing else { throw .diskFull(path: "memory") }
    try inner.append(records, snapshot: snapshot)
  }

  func head() throws(LedgerError) -> LedgerHead { try inner.head() }
  func records(after position: UInt64, limit: Int) throws(LedgerError) -> [LedgerRecord] {
    try inner.records(after: position, limit: limit)
  }
  func snapshots() throws(LedgerError) -> [StoredSnapshot] { try inner.snapshots() }
  func checkFile() throws(LedgerError) { try inner.checkFile() }

  // Stays open, so that a test can start again on what is there.
  func close() {}
}
