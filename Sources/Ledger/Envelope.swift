import Quantities

/// A record's body, opened: what kind of event it holds, when it happened, and the event's own bytes.
public struct Envelope: Hashable, Sendable {
  /// Place in the ledger, from 1.
  public let position: UInt64
  /// Hash of the record before; zero for the first.
  public let previous: Digest
  /// The event's kind, such as `asked`.
  public let kind: String
  /// When the event happened.
  public let tick: Tick
  /// The event's own content: one canonical value, which the event's decoder reads.
  public let data: [UInt8]

  /// An envelope around `data`, which must be one finished canonical value.
  public init(position: UInt64, previous: Digest, kind: String, tick: Tick, data: [UInt8]) {
    self.position = position
    self.previous = previous
    self.kind = kind
    self.tick = tick
    self.data = data
  }

  /// Opens the body of `record`. Does not hash it; `Chain.check` does.
  ///
  /// - Throws: `LedgerError.malformed` if the body is not the canonical spelling of an envelope,
  ///   `LedgerError.chainBroken` if it says another position than the one under which it is stored.
  public init(reading record: LedgerRecord) throws(LedgerError) {
    let envelope: Envelope
    do throws(CanonicalError) {
      envelope = try Envelope(canonical: record.body)
    } catch {
      throw .malformed(position: record.position, error)
    }
    guard envelope.position == record.position else {
      throw .chainBroken(
        position: record.position, expected: "position \(record.position) in the body",
        found: "position \(envelope.position)")
    }
    self = envelope
  }

  private init(canonical body: [UInt8]) throws(CanonicalError) {
    var reader = CanonicalReader(body)
    try reader.openObject()
    try reader.key("data")
    let data = Array(try reader.raw())
    try reader.key("kind")
    let kind = try reader.text()
    try reader.key("position")
    let position = UInt64(try reader.integer(in: 1...(1 << 53)))
    try reader.key("previous")
    let place = reader.offset
    guard let previous = Digest(try reader.hex(count: Digest.byteCount)) else {
      throw CanonicalError(offset: place, expected: "a digest")
    }
    try reader.key("tick")
    let tick = try reader.tick()
    try reader.closeObject()
    try reader.finish()
    self.init(position: position, previous: previous, kind: kind, tick: tick, data: data)
  }

  /// The canonical bytes of this envelope: what is stored and hashed.
  public func encoded() -> [UInt8] {
    var writer = CanonicalWriter()
    writer.openObject()
    writer.key("data")
    writer.raw(data)
    writer.key("kind")
    writer.text(kind)
    writer.key("position")
    writer.integer(position)
    writer.key("previous")
    previous.withUnsafeBytes { writer.hex($0) }
    writer.key("tick")
    writer.integer(tick.milliseconds)
    writer.closeObject()
    return writer.bytes
  }
}
