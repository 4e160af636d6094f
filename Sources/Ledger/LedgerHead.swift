/// Where a ledger ends: the position of its last event and that event's hash.
///
/// Two ledgers with equal heads hold the same events, since each hash covers the one before it.
public struct LedgerHead: Hashable, Sendable {
  /// Position of the last event, from 1; 0 while there is none.
  public let position: UInt64
  /// Hash of the last event; zero while there is none.
  public let hash: Digest

  /// The head of a ledger without events.
  public static let empty = LedgerHead(position: 0, hash: .zero)

  /// The event at `position` with hash `hash` is the last one.
  public init(position: UInt64, hash: Digest) {
    self.position = position
    self.hash = hash
  }

  /// `record` is the last one.
  public init(_ record: LedgerRecord) {
    self.init(position: record.position, hash: record.hash)
  }

  /// The head once `records` and `snapshot` have been appended: what every store asks before it writes.
  ///
  /// - Throws: `LedgerError.notFollowing` at the first record that does not follow, `LedgerError.snapshotAhead` for
  ///   a snapshot after the last event.
  /// - Complexity: O(number of records); bodies are not hashed again.
  public func advanced(over records: [LedgerRecord], snapshot: StoredSnapshot?) throws(LedgerError) -> LedgerHead {
    var head = self
    for record in records {
      guard record.follows(head) else { throw .notFollowing(head: head, offered: record.position) }
      head = LedgerHead(record)
    }
    if let snapshot, snapshot.position > head.position {
      throw .snapshotAhead(snapshot: snapshot.position, head: head.position)
    }
    return head
  }
}

extension LedgerHead: CustomStringConvertible {
  /// `event 12 (9f86d081…)`, or `no event`.
  public var description: String {
    position == 0 ? "no event" : "event \(position) (\(hash.hex.prefix(8))…)"
  }
}
