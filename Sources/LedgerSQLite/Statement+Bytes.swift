import GRDB
import GRDBSQLite
import Ledger
import Quantities

/// GRDB keeps the connection and its prepared statements; what is bound and read goes straight to SQLite, so that
/// no byte of an event is copied on its way in and only once on its way out.
extension Statement {
  /// Binds an integer to parameter `index`, from 1.
  func bind(_ index: Int32, _ value: UInt64) {
    sqlite3_bind_int64(sqliteStatement, index, Int64(clamping: value))
  }

  /// Binds borrowed bytes as a blob; they must stay where they are until the next `run`.
  func bind(_ index: Int32, blob: UnsafeRawBufferPointer) {
    // A null pointer would bind NULL; an empty blob needs an address.
    if let address = blob.baseAddress {
      sqlite3_bind_blob(sqliteStatement, index, address, Int32(blob.count), nil)
    } else {
      sqlite3_bind_zeroblob(sqliteStatement, index, 0)
    }
  }

  /// Binds borrowed UTF-8 as text; it must stay where it is until the next `run`.
  func bind(_ index: Int32, text: UnsafeRawBufferPointer) {
    let address = text.baseAddress?.assumingMemoryBound(to: CChar.self)
    sqlite3_bind_text(sqliteStatement, index, address, Int32(text.count), nil)
  }

  /// Steps to the next row.
  ///
  /// - Returns: whether there is one.
  /// - Throws: what SQLite said; the statement is then reset.
  func next(in connection: Connection) throws(LedgerError) -> Bool {
    switch sqlite3_step(sqliteStatement) {
    case SQLITE_ROW: return true
    case SQLITE_DONE: return false
    default:
      let error = connection.lastError
      sqlite3_reset(sqliteStatement)
      throw error
    }
  }

  /// Runs a statement that gives no row, and makes it ready to run again.
  func run(in connection: Connection) throws(LedgerError) {
    while try next(in: connection) {}
    sqlite3_reset(sqliteStatement)
  }

  /// Makes the statement ready to run again.
  func rewind() { sqlite3_reset(sqliteStatement) }

  /// The integer in column `index`, from 0; `nil` if something else is stored there.
  func integer(_ index: Int32) -> Int64? {
    guard sqlite3_column_type(sqliteStatement, index) == SQLITE_INTEGER else { return nil }
    return sqlite3_column_int64(sqliteStatement, index)
  }

  /// The text in column `index`; `nil` if something else is stored there.
  func text(_ index: Int32) -> String? {
    guard sqlite3_column_type(sqliteStatement, index) == SQLITE_TEXT else { return nil }
    return String(decoding: memory(index), as: UTF8.self)
  }

  /// The bytes of the text in column `index`; `nil` if something else is stored there.
  func textBytes(_ index: Int32) -> [UInt8]? {
    sqlite3_column_type(sqliteStatement, index) == SQLITE_TEXT ? Array(memory(index)) : nil
  }

  /// The bytes of the blob in column `index`; `nil` if something else is stored there.
  func blob(_ index: Int32) -> [UInt8]? {
    sqlite3_column_type(sqliteStatement, index) == SQLITE_BLOB ? Array(memory(index)) : nil
  }

  /// The digest in column `index`; `nil` if something else is stored there.
  func digest(_ index: Int32) -> Digest? {
    sqlite3_column_type(sqliteStatement, index) == SQLITE_BLOB ? Digest(copying: memory(index)) : nil
  }

  private func memory(_ index: Int32) -> UnsafeRawBufferPointer {
    // The pointer first: asking for the size converts nothing then.
    let address = sqlite3_column_blob(sqliteStatement, index)
    return UnsafeRawBufferPointer(start: address, count: Int(sqlite3_column_bytes(sqliteStatement, index)))
  }
}
