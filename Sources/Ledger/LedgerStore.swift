/// Where a ledger's records lie: `MemoryLedger` for simulations and tests, `SQLiteLedger` on a disk.
///
/// A store keeps bytes and their order. It does not know what an event means; `Chain` judges records, replay gives
/// them meaning. One owner appends; any thread may read meanwhile.
public protocol LedgerStore: AnyObject, Sendable {
  /// The last stored record's position and hash, after its body was hashed again and its envelope read.
  ///
  /// - Complexity: O(1) in the number of events.
  func head() throws(LedgerError) -> LedgerHead

  /// Stores `records`, which follow the head, and perhaps a snapshot, as one transaction: all of it or nothing.
  ///
  /// When it returns, everything is durable. When it throws, nothing was stored, the store is as usable as before,
  /// and the same records may be offered again. Of the snapshots the two newest are kept.
  ///
  /// - Throws: `LedgerError.notFollowing` for records that do not follow the stored head, `.snapshotAhead` for a
  ///   snapshot after the last event, `.diskFull`, `.failed`.
  func append(_ records: [LedgerRecord], snapshot: StoredSnapshot?) throws(LedgerError)

  /// Up to `limit` records after position `position`, ascending and without gaps. Empty at the end.
  ///
  /// May be called from any thread while another one appends; a record is seen wholly or not at all.
  func records(after position: UInt64, limit: Int) throws(LedgerError) -> [LedgerRecord]

  /// The snapshots kept, newest first.
  func snapshots() throws(LedgerError) -> [StoredSnapshot]

  /// Looks through every page of the stored files for damage. Takes time in proportion to their size.
  func checkFile() throws(LedgerError)

  /// Lets go of files and locks. Later calls throw `LedgerError.closed`; closing twice is harmless.
  func close()
}
