import Quantities

/// A record's body, opened: what kind of event it holds, when it happened, and the event's own bytes.
public struct Envelope: Hashable, Sendable {
  /// Place in the ledger, from 1.
  public let position: UInt64
  /// Hash of the record before; zero for the first.
  public let previous: Digest
  /// The event's kind, such as `asked`: ASCII letters, digits, `_` and `-`, at least one of them.
  public let kind: String
  /// When the event happened.
  public let tick: Tick
  /// The event's own content: one canonical value, which the event's decoder reads.
  public let data: [UInt8]

  /// An envelope around `data`, which must be one finished canonical value. The kind must be well formed.
  public init(position: UInt64, previous: Digest, kind: String, tick: Tick, data: [UInt8]) {
    precondition(Self.isKind(kind), "an event's kind is made of letters, digits, _ and -")
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
    let kindPlace = reader.offset
    let kind = try reader.text()
    guard Self.isKind(kind) else { throw CanonicalError(offset: kindPlace, expected: "a kind of event") }
    try reader.key("position")
    let position = UInt64(try reader.integer(in: 1...(1 << 53)))
    try reader.key("previous")
    let previousPlace = reader.offset
    guard let previous = Digest(try reader.hex(count: Digest.byteCount)) else {
      throw CanonicalError(offset: previousPlace, expected: "a digest")
    }
    try reader.key("tick")
    let tick = try reader.tick()
    try reader.closeObject()
    try reader.finish()
    self.init(position: position, previous: previous, kind: kind, tick: tick, data: data)
  }

  /// The canonical bytes of this envelope: what is stored and hashed.
  ///
  /// Written straight into memory of the right size, since every event passes here; the tests hold it to what
  /// `CanonicalWriter` writes.
  public func encoded() -> [UInt8] {
    var kind = kind
    // The five keys with their punctuation take 53 bytes, the two numbers up to 16 digits each.
    let capacity = data.count + kind.utf8.count + 2 * Digest.byteCount + 128
    return [UInt8](unsafeUninitializedCapacity: capacity) { memory, count in
      var place = BytePlace(UnsafeMutableRawBufferPointer(memory))
      func put(_ number: UInt64) {
        precondition(number <= 1 << 53, "a position or tick beyond 2^53 has no canonical form")
        place.put(decimal: Int64(number))
      }
      place.put("{\"data\":")
      data.withUnsafeBytes { place.put($0) }
      place.put(",\"kind\":\"")
      kind.withUTF8 { place.put(UnsafeRawBufferPointer($0)) }
      place.put("\",\"position\":")
      put(position)
      place.put(",\"previous\":\"")
      previous.withHexDigits { place.put($0) }
      place.put("\",\"tick\":")
      put(tick.milliseconds)
      place.put("}" as StaticString)
      count = capacity - place.rest.count
    }
  }

  private static func isKind(_ text: String) -> Bool {
    !text.isEmpty
      && text.utf8.allSatisfy { byte in
        switch byte {
        case 0x61...0x7A, 0x41...0x5A, 0x30...0x39, 0x5F, 0x2D: true
        default: false
        }
      }
  }
}
