import Synchronization

/// A ledger in memory, for simulations and tests: the contract of `LedgerStore` without a disk.
public final class MemoryLedger: LedgerStore {
  private struct State {
    var records: [LedgerRecord] = []
    var snapshots: [StoredSnapshot] = []
    var isClosed = false

    var head: LedgerHead { records.last.map { LedgerHead($0) } ?? .empty }
  }

  private let state = Mutex(State())

  /// A ledger without events.
  public init() {}

  /// See `LedgerStore.head()`.
  public func head() throws(LedgerError) -> LedgerHead {
    try state.withLock { (state) throws(LedgerError) in
      try Self.checkOpen(state)
      return state.head
    }
  }

  /// See `LedgerStore.append(_:snapshot:)`. Durable as long as the process.
  public func append(_ records: [LedgerRecord], snapshot: StoredSnapshot?) throws(LedgerError) {
    try state.withLock { (state) throws(LedgerError) in
      try Self.checkOpen(state)
      let head = try state.head.advanced(over: records, snapshot: snapshot)
      state.records += records
      if let snapshot {
        state.snapshots.removeAll { $0.position == snapshot.position }
        state.snapshots.append(snapshot)
        state.snapshots.sort { $0.position > $1.position }
        state.snapshots = Array(state.snapshots.prefix(StoredSnapshot.keptCount))
      }
      precondition(state.head == head, "the last record is the head")
    }
  }

  /// See `LedgerStore.records(after:limit:)`.
  public func records(after position: UInt64, limit: Int) throws(LedgerError) -> [LedgerRecord] {
    try state.withLock { (state) throws(LedgerError) in
      try Self.checkOpen(state)
      guard position < UInt64(state.records.count) else { return [] }
      return Array(state.records[Int(position)...].prefix(limit))
    }
  }

  /// See `LedgerStore.snapshots()`.
  public func snapshots() throws(LedgerError) -> [StoredSnapshot] {
    try state.withLock { (state) throws(LedgerError) in
      try Self.checkOpen(state)
      return state.snapshots
    }
  }

  /// Memory has no pages to look through.
  public func checkFile() throws(LedgerError) {
    try state.withLock { (state) throws(LedgerError) in try Self.checkOpen(state) }
  }

  /// See `LedgerStore.close()`.
  public func close() { state.withLock { $0.isClosed = true } }

  private static func checkOpen(_ state: State) throws(LedgerError) {
    guard !state.isClosed else { throw .closed }
  }
}
