import Foundation
import GRDB
import GRDBSQLite
import Ledger

/// A use of one open connection: statements by their text, and SQLite's complaints as ledger errors.
struct Connection {
  let database: Database
  let path: String

  /// The prepared statement for `sql`, kept by GRDB from use to use.
  func statement(_ sql: String) throws(LedgerError) -> Statement {
    do {
      return try database.cachedStatement(sql: sql)
    } catch {
      throw LedgerError(error, path: path)
    }
  }

  /// Runs a statement without parameters or rows.
  func run(_ sql: String) throws(LedgerError) { try statement(sql).run(in: self) }

  /// The first column of the first row as an integer.
  func integer(_ sql: String) throws(LedgerError) -> Int64? {
    let statement = try statement(sql)
    defer { statement.rewind() }
    return try statement.next(in: self) ? statement.integer(0) : nil
  }

  /// The first column of all rows as text.
  func texts(_ sql: String) throws(LedgerError) -> [String] {
    let statement = try statement(sql)
    defer { statement.rewind() }
    var texts: [String] = []
    while try statement.next(in: self) { texts.append(statement.text(0) ?? "") }
    return texts
  }

  /// Whether a transaction is open.
  var isInTransaction: Bool { database.sqliteConnection.map { sqlite3_get_autocommit($0) == 0 } ?? false }

  /// What SQLite complained of last.
  var lastError: LedgerError {
    let handle = database.sqliteConnection
    return LedgerError(
      code: sqlite3_extended_errcode(handle), message: String(cString: sqlite3_errmsg(handle)),
      systemError: sqlite3_system_errno(handle), path: path)
  }
}

extension LedgerError {
  /// What GRDB threw, as a ledger error.
  init(_ error: any Error, path: String) {
    switch error {
    case let error as LedgerError: self = error
    case let error as DatabaseError:
      self.init(
        code: error.extendedResultCode.rawValue, message: error.message ?? "\(error.resultCode)", systemError: 0,
        path: path)
    default: self = .failed(path: path, reason: "\(error)")
    }
  }

  /// SQLite's result code, message and the system's error number as a ledger error.
  init(code: Int32, message: String, systemError: Int32, path: String) {
    switch code & 0xFF {
    case SQLITE_FULL: self = .diskFull(path: path)
    case SQLITE_IOERR where systemError == ENOSPC || systemError == EDQUOT: self = .diskFull(path: path)
    case SQLITE_CORRUPT, SQLITE_NOTADB, SQLITE_FORMAT, SQLITE_ERROR: self = .damaged(path: path, reason: message)
    case SQLITE_CANTOPEN, SQLITE_PERM, SQLITE_READONLY, SQLITE_AUTH:
      self = .notAccessible(path: path, reason: "\(message), SQLite code \(code)")
    default:
      let cause = systemError == 0 ? "" : ": " + String(cString: strerror(systemError))
      self = .failed(path: path, reason: "\(message)\(cause), SQLite code \(code)")
    }
  }
}
