import Quantities

/// The hash chain, link by link: seals new events and checks stored ones.
///
/// One value serves both sides, so that what is written and what is read are judged by the same rule:
///
///     var chain = Chain(head: try store.head())
///     try store.append([chain.seal(kind: "asked", tick: now, data: bytes)], snapshot: nil)
public struct Chain: Hashable, Sendable {
  /// The last record sealed or checked.
  public private(set) var head: LedgerHead

  /// A chain that goes on after `head`; by default one that begins.
  public init(head: LedgerHead = .empty) { self.head = head }

  /// Puts an event into its envelope, hashes it and makes it the head.
  ///
  /// - Parameters:
  ///   - kind: the event's kind.
  ///   - tick: when it happened.
  ///   - data: the event's content, one finished canonical value.
  public mutating func seal(kind: String, tick: Tick, data: [UInt8]) -> LedgerRecord {
    let position = head.position + 1
    let envelope = Envelope(position: position, previous: head.hash, kind: kind, tick: tick, data: data)
    let body = envelope.encoded()
    let record = LedgerRecord(position: position, hash: .sha256(body), body: body)
    head = LedgerHead(record)
    return record
  }

  /// Checks that `record` is the one after the head, makes it the head and returns its opened envelope.
  ///
  /// If it throws, the head stays where it was.
  /// - Throws: `LedgerError.chainBroken` with what was expected and found, `LedgerError.malformed` for a body that
  ///   is not an envelope.
  @discardableResult
  public mutating func check(_ record: LedgerRecord) throws(LedgerError) -> Envelope {
    guard record.position == head.position + 1 else {
      throw .chainBroken(
        position: head.position + 1, expected: "event \(head.position + 1)", found: "event \(record.position)")
    }
    let hash = Digest.sha256(record.body)
    guard hash == record.hash else {
      throw .chainBroken(
        position: record.position, expected: "content with the stored hash \(record.hash)", found: "hash \(hash)")
    }
    let envelope = try Envelope(reading: record)
    guard envelope.previous == head.hash else {
      throw .chainBroken(
        position: record.position, expected: "the previous hash \(head.hash)", found: "\(envelope.previous)")
    }
    head = LedgerHead(record)
    return envelope
  }
}
