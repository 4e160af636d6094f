/// Writes canonical JSON: integers, strings, arrays and objects with ascending keys, no blank between them.
///
/// The bytes are those of RFC 8785 (JCS), so any language can rebuild and hash them. There are no floating point
/// numbers, no booleans and no null. An integer that may pass 2^53 is written as a string by its caller.
/// Keys must be written in ascending order; that is the caller's promise, held by the tests of each encoding.
public struct CanonicalWriter: Sendable {
  /// What has been written.
  public private(set) var bytes: [UInt8] = []
  private var isFresh = true

  /// An empty text.
  public init() { bytes.reserveCapacity(1_024) }

  /// Begins an object.
  public mutating func openObject() { open(0x7B) }
  /// Ends an object.
  public mutating func closeObject() { close(0x7D) }
  /// Begins an array.
  public mutating func openArray() { open(0x5B) }
  /// Ends an array.
  public mutating func closeArray() { close(0x5D) }

  /// A key of the object that is open; its value comes next. Plain ASCII without quotes or backslashes.
  public mutating func key(_ key: StaticString) {
    put(atMost: key.utf8CodeUnitCount + 4) { [isFresh] place in
      if !isFresh { place.put(0x2C) }
      place.put(0x22)
      place.put(key)
      place.put(0x22)
      place.put(0x3A)
    }
    isFresh = true
  }

  /// An integer within ±2^53.
  public mutating func integer(_ value: Int64) {
    precondition(value.magnitude <= 1 << 53, "write an integer beyond 2^53 as a string")
    put(atMost: 21) { [isFresh] place in
      if !isFresh { place.put(0x2C) }
      place.put(decimal: value)
    }
    isFresh = false
  }

  /// An integer within 2^53.
  public mutating func integer(_ value: Int) { integer(Int64(value)) }
  /// An integer within 2^53.
  public mutating func integer(_ value: UInt32) { integer(Int64(value)) }
  /// An integer within 2^53.
  public mutating func integer(_ value: UInt64) { integer(Int64(clamping: value)) }

  /// Any 64-bit integer, as a string of decimal digits.
  public mutating func longInteger(_ value: Int64) {
    put(atMost: 23) { [isFresh] place in
      if !isFresh { place.put(0x2C) }
      place.put(0x22)
      place.put(decimal: value)
      place.put(0x22)
    }
    isFresh = false
  }

  /// An amount, as a string of micro-credits.
  public mutating func amount(_ value: Amount) { longInteger(value.micro) }

  /// A string.
  public mutating func text(_ value: String) {
    separate()
    bytes.append(0x22)
    for byte in value.utf8 { escape(byte) }
    bytes.append(0x22)
  }

  /// A string whose UTF-8 bytes need no escape.
  mutating func plainText(_ value: UnsafeRawBufferPointer) {
    put(atMost: value.count + 3) { [isFresh] place in
      if !isFresh { place.put(0x2C) }
      place.put(0x22)
      place.put(value)
      place.put(0x22)
    }
    isFresh = false
  }

  /// Bytes as a string of lower-case hexadecimal digits, two for each byte.
  public mutating func hex(_ value: some Sequence<UInt8>) {
    separate()
    bytes.append(0x22)
    for byte in value {
      bytes.append(Self.hexDigit(byte >> 4))
      bytes.append(Self.hexDigit(byte & 15))
    }
    bytes.append(0x22)
  }

  /// A floating point number, as the 16 hexadecimal digits of its bit pattern: for states, never for events.
  public mutating func bits(_ value: Double) {
    let pattern = value.bitPattern
    hex((0..<8).map { UInt8(truncatingIfNeeded: pattern >> (56 - 8 * $0)) })
  }

  /// An array of whole numbers.
  @inlinable
  public mutating func integers(_ values: some Sequence<UInt32>) {
    openArray()
    for value in values { integer(value) }
    closeArray()
  }

  /// An array of amounts.
  @inlinable
  public mutating func amounts(_ values: some Sequence<Amount>) {
    openArray()
    for value in values { amount(value) }
    closeArray()
  }

  /// An array of strings.
  @inlinable
  public mutating func texts(_ values: some Sequence<String>) {
    openArray()
    for value in values { text(value) }
    closeArray()
  }

  /// An array of seats.
  @inlinable
  public mutating func seats(_ values: some Sequence<Seat>) {
    openArray()
    for value in values { integer(value.index) }
    closeArray()
  }

  /// A finished canonical value, copied in as it is.
  public mutating func raw(_ value: [UInt8]) {
    separate()
    bytes.append(contentsOf: value)
  }

  /// Empties the text and keeps its memory.
  public mutating func removeAll() {
    bytes.removeAll(keepingCapacity: true)
    isFresh = true
  }

  private mutating func open(_ byte: UInt8) {
    separate()
    bytes.append(byte)
    isFresh = true
  }

  private mutating func close(_ byte: UInt8) {
    bytes.append(byte)
    isFresh = false
  }

  private mutating func separate() {
    if !isFresh { bytes.append(0x2C) }
    isFresh = false
  }

  // Every number of every event passes here, so that bytes go straight into the memory of the array.
  @inline(__always)
  private mutating func put(atMost count: Int, _ body: (inout BytePlace) -> Void) {
    bytes.append(addingCapacity: count) { span in
      span.withUnsafeMutableBufferPointer { memory, written in
        var place = BytePlace(
          UnsafeMutableRawBufferPointer(rebasing: UnsafeMutableRawBufferPointer(memory)[written...]))
        let room = place.rest.count
        body(&place)
        written += room - place.rest.count
      }
    }
  }

  private mutating func escape(_ byte: UInt8) {
    switch byte {
    case 0x22, 0x5C: bytes.append(contentsOf: [0x5C, byte])
    case 0x08: bytes.append(contentsOf: [0x5C, 0x62])
    case 0x09: bytes.append(contentsOf: [0x5C, 0x74])
    case 0x0A: bytes.append(contentsOf: [0x5C, 0x6E])
    case 0x0C: bytes.append(contentsOf: [0x5C, 0x66])
    case 0x0D: bytes.append(contentsOf: [0x5C, 0x72])
    case 0..<0x20:
      bytes.append(contentsOf: [0x5C, 0x75, 0x30, 0x30, Self.hexDigit(byte >> 4), Self.hexDigit(byte & 15)])
    default: bytes.append(byte)
    }
  }

  private static func hexDigit(_ value: UInt8) -> UInt8 { value < 10 ? 0x30 + value : 0x57 + value }
}
