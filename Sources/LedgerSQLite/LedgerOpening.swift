import Foundation
import Ledger

/// The way from a folder to an open ledger.
///
/// A ledger is looked at before anything is opened for writing: what is torn, altered or someone else's is refused
/// while every byte in the folder is still as it was.
struct LedgerOpening {
  /// The connection for reading, and how it was opened.
  let reader: ConnectionQueue
  let readerKind: ConnectionQueue.Kind
  /// The connection for appending, if the ledger was opened for writing.
  let writer: ConnectionQueue?
  /// The claim on the folder; absent where there is no lock file.
  let lock: FolderLock?
  /// Where the ledger ends.
  let head: LedgerHead

  /// Opens an existing ledger and leaves no trace in its folder.
  static func forReading(_ file: LedgerFile, vfs: String?) throws(LedgerError) -> LedgerOpening {
    let lock = FolderLock.claimForReading(file.folder)
    let note = lock?.note()  // before the head, or a live writer could be ahead of what we read
    // Without a lock file no writer has been here since the file was brought: it rests.
    let kind: ConnectionQueue.Kind = lock?.isHeld == false ? .readingLive : .readingResting
    guard try holdsData(file, note: note) else { throw .noLedger(path: file.path) }
    let reader = try ConnectionQueue(file, kind, vfs: vfs)
    guard let head = try reader.use({ (connection) throws(LedgerError) in try survey(connection, note: note) }) else {
      throw .noLedger(path: file.path)
    }
    return LedgerOpening(reader: reader, readerKind: kind, writer: nil, lock: lock, head: head)
  }

  /// Opens a ledger to append to it, or makes one.
  static func forWriting(_ file: LedgerFile, vfs: String?) throws(LedgerError) -> LedgerOpening {
    try file.makeFolder()
    let lock = try FolderLock.claimForWriting(file.folder, ledger: file.path)
    do throws(LedgerError) {
      return try forWriting(file, vfs: vfs, under: lock)
    } catch {
      lock.withdraw()
      throw error
    }
  }

  private static func forWriting(
    _ file: LedgerFile, vfs: String?, under lock: FolderLock
  ) throws(LedgerError) -> LedgerOpening {
    let note = lock.note()
    if try holdsData(file, note: note) {
      let resting = try ConnectionQueue(file, .readingResting, vfs: vfs)
      defer { resting.close() }
      _ = try resting.use { (connection) throws(LedgerError) in try survey(connection, note: note) }
    }
    let writer = try ConnectionQueue(file, .writing, vfs: vfs)
    let head = try writer.use { (connection) throws(LedgerError) in
      try LedgerDurability.establish(in: connection)
      if try !LedgerTables.arePresent(in: connection) {
        try LedgerTables.create(in: connection)
        file.flushFolder()
      }
      // What was found must rest on no unflushed page: a process that died after a failed flush may have left a log
      // which only the page cache holds. Moving it into the database writes and flushes it anew.
      try LedgerDurability.emptyLog(in: connection)
      return try LedgerTables.head(in: connection)
    }
    let reader = try ConnectionQueue(file, .readingLive, vfs: vfs)
    lock.write(LedgerNote(processID: Int(getpid()), head: head))
    return LedgerOpening(reader: reader, readerKind: .readingLive, writer: writer, lock: lock, head: head)
  }

  /// Whether there is a database to look into.
  ///
  /// - Throws: `LedgerError.damaged` or `.tailLost` if there is none although there must have been one.
  private static func holdsData(_ file: LedgerFile, note: LedgerNote?) throws(LedgerError) -> Bool {
    if file.hasJournal {
      guard note == nil || note?.head == .empty else {
        throw .damaged(path: file.path, reason: "another program left a rollback journal beside it")
      }
      return false  // the making was interrupted, and SQLite will take it back
    }
    if file.size >= LedgerFile.sizeMin { return true }
    // SQLite would take such a file for a new database and delete its log.
    guard file.size == 0 else { throw .damaged(path: file.path, reason: "only \(file.size) bytes are left of it") }
    guard !file.hasLog else {
      throw .damaged(path: file.path, reason: "the file is empty or missing, but its write-ahead log holds data")
    }
    if let note, note.head != .empty { throw .tailLost(path: file.path, stored: .empty, noted: note.head) }
    return false
  }

  /// Looks at what a start relies on: format, tables, last record, snapshots, and the lock file's note.
  ///
  /// - Returns: where the ledger ends; `nil` for a file that holds nothing yet.
  private static func survey(_ connection: Connection, note: LedgerNote?) throws(LedgerError) -> LedgerHead? {
    let path = connection.path
    guard try LedgerTables.arePresent(in: connection) else {
      if let note, note.head != .empty { throw .tailLost(path: path, stored: .empty, noted: note.head) }
      return nil
    }
    let head = try LedgerTables.head(in: connection)
    if let note, note.head != .empty {
      guard note.head.position <= head.position else { throw .tailLost(path: path, stored: head, noted: note.head) }
      let stored = try LedgerTables.hash(at: note.head.position, in: connection)
      guard stored == note.head.hash else {
        throw .chainBroken(
          position: note.head.position, expected: "the hash \(note.head.hash) noted in \(FolderLock.fileName)",
          found: stored.map { "\($0)" } ?? "no event")
      }
    }
    let snapshot = try connection.integer("SELECT max(position) FROM snapshot") ?? 0
    guard snapshot <= Int64(clamping: head.position) else {
      throw .snapshotAhead(snapshot: UInt64(snapshot), head: head.position)
    }
    return head
  }
}
