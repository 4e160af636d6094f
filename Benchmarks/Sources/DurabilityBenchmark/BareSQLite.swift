import Quantities
import GRDBSQLite
import Ledger

/// SQLite's C interface and nothing else: the best that any store above it can reach.
struct BareSQLite {
  private let database: OpaquePointer
  private let begin: OpaquePointer
  private let insert: OpaquePointer
  private let commit: OpaquePointer

  /// Makes a file with the ledger's table.
  init(path: String) throws {
    var handle: OpaquePointer?
    guard sqlite3_open(path, &handle) == SQLITE_OK, let handle else { throw LedgerError.noLedger(path: path) }
    database = handle
    func run(_ sql: String) { precondition(sqlite3_exec(handle, sql, nil, nil, nil) == SQLITE_OK, sql) }
    func prepare(_ sql: String) -> OpaquePointer {
      var statement: OpaquePointer?
      precondition(sqlite3_prepare_v2(handle, sql, -1, &statement, nil) == SQLITE_OK, sql)
      guard let statement else { preconditionFailure(sql) }
      return statement
    }
    run("PRAGMA journal_mode = WAL")
    run("PRAGMA synchronous = FULL")
    run("CREATE TABLE event (position INTEGER PRIMARY KEY, hash BLOB NOT NULL, body TEXT NOT NULL) STRICT")
    begin = prepare("BEGIN IMMEDIATE")
    insert = prepare("INSERT INTO event VALUES (?, ?, ?)")
    commit = prepare("COMMIT")
  }

  /// Appends `records` in groups; returns the seconds each group took.
  mutating func append(_ records: [LedgerRecord], groupSize: Int) -> [Double] {
    stride(from: 0, to: records.count, by: groupSize).map { first in
      let start = now()
      run(begin)
      for record in records[first..<min(first + groupSize, records.count)] {
        record.hash.withUnsafeBytes { hash in
          record.body.withUnsafeBytes { body in
            sqlite3_bind_int64(insert, 1, Int64(record.position))
            sqlite3_bind_blob(insert, 2, hash.baseAddress, Int32(hash.count), nil)
            sqlite3_bind_text(
              insert, 3, body.baseAddress?.assumingMemoryBound(to: CChar.self), Int32(body.count), nil)
            run(insert)
          }
        }
      }
      run(commit)
      return now() - start
    }
  }

  /// The hash of the last event.
  func lastHash() -> Digest? {
    var statement: OpaquePointer?
    sqlite3_prepare_v2(database, "SELECT hash FROM event ORDER BY position DESC LIMIT 1", -1, &statement, nil)
    defer { sqlite3_finalize(statement) }
    guard sqlite3_step(statement) == SQLITE_ROW else { return nil }
    return Digest(
      copying: UnsafeRawBufferPointer(
        start: sqlite3_column_blob(statement, 0), count: Int(sqlite3_column_bytes(statement, 0))))
  }

  /// Closes the file.
  func close() {
    for statement in [begin, insert, commit] { sqlite3_finalize(statement) }
    sqlite3_close(database)
  }

  private func run(_ statement: OpaquePointer) {
    precondition(sqlite3_step(statement) == SQLITE_DONE, String(cString: sqlite3_errmsg(database)))
    sqlite3_reset(statement)
  }
}
