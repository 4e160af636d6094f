/// What was wrong with canonical bytes, and at which byte.
public struct CanonicalError: Error, Hashable, Sendable, CustomStringConvertible {
  /// Offset of the first byte that does not fit, from 0.
  public let offset: Int
  /// What should have stood there.
  public let expected: String

  /// `expected` did not stand at `offset`.
  public init(offset: Int, expected: String) {
    self.offset = offset
    self.expected = expected
  }

  /// Where and what.
  public var description: String { "at byte \(offset): expected \(expected)" }
}

/// Reads what `CanonicalWriter` wrote, in the same order, and refuses every other spelling.
///
/// A decoder mirrors its encoder call by call; since there is one spelling for each value, bytes that read well are
/// the bytes that would be written again. Never traps on hostile bytes.
public struct CanonicalReader: Sendable {
  private let bytes: [UInt8]
  private var place = 0
  private var isFresh = true

  /// Reads `bytes` from the beginning.
  public init(_ bytes: [UInt8]) { self.bytes = bytes }

  /// The byte that comes next, as an offset from 0.
  public var offset: Int { place }

  /// Expects the beginning of an object.
  public mutating func openObject() throws(CanonicalError) { try open(0x7B, "an object") }
  /// Expects the end of the object that is open.
  public mutating func closeObject() throws(CanonicalError) { try close(0x7D, "the end of the object") }
  /// Expects the beginning of an array.
  public mutating func openArray() throws(CanonicalError) { try open(0x5B, "an array") }
  /// Expects the end of the array that is open.
  public mutating func closeArray() throws(CanonicalError) { try close(0x5D, "the end of the array") }

  /// Whether the array that is open goes on; if not, its end has been read.
  public mutating func hasElement() throws(CanonicalError) -> Bool {
    guard place < bytes.count else { throw fault("an element or the end of the array") }
    guard bytes[place] == 0x5D else { return true }
    try closeArray()
    return false
  }

  /// Expects the key `key` of the object that is open.
  public mutating func key(_ key: StaticString) throws(CanonicalError) {
    guard try hasKey(key) else { throw fault("the key \(key)") }
  }

  /// Whether the next key is `key`; if so, it has been read.
  public mutating func hasKey(_ key: StaticString) throws(CanonicalError) -> Bool {
    let length = key.utf8CodeUnitCount
    let start = place + (isFresh ? 0 : 1)
    guard start + length + 3 <= bytes.count, isFresh || bytes[place] == 0x2C else { return false }
    guard bytes[start] == 0x22, bytes[start + length + 1] == 0x22, bytes[start + length + 2] == 0x3A else {
      return false
    }
    for i in 0..<length where bytes[start + 1 + i] != key.utf8Start[i] { return false }
    place = start + length + 3
    isFresh = true
    return true
  }

  /// Expects an integer within ±2^53.
  public mutating func integer() throws(CanonicalError) -> Int64 {
    try separate()
    let start = place
    let value = try digits()
    guard value.magnitude <= 1 << 53 else { throw CanonicalError(offset: start, expected: "an integer within 2^53") }
    return value
  }

  /// Expects an integer in `range`.
  public mutating func integer(in range: ClosedRange<Int64>) throws(CanonicalError) -> Int64 {
    let start = place
    let value = try integer()
    guard range.contains(value) else {
      throw CanonicalError(offset: start, expected: "an integer from \(range.lowerBound) to \(range.upperBound)")
    }
    return value
  }

  /// Expects an integer from 0 to 2^52: half of what can be written, so that who counts on from it need not fear.
  public mutating func count() throws(CanonicalError) -> Int { Int(try integer(in: 0...(1 << 52))) }

  /// Expects a moment, in milliseconds, up to `Tick.latest`.
  public mutating func tick() throws(CanonicalError) -> Tick {
    Tick(UInt64(try integer(in: 0...Int64(Tick.latest.milliseconds))))
  }

  /// Expects a string of decimal digits that make a 64-bit integer.
  public mutating func longInteger() throws(CanonicalError) -> Int64 {
    try separate()
    try byte(0x22, "a string of digits")
    let value = try digits()
    try byte(0x22, "the end of a string of digits")
    return value
  }

  /// Expects an amount: a string of micro-credits.
  public mutating func amount() throws(CanonicalError) -> Amount { Amount(micro: try longInteger()) }

  /// Expects a string.
  public mutating func text() throws(CanonicalError) -> String {
    try separate()
    try byte(0x22, "a string")
    var content: [UInt8] = []
    while true {
      guard place < bytes.count else { throw fault("the end of a string") }
      let next = bytes[place]
      place += 1
      if next == 0x22 { break }
      guard next >= 0x20 else { throw fault("an escaped control character") }
      content.append(next == 0x5C ? try unescaped() : next)
    }
    guard let text = String(validating: content, as: UTF8.self) else { throw fault("a string of UTF-8") }
    return text
  }

  /// Expects a string of `count` bytes in lower-case hexadecimal digits.
  public mutating func hex(count: Int) throws(CanonicalError) -> [UInt8] {
    try separate()
    try byte(0x22, "a string of hexadecimal digits")
    guard place + 2 * count <= bytes.count else { throw fault("\(2 * count) hexadecimal digits") }
    var result: [UInt8] = []
    result.reserveCapacity(count)
    for _ in 0..<count { result.append(try hexDigit() << 4 | hexDigit()) }
    try byte(0x22, "the end of \(2 * count) hexadecimal digits")
    return result
  }

  /// Expects the bit pattern of a finite floating point number.
  public mutating func bits() throws(CanonicalError) -> Double {
    let start = place
    let value = Double(bitPattern: try hex(count: 8).reduce(0) { $0 << 8 | UInt64($1) })
    guard value.isFinite else { throw CanonicalError(offset: start, expected: "a finite number") }
    return value
  }

