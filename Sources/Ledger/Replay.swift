import ProtocolCore
import Quantities

/// A council brought back from its ledger.
public struct Replay: Sendable {
  /// The council at the head.
  public private(set) var council = Council()
  /// Where the ledger ends.
  public private(set) var chain = Chain()
  /// The snapshot that it started from, by position; 0 for the beginning.
  public private(set) var start: UInt64 = 0
  /// What was found amiss on the way and could be done without: snapshots that were passed over.
  public private(set) var warnings: [String] = []

  /// Nothing yet.
  public init() {}

  /// Brings the council back from the newest valid snapshot and the events after it.
  ///
  /// Every event on the way is checked against the chain and decided anew. Takes time and memory by the length of that
  /// tail, not of the ledger.
  public static func latest(of store: some LedgerStore) throws(LedgerError) -> Replay {
    var replay = Replay()
    let head = try store.head()
    for snapshot in try store.snapshots() {
      guard snapshot.position <= head.position else {
        throw .snapshotAhead(snapshot: snapshot.position, head: head.position)
      }
      if try replay.start(from: snapshot, in: store) { break }
      replay.warnings.append("the snapshot at event \(snapshot.position) is damaged and was passed over")
    }
    try replay.run(through: store) { _, _, _, _ in }
    guard replay.chain.head == head else { throw .missing(after: replay.chain.head, head: head) }
    return replay
  }

  /// Takes over all events that follow.
  ///
  /// - Parameter visit: called before each event is taken over, with the council and the head as they are then, the event
  ///   that comes next, and when it happened.
  public mutating func run(
    through store: some LedgerStore, visit: (Council, LedgerHead, Event, Tick) -> Void
  ) throws(LedgerError) {
    while true {
      let records = try store.records(after: chain.head.position, limit: 4096)
      guard !records.isEmpty else { return }
      for record in records { try take(record, visit: visit) }
    }
  }

  private mutating func take(
    _ record: LedgerRecord, visit: (Council, LedgerHead, Event, Tick) -> Void
  ) throws(LedgerError) {
    // The head moves only over an event that holds in every respect, so that it names the last good one.
    var next = chain
    let envelope = try next.check(record)
    let event: Event
    do { event = try Event(kind: envelope.kind, decoding: envelope.data) } catch {
      throw .falseEvent(position: record.position, reason: error.description)
    }
    visit(council, chain.head, event, envelope.tick)
    do { try council.audit(event, at: envelope.tick) } catch {
      throw .falseEvent(position: record.position, reason: error.description)
    }
    chain = next
  }

  // A snapshot counts only if the ledger holds its digest in the event that follows.
  private mutating func start(from snapshot: StoredSnapshot, in store: some LedgerStore) throws(LedgerError) -> Bool {
    guard snapshot.position > 0, Digest.sha256(snapshot.state) == snapshot.digest else { return false }
    let records = try store.records(after: snapshot.position - 1, limit: 2)
    guard records.count == 2, records[0].position == snapshot.position, records[1].position == snapshot.position + 1,
      Digest.sha256(records[0].body) == records[0].hash
    else { return false }
    let envelope = try Envelope(reading: records[1])
    guard let event = try? Event(kind: envelope.kind, decoding: envelope.data),
      event == .snapshotted(Snapshotted(position: snapshot.position, state: snapshot.digest)),
      let council = try? Council(decoding: snapshot.state), council.position == snapshot.position
    else { return false }
    self.council = council
    chain = Chain(head: LedgerHead(position: snapshot.position, hash: records[0].hash))
    start = snapshot.position
    return true
  }
}

extension LedgerError {
  // An event that hashes well and still is not what the rules make of the events before it.
  static func falseEvent(position: UInt64, reason: String) -> LedgerError {
    .chainBroken(position: position, expected: "what the council decides", found: reason)
  }

  static func missing(after last: LedgerHead, head: LedgerHead) -> LedgerError {
    .chainBroken(position: last.position + 1, expected: "events up to \(head.position)", found: "none")
  }
}
