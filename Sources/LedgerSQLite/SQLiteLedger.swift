import Foundation
import Ledger
import Synchronization

/// A ledger on disk: the file `ledger.sqlite` in a folder, which any SQL tool can read.
///
/// Two tables, `event` (position, hash, body) and `snapshot` (position, digest, state), in WAL mode with
/// `synchronous = FULL`: an append is on the disk when it returns. One writer at a time holds `ledger.lock` beside
/// it; readers in any number may read meanwhile. A start reads the file's header, the last record and the
/// write-ahead log (a few megabytes), however long the ledger is.
///
///     let ledger = try SQLiteLedger.open(folder: "state", mode: .write)
///     var chain = Chain(head: try ledger.head())
///     try ledger.append([chain.seal(kind: "asked", tick: now, data: bytes)], snapshot: nil)
///     ledger.close()
public final class SQLiteLedger: LedgerStore {
  /// What a ledger is opened for.
  public enum Mode: Hashable, Sendable {
    /// To append and read. Makes the folder and the file where there are none; refused while another one writes.
    case write
    /// To read, while a writer may be at work or not. Makes no file and changes none. While no writer is at work
    /// it keeps one from starting, so that nothing changes under it: close it soon.
    case read
  }

  private struct Reader {
    let connection: ConnectionQueue
    let kind: ConnectionQueue.Kind
    /// Held as long as the connection is open.
    let lock: FolderLock?
  }

  /// Path of the database file.
  public let path: String
  private let file: LedgerFile
  private let mode: Mode
  private let vfs: String?
  /// Locked only to fetch the connection, so that readers wait for nothing but each other.
  private let reader: Mutex<Reader?>
  /// Locked during an append.
  private let writer: Mutex<LedgerWriter?>

  /// Opens the ledger in `folder`.
  ///
  /// Before it is opened for writing, format, tables, the last record, the snapshots' positions and the note in
  /// `ledger.lock` are checked without touching the folder; a fault found there leaves every file as it was.
  ///
  /// - Parameters:
  ///   - folder: the state folder.
  ///   - mode: to write or only to read.
  ///   - vfs: name of a registered SQLite VFS for tests and special file systems. Default: SQLite's own. Its locks
  ///     must let a read-only file be locked exclusively, since `ledger.lock` already guards it.
  /// - Throws: `LedgerError.inUse`, `.beingRead`, `.noLedger`, `.notAccessible`, `.notALedger`, `.newerFormat`,
  ///   `.damaged`, `.chainBroken`, `.malformed`, `.tailLost`, `.snapshotAhead`, `.settingRefused`, `.diskFull`,
  ///   `.failed`.
  /// - Complexity: O(size of the write-ahead log), which stays at a few megabytes.
  public static func open(folder: String, mode: Mode, vfs: String? = nil) throws(LedgerError) -> SQLiteLedger {
    let file = LedgerFile(folder: folder)
    let opening =
      switch mode {
      case .read: try LedgerOpening.forReading(file, vfs: vfs)
      case .write: try LedgerOpening.forWriting(file, vfs: vfs)
      }
    return SQLiteLedger(opening, file: file, mode: mode, vfs: vfs)
  }

  private init(_ opening: LedgerOpening, file: LedgerFile, mode: Mode, vfs: String?) {
    path = file.path
    self.file = file
    self.mode = mode
    self.vfs = vfs
    reader = Mutex(Reader(connection: opening.reader, kind: opening.readerKind, lock: opening.lock))
    writer = Mutex(opening.writer.map { LedgerWriter(connection: $0, lock: opening.lock, head: opening.head) })
  }

  deinit { close() }

  /// See `LedgerStore.head()`.
  public func head() throws(LedgerError) -> LedgerHead {
    try read { (connection) throws(LedgerError) in try LedgerTables.head(in: connection) }
  }

  /// See `LedgerStore.records(after:limit:)`.
  public func records(after position: UInt64, limit: Int) throws(LedgerError) -> [LedgerRecord] {
    precondition(limit >= 0, "a limit is not negative")
    return try read { (connection) throws(LedgerError) in
      try LedgerTables.records(after: position, limit: limit, in: connection)
    }
  }

  /// See `LedgerStore.snapshots()`.
  public func snapshots() throws(LedgerError) -> [StoredSnapshot] {
    try read { (connection) throws(LedgerError) in try LedgerTables.snapshots(in: connection) }
  }

  /// Runs SQLite's own integrity check over every page.
  ///
  /// While a writer may be at work, on a connection of its own: others go on, and the log grows until it has finished.
  /// - Throws: `LedgerError.damaged` with the first fault, among others.
  public func checkFile() throws(LedgerError) {
    let reader = try fetchReader()
    let isLive = reader.kind == .readingLive
    let connection = isLive ? try ConnectionQueue(file, reader.kind, vfs: vfs) : reader.connection
    defer { if isLive { connection.close() } }
    try connection.use { (connection) throws(LedgerError) in
      let findings = try connection.texts("PRAGMA integrity_check(1)")
      guard findings == ["ok"] else {
        throw .damaged(path: path, reason: findings.joined(separator: "; "))
      }
    }
  }

  /// See `LedgerStore.append(_:snapshot:)`.
  ///
  /// Costs one flush of the disk, whatever the number of records: group what arrives together.
  public func append(_ records: [LedgerRecord], snapshot: StoredSnapshot?) throws(LedgerError) {
    try writer.withLock { (writer) throws(LedgerError) in
      guard writer != nil else { throw mode == .read ? .readOnly(path: path) : .closed }
      try writer?.append(records, snapshot: snapshot)
    }
  }

  /// Moves the log into the database, and lets go of files and locks. Waits for an append under way.
  public func close() {
    let reader = reader.withLock { reader in
      defer { reader = nil }
      return reader
    }
    reader?.connection.close()
    writer.withLock { writer in
      writer?.close()
      writer = nil
    }
  }

  private func fetchReader() throws(LedgerError) -> Reader {
    guard let reader = reader.withLock({ $0 }) else { throw .closed }
    return reader
  }

  private func read<Result>(
    _ body: (Connection) throws(LedgerError) -> Result
  ) throws(LedgerError) -> Result {
    try fetchReader().connection.use(body)
  }
}
