import Foundation
import Ledger

/// The appending side of a ledger on disk: one connection, and the head it last made durable.
struct LedgerWriter {
  private let connection: ConnectionQueue
  private let lock: FolderLock?
  /// The last stored record, so that an append need not ask the file.
  private var head: LedgerHead
  /// Whether the last append failed; the head is then read from the file before the next one.
  private var isDoubtful = false

  init(connection: ConnectionQueue, lock: FolderLock?, head: LedgerHead) {
    self.connection = connection
    self.lock = lock
    self.head = head
  }

  /// See `LedgerStore.append(_:snapshot:)`.
  mutating func append(_ records: [LedgerRecord], snapshot: StoredSnapshot?) throws(LedgerError) {
    guard !records.isEmpty || snapshot != nil else { return }
    let head = head
    let next = try head.advanced(over: records, snapshot: snapshot)
    let isDoubtful = isDoubtful
    self.isDoubtful = true
    try connection.use { (connection) throws(LedgerError) in
      try connection.run("BEGIN IMMEDIATE")
      do throws(LedgerError) {
        if isDoubtful {
          // After a failed flush the kernel may call pages clean which the disk never got. The connection is kept
          // for that reason: its index of the log ends at the last good commit, so this append writes over what
          // failed and flushes it anew. A new connection would read the failed frames back as if they were stored.
          let stored = try LedgerTables.head(in: connection)
          guard stored == head else {
            throw .chainBroken(position: head.position, expected: "\(head) as the last", found: "\(stored)")
          }
        }
        let statement = try connection.statement("INSERT INTO event VALUES (?, ?, ?)")
        for record in records { try LedgerTables.insert(record, with: statement, in: connection) }
        if let snapshot { try LedgerTables.insert(snapshot, in: connection) }
        try connection.run("COMMIT")
      } catch {
        if connection.isInTransaction { try connection.run("ROLLBACK") }
        throw error
      }
    }
    self.head = next
    self.isDoubtful = false
    lock?.write(LedgerNote(processID: Int(getpid()), head: next))
  }

  /// Closes the connection. The last one to close moves the log into the database and removes it; if it cannot, the
  /// log stays and the next start reads it.
  func close() { connection.close() }
}
