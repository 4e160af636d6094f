import Quantities

/// Writes JSON by hand, so that numbers come out exactly as they stand in the ledger: credits with six places,
/// billionths with nine, never through a `Double`.
///
/// Commas are placed by looking at the last byte: after `{`, `[` and `:` there is none.
struct JSONWriter {
  /// What was written so far.
  private(set) var bytes: [UInt8] = []

  init() { bytes.reserveCapacity(1_024) }

  mutating func openObject() { open(UInt8(ascii: "{")) }
  mutating func closeObject() { bytes.append(UInt8(ascii: "}")) }
  mutating func openArray() { open(UInt8(ascii: "[")) }
  mutating func closeArray() { bytes.append(UInt8(ascii: "]")) }

  /// A key that needs no escapes.
  mutating func key(_ name: StaticString) {
    separate()
    bytes.append(UInt8(ascii: "\""))
    bytes.append(contentsOf: UnsafeBufferPointer(start: name.utf8Start, count: name.utf8CodeUnitCount))
    bytes.append(UInt8(ascii: "\""))
    bytes.append(UInt8(ascii: ":"))
  }

  /// A key that is already quoted and escaped, see `quoted`.
  mutating func key(raw name: [UInt8]) {
    raw(name)
    bytes.append(UInt8(ascii: ":"))
  }

  /// A finished value.
  mutating func raw(_ value: some Collection<UInt8>) {
    separate()
    bytes.append(contentsOf: value)
  }

  /// A string, with escapes where JSON needs them.
  mutating func text(_ value: String) {
    separate()
    bytes.append(UInt8(ascii: "\""))
    for byte in value.utf8 {
      switch byte {
      case UInt8(ascii: "\""), UInt8(ascii: "\\"):
        bytes.append(UInt8(ascii: "\\"))
        bytes.append(byte)
      case 0x0A: bytes.append(contentsOf: "\\n".utf8)
      case 0x0D: bytes.append(contentsOf: "\\r".utf8)
      case 0x09: bytes.append(contentsOf: "\\t".utf8)
      case 0..<0x20:
        bytes.append(contentsOf: "\\u00".utf8)
        bytes.append(Self.hexDigit(byte >> 4))
        bytes.append(Self.hexDigit(byte & 15))
      default: bytes.append(byte)
      }
    }
    bytes.append(UInt8(ascii: "\""))
  }

  /// A string of fixed words.
  mutating func word(_ value: StaticString) {
    separate()
    bytes.append(UInt8(ascii: "\""))
    bytes.append(contentsOf: UnsafeBufferPointer(start: value.utf8Start, count: value.utf8CodeUnitCount))
    bytes.append(UInt8(ascii: "\""))
  }

  /// `q17`, in quotes.
  mutating func question(_ id: QuestionID) {
    separate()
    bytes.append(UInt8(ascii: "\""))
    bytes.append(UInt8(ascii: "q"))
    digits(id.number, least: 1)
    bytes.append(UInt8(ascii: "\""))
  }

  /// Bytes in hexadecimal digits, in quotes.
  mutating func hex(_ value: some Sequence<UInt8>) {
    separate()
    bytes.append(UInt8(ascii: "\""))
    for byte in value {
      bytes.append(Self.hexDigit(byte >> 4))
      bytes.append(Self.hexDigit(byte & 15))
    }
    bytes.append(UInt8(ascii: "\""))
  }

  mutating func integer(_ value: some UnsignedInteger) {
    separate()
    digits(UInt64(value), least: 1)
  }

  mutating func integer(_ value: Int) {
    precondition(value >= 0)
    integer(UInt(value))
  }

  mutating func bool(_ value: Bool) { raw(value ? "true".utf8 : "false".utf8) }
  mutating func null() { raw("null".utf8) }

  /// Credits with six places, as `Amount.description` has them.
  mutating func amount(_ value: Amount) {
    separate()
    if value.micro < 0 { bytes.append(UInt8(ascii: "-")) }
    let (whole, places) = value.micro.magnitude.quotientAndRemainder(dividingBy: 1_000_000)
    digits(whole, least: 1)
    bytes.append(UInt8(ascii: "."))
    digits(places, least: 6)
  }

  /// A fraction with nine places, as `Billionths.text` has them.
  mutating func billionths(_ value: UInt32) {
    separate()
    fraction(value)
  }

  /// Billionths with a sign.
  mutating func billionths(_ value: Int32) {
    separate()
    if value < 0 { bytes.append(UInt8(ascii: "-")) }
    fraction(value.magnitude)
  }

  private mutating func fraction(_ billionths: UInt32) {
    let (whole, places) = billionths.quotientAndRemainder(dividingBy: Billionths.one)
    digits(UInt64(whole), least: 1)
    bytes.append(UInt8(ascii: "."))
    digits(UInt64(places), least: 9)
  }

  /// `text` as a JSON string, to be written with `raw` and `key(raw:)` again and again.
  static func quoted(_ text: String) -> [UInt8] {
    var json = JSONWriter()
    json.text(text)
    return json.bytes
  }

  private static func hexDigit(_ nibble: UInt8) -> UInt8 { nibble < 10 ? 0x30 + nibble : 0x57 + nibble }

  private mutating func open(_ bracket: UInt8) {
    separate()
    bytes.append(bracket)
  }

  private mutating func separate() {
    switch bytes.last {
    case nil, UInt8(ascii: "{"), UInt8(ascii: "["), UInt8(ascii: ":"): return
    default: bytes.append(UInt8(ascii: ","))
    }
  }

  private mutating func digits(_ value: UInt64, least: Int) {
    var rest = value
    var count = 1
    while rest >= 10 {
      rest /= 10
      count += 1
    }
    count = max(count, least)
    let start = bytes.count
    bytes.append(contentsOf: repeatElement(UInt8(ascii: "0"), count: count))
    rest = value
    var place = start + count - 1
    while rest > 0 {
      bytes[place] = UInt8(ascii: "0") + UInt8(rest % 10)
      rest /= 10
      place -= 1
    }
  }
}
