import GRDB
import Ledger
import Quantities

/// The tables of a ledger's file, and what makes a file a ledger.
///
/// Any SQL tool can read it: `select body from event where position > 100`.
enum LedgerTables {
  /// The file's application id: "Witn" in ASCII. Default 0 marks a file that is no one's yet.
  static let applicationID: Int64 = 0x5769_746E
  /// The format of the tables, in the file's user version. Raise it when a table changes.
  static let format: Int64 = 1

  private static let event = """
    CREATE TABLE event (position INTEGER PRIMARY KEY, hash BLOB NOT NULL, body TEXT NOT NULL) STRICT
    """
  private static let snapshot = """
    CREATE TABLE snapshot (position INTEGER PRIMARY KEY, digest BLOB NOT NULL, state BLOB NOT NULL) STRICT
    """

  /// Makes the tables in an empty file, all at once.
  static func create(in connection: Connection) throws(LedgerError) {
    try connection.run("BEGIN IMMEDIATE")
    do throws(LedgerError) {
      try connection.run(event)
      try connection.run(snapshot)
      try connection.run("PRAGMA application_id = \(applicationID)")
      try connection.run("PRAGMA user_version = \(format)")
      try connection.run("COMMIT")
    } catch {
      if connection.isInTransaction { try connection.run("ROLLBACK") }
      throw error
    }
  }

  /// Whether the file holds a ledger.
  ///
  /// - Returns: `false` for a file that holds nothing at all yet.
  /// - Throws: `LedgerError.notALedger`, `.newerFormat`, or `.damaged` if the tables are not as they were made.
  static func arePresent(in connection: Connection) throws(LedgerError) -> Bool {
    let path = connection.path
    let found = try connection.integer("PRAGMA application_id") ?? 0
    let version = try connection.integer("PRAGMA user_version") ?? 0
    let tables = try connection.texts("SELECT sql FROM sqlite_schema WHERE name IN ('event', 'snapshot') ORDER BY name")
    if found == 0, version == 0, try connection.integer("SELECT count(*) FROM sqlite_schema") == 0 { return false }
    guard found == applicationID else {
      // Our own tables under a foreign id: the id was altered.
      guard tables != [event, snapshot] else { throw .damaged(path: path, reason: "application id \(found)") }
      throw .notALedger(path: path, applicationID: Int(found))
    }
    guard version <= format else { throw .newerFormat(path: path, found: Int(version), known: Int(format)) }
    guard version == format else { throw .damaged(path: path, reason: "format \(version)") }
    guard tables == [event, snapshot] else {
      throw .damaged(path: path, reason: "the tables are not as they were made")
    }
    return true
  }

  /// The last record, hashed again and opened.
  static func head(in connection: Connection) throws(LedgerError) -> LedgerHead {
    let statement = try connection.statement("SELECT position, hash, body FROM event ORDER BY position DESC LIMIT 1")
    defer { statement.rewind() }
    guard try statement.next(in: connection) else { return .empty }
    let record = try record(in: statement, path: connection.path)
    guard record.position > 0 else {
      throw .chainBroken(position: 0, expected: "positions from 1", found: "position \(record.position)")
    }
    // The record before is not read: `check` asks for its hash, which the record itself tells.
    var chain = Chain(
      head: LedgerHead(position: record.position - 1, hash: try Envelope(reading: record).previous))
    try chain.check(record)
    return chain.head
  }

  /// Up to `limit` records after `position`.
  static func records(
    after position: UInt64, limit: Int, in connection: Connection
  ) throws(LedgerError) -> [LedgerRecord] {
    let statement = try connection.statement(
      "SELECT position, hash, body FROM event WHERE position > ? ORDER BY position LIMIT ?")
    defer { statement.rewind() }
    statement.bind(1, position)
    statement.bind(2, UInt64(limit))
    var records: [LedgerRecord] = []
    var expected = position
    while try statement.next(in: connection) {
      let record = try record(in: statement, path: connection.path)
      expected += 1
      guard record.position == expected else {
        throw .chainBroken(
          position: expected, expected: "event \(expected)", found: "event \(record.position) in its place")
      }
      records.append(record)
    }
    return records
  }

  /// The hash stored at `position`.
  static func hash(at position: UInt64, in connection: Connection) throws(LedgerError) -> Digest? {
    let statement = try connection.statement("SELECT hash FROM event WHERE position = ?")
    defer { statement.rewind() }
    statement.bind(1, position)
    return try statement.next(in: connection) ? statement.digest(0) : nil
  }

  /// The snapshots kept, newest first.
  static func snapshots(in connection: Connection) throws(LedgerError) -> [StoredSnapshot] {
    let statement = try connection.statement("SELECT position, digest, state FROM snapshot ORDER BY position DESC")
    defer { statement.rewind() }
    var snapshots: [StoredSnapshot] = []
    while try statement.next(in: connection) {
      guard let position = statement.integer(0), position >= 0, let digest = statement.digest(1),
        let state = statement.blob(2)
      else { throw .damaged(path: connection.path, reason: "a snapshot is not in its form") }
      snapshots.append(StoredSnapshot(position: UInt64(position), digest: digest, state: state))
    }
    return snapshots
  }

  /// Adds a record. No byte of it is copied before SQLite copies it into a page.
  static func insert(_ record: LedgerRecord, with statement: Statement, in connection: Connection) throws(LedgerError) {
    statement.bind(1, record.position)
    try record.hash.withUnsafeBytes { (hash) throws(LedgerError) in
      statement.bind(2, blob: hash)
      do {
        try record.body.withUnsafeBytes { body in
          statement.bind(3, text: body)
          try statement.run(in: connection)
        }
      } catch {
        throw LedgerError(error, path: connection.path)
      }
    }
  }

  /// Adds or replaces a snapshot and drops those that are no longer kept.
  static func insert(_ snapshot: StoredSnapshot, in connection: Connection) throws(LedgerError) {
    let statement = try connection.statement("INSERT OR REPLACE INTO snapshot VALUES (?, ?, ?)")
    statement.bind(1, snapshot.position)
    try snapshot.digest.withUnsafeBytes { (digest) throws(LedgerError) in
      statement.bind(2, blob: digest)
      do {
        try snapshot.state.withUnsafeBytes { state in
          statement.bind(3, blob: state)
          try statement.run(in: connection)
        }
      } catch {
        throw LedgerError(error, path: connection.path)
      }
    }
    try connection.run(
      """
      DELETE FROM snapshot WHERE position NOT IN
        (SELECT position FROM snapshot ORDER BY position DESC LIMIT \(StoredSnapshot.keptCount))
      """)
  }

  private static func record(in statement: Statement, path: String) throws(LedgerError) -> LedgerRecord {
    guard let position = statement.integer(0), position >= 0 else {
      throw .damaged(path: path, reason: "an event without a position")
    }
    guard let hash = statement.digest(1), let body = statement.textBytes(2) else {
      throw .damaged(path: path, reason: "event \(position) is not in its form")
    }
    return LedgerRecord(position: UInt64(position), hash: hash, body: body)
  }
}
