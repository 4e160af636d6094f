import Ledger

/// The settings on which "durable when it returns" rests, made on the writing connection and read back.
enum LedgerDurability {
  /// Frames of the log after which a commit moves them into the database: 16 MB. SQLite's own 4 MB cost a fifth of the
  /// events a second; a start after a crash reads all of the log, which takes some milliseconds.
  private static let checkpointFrames: Int64 = 4000
  /// Size to which the log is cut back after a reader kept it from starting over, in bytes: 32 MB.
  private static let logSizeMax: Int64 = 32 << 20
  /// `synchronous = FULL`: every commit waits for the disk.
  private static let full: Int64 = 2

  /// Sets write-ahead logging and full flushing.
  ///
  /// - Throws: `LedgerError.settingRefused` if the database says something else afterwards.
  static func establish(in connection: Connection) throws(LedgerError) {
    let mode = try connection.texts("PRAGMA journal_mode = WAL").first ?? ""
    guard mode == "wal" else {
      throw .settingRefused(path: connection.path, setting: "journal_mode", expected: "wal", found: mode)
    }
    // After the journal mode: whoever sets that may choose a laxer synchronous with it.
    try connection.run("PRAGMA synchronous = FULL")
    let synchronous = try connection.integer("PRAGMA synchronous") ?? -1
    guard synchronous == full else {
      throw .settingRefused(
        path: connection.path, setting: "synchronous", expected: "\(full)", found: "\(synchronous)")
    }
    try connection.run("PRAGMA wal_autocheckpoint = \(checkpointFrames)")
    try connection.run("PRAGMA journal_size_limit = \(logSizeMax)")
  }

  /// Moves everything in the log into the database, flushes that, and empties the log.
  ///
  /// A reader at work may keep the log from being emptied, which is harmless once all of it has been moved.
  static func emptyLog(in connection: Connection) throws(LedgerError) {
    let statement = try connection.statement("PRAGMA wal_checkpoint(TRUNCATE)")
    defer { statement.rewind() }
    guard try statement.next(in: connection) else { return }
    let frames = statement.integer(1) ?? 0
    let moved = statement.integer(2) ?? 0
    guard frames == moved else {
      throw .failed(path: connection.path, reason: "only \(moved) of \(frames) frames of the log could be moved")
    }
  }
}