  /// Expects an array of whole numbers that fit 32 bits.
  public mutating func integers() throws(CanonicalError) -> [UInt32] {
    var result: [UInt32] = []
    try openArray()
    while try hasElement() { result.append(UInt32(try integer(in: 0...Int64(UInt32.max)))) }
    return result
  }

  /// Expects an array of amounts.
  public mutating func amounts() throws(CanonicalError) -> [Amount] {
    var result: [Amount] = []
    try openArray()
    while try hasElement() { result.append(try amount()) }
    return result
  }

  /// Expects an array of strings.
  public mutating func texts() throws(CanonicalError) -> [String] {
    var result: [String] = []
    try openArray()
    while try hasElement() { result.append(try text()) }
    return result
  }

  /// Expects an array of seats, ascending.
  public mutating func seats() throws(CanonicalError) -> [Seat] {
    let start = place
    let seats = try integers().map { Seat(Int($0)) }
    guard zip(seats, seats.dropFirst()).allSatisfy({ $0 < $1 }) else {
      throw CanonicalError(offset: start, expected: "seats in ascending order")
    }
    return seats
  }

  /// Expects `count` billionths that add up to one billion.
  public mutating func shares(count: Int) throws(CanonicalError) -> [UInt32] {
    let start = place
    let shares = try integers()
    guard shares.count == count, shares.reduce(UInt64(0), { $0 + UInt64($1) }) == UInt64(Billionths.one) else {
      throw CanonicalError(offset: start, expected: "\(count) billionths that add up to one billion")
    }
    return shares
  }

  /// The bytes of the value that comes next, whatever it is, and steps over it.
  public mutating func raw() throws(CanonicalError) -> ArraySlice<UInt8> {
    try separate()
    let start = place
    var depth = 0
    var isInText = false
    while place < bytes.count {
      let next = bytes[place]
      if isInText {
        if next == 0x5C { place += 1 }
        if next == 0x22 { isInText = false }
      } else if next == 0x22 {
        isInText = true
      } else if next == 0x7B || next == 0x5B {
        depth += 1
      } else if next == 0x7D || next == 0x5D || next == 0x2C {
        if depth == 0 { break }
        if next != 0x2C { depth -= 1 }
      }
      place += 1
    }
    guard place <= bytes.count, place > start, depth == 0, !isInText else { throw fault("a whole value") }
    isFresh = false
    return bytes[start..<place]
  }

  /// Expects that nothing is left.
  public func finish() throws(CanonicalError) {
    guard place == bytes.count else { throw fault("the end") }
  }

  private func fault(_ expected: String) -> CanonicalError { CanonicalError(offset: place, expected: expected) }

  private mutating func open(_ opening: UInt8, _ what: String) throws(CanonicalError) {
    try separate()
    try byte(opening, what)
    isFresh = true
  }

  private mutating func close(_ closing: UInt8, _ what: String) throws(CanonicalError) {
    try byte(closing, what)
    isFresh = false
  }

  private mutating func separate() throws(CanonicalError) {
    if !isFresh { try byte(0x2C, "a comma") }
    isFresh = false
  }

  private mutating func byte(_ expected: UInt8, _ what: String) throws(CanonicalError) {
    guard place < bytes.count, bytes[place] == expected else { throw fault(what) }
    place += 1
  }

  private mutating func digits() throws(CanonicalError) -> Int64 {
    let start = place
    let isNegative = place < bytes.count && bytes[place] == 0x2D
    if isNegative { place += 1 }
    let first = place
    var value: Int64 = 0
    while place < bytes.count, bytes[place] >= 0x30, bytes[place] <= 0x39 {
      let (ten, over) = value.multipliedReportingOverflow(by: 10)
      let digit = Int64(bytes[place] - 0x30)
      let (next, overAgain) = isNegative ? ten.subtractingReportingOverflow(digit) : ten.addingReportingOverflow(digit)
      guard !over, !overAgain else { throw CanonicalError(offset: start, expected: "an integer of 64 bits") }
      value = next
      place += 1
    }
    guard place > first else { throw fault("a digit") }
    guard bytes[first] != 0x30 || (place == first + 1 && !isNegative) else {
      throw CanonicalError(offset: start, expected: "an integer without leading zeros")
    }
    return value
  }

  private mutating func unescaped() throws(CanonicalError) -> UInt8 {
    guard place < bytes.count else { throw fault("an escape") }
    let kind = bytes[place]
    place += 1
    switch kind {
    case 0x22, 0x5C: return kind
    case 0x62: return 0x08
    case 0x74: return 0x09
    case 0x6E: return 0x0A
    case 0x66: return 0x0C
    case 0x72: return 0x0D
    case 0x75:
      try byte(0x30, "an escape below 20 (hexadecimal)")
      try byte(0x30, "an escape below 20 (hexadecimal)")
      let value = try hexDigit() << 4 | hexDigit()
      guard value < 0x20, ![0x08, 0x09, 0x0A, 0x0C, 0x0D].contains(value) else { throw fault("the short spelling") }
      return value
    default: throw fault("an escape of JSON")
    }
  }

  private mutating func hexDigit() throws(CanonicalError) -> UInt8 {
    guard place < bytes.count else { throw fault("a hexadecimal digit") }
    let digit = bytes[place]
    place += 1
    switch digit {
    case 0x30...0x39: return digit - 0x30
    case 0x61...0x66: return digit - 0x57
    default: throw CanonicalError(offset: place - 1, expected: "a lower-case hexadecimal digit")
    }
  }
}
