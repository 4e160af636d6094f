import Foundation
import Quantities
import Testing

/// A value that canonical text can hold, for tests.
private indirect enum Value: Equatable {
  case integer(Int64)
  case long(Int64)
  case text(String)
  case bytes([UInt8])
  case bits(Double)
  case array([Value])
  case object(a: Value, b: Value)

  static func random(using random: inout CounterStream, depth: Int = 0) -> Value {
    switch random.below(depth < 4 ? 7 : 5) {
    case 0: .integer(Int64.random(in: -(1 << 53)...(1 << 53), using: &random))
    case 1: .long([.min, .max, 0, -1].randomElement(using: &random) ?? 0)
    case 2: .text(someText(using: &random))
    case 3: .bytes((0..<3).map { _ in UInt8.random(in: 0...255, using: &random) })
    case 4: .bits(Double(bitPattern: random.next() & ~(1 << 62)))  // a clear bit in the exponent: always finite
    case 5: .array((0..<random.below(4)).map { _ in Value.random(using: &random, depth: depth + 1) })
    default: .object(a: .random(using: &random, depth: depth + 1), b: .random(using: &random, depth: depth + 1))
    }
  }

  private static func someText(using random: inout CounterStream) -> String {
    let letters: [Character] = [
      "a", "\"", "\\", "\n", "\r\n", "\t", "\u{0}", "\u{1F}", "\u{7F}", "é", "e\u{301}", "𝄞", "/",
    ]
    return String((0..<random.below(12)).map { _ in letters[random.below(letters.count)] })
  }

  func write(into writer: inout CanonicalWriter) {
    switch self {
    case .integer(let value): writer.integer(value)
    case .long(let value): writer.longInteger(value)
    case .text(let value): writer.text(value)
    case .bytes(let value): writer.hex(value)
    case .bits(let value): writer.bits(value)
    case .array(let values):
      writer.openArray()
      for value in values { value.write(into: &writer) }
      writer.closeArray()
    case .object(let a, let b):
      writer.openObject()
      writer.key("a")
      a.write(into: &writer)
      writer.key("b")
      b.write(into: &writer)
      writer.closeObject()
    }
  }

  /// Reads a value of the shape of `self`.
  func read(from reader: inout CanonicalReader) throws(CanonicalError) -> Value {
    switch self {
    case .integer: return .integer(try reader.integer())
    case .long: return .long(try reader.longInteger())
    case .text: return .text(try reader.text())
    case .bytes: return .bytes(try reader.hex(count: 3))
    case .bits: return .bits(try reader.bits())
    case .array(let values):
      var result: [Value] = []
      try reader.openArray()
      while try reader.hasElement() {
        guard result.count < values.count else { return .array(result) }
        result.append(try values[result.count].read(from: &reader))
      }
      return .array(result)
    case .object(let a, let b):
      try reader.openObject()
      try reader.key("a")
      let first = try a.read(from: &reader)
      try reader.key("b")
      let second = try b.read(from: &reader)
      try reader.closeObject()
      return .object(a: first, b: second)
    }
  }

  var bytes: [UInt8] {
    var writer = CanonicalWriter()
    write(into: &writer)
    return writer.bytes
  }

  /// What `text` holds if it is the canonical text of a value of this shape.
  func reading(_ text: [UInt8]) -> Value? {
    var reader = CanonicalReader(text)
    guard let value = try? read(from: &reader), (try? reader.finish()) != nil else { return nil }
    return value
  }
}

@Suite struct CanonicalTests {
  @Test(arguments: UInt64(0)..<200)
  func `what was written reads back, and is JSON`(seed: UInt64) throws {
    var random = CounterStream(seed: seed, purpose: 3)
    let value = Value.random(using: &random)
    let bytes = value.bytes
    let read = try #require(value.reading(bytes))
    #expect(read.bytes == bytes)
    _ = try JSONSerialization.jsonObject(with: Data(bytes), options: .fragmentsAllowed)
    var reader = CanonicalReader(bytes)
    #expect(try Array(reader.raw()) == bytes)
  }

  @Test(arguments: UInt64(0)..<60)
  func `no damage traps, and what still reads well is spelt as it would be written`(seed: UInt64) {
    var random = CounterStream(seed: seed, purpose: 4)
    let value = Value.random(using: &random)
    let bytes = value.bytes
    // In an array: the beginning of a bare number is a number as well.
    let wrapped = Value.array([value])
    for end in 0..<min(wrapped.bytes.count, 300) { #expect(wrapped.reading(Array(wrapped.bytes[..<end])) == nil) }
    for place in 0..<min(bytes.count, 120) {
      for change in UInt8(1)...255 {
        var changed = bytes
        changed[place] ^= change
        if let read = value.reading(changed) { #expect(read.bytes == changed) }
        var reader = CanonicalReader(changed)
        _ = try? reader.raw()
      }
    }
    for _ in 0..<200 {
      var changed = bytes
      for _ in 0..<3 { changed.insert(UInt8(random.below(128)), at: random.below(changed.count + 1)) }
      if let read = value.reading(changed) { #expect(read.bytes == changed) }
    }
  }

  @Test(arguments: [
    "01", "-0", "+1", "1.0", "1e3", " 1", "1 ", "", "-", "9007199254740993", "-9007199254740993",
    "99999999999999999999", "\"1\"", "0x1", "١",
  ])
  func `an integer has one spelling`(text: String) {
    #expect(Value.integer(0).reading(Array(text.utf8)) == nil)
  }

  @Test(arguments: ["1", "\"01\"", "\"-0\"", "\"\"", "\"9223372036854775808\"", "\" 1\"", "\"1\" "])
  func `a long integer has one spelling`(text: String) {
    #expect(Value.long(0).reading(Array(text.utf8)) == nil)
  }

  @Test(arguments: [
    #""\u0041""#, #""\u000a""#, #""\u000A""#, #""\/""#, #""\u001F""#, "\"\n\"", #""\q""#, #""\"#, #"""#, #""a"b""#,
    #""\u0020""#, #""\ud834\udd1e""#,
  ])
  func `a text has one spelling`(text: String) {
    #expect(Value.text("").reading(Array(text.utf8)) == nil)
  }

  @Test(arguments: [[0x22, 0xFF, 0x22], [0x22, 0xC0, 0x80, 0x22], [0x22, 0xED, 0xA0, 0x80, 0x22]] as [[UInt8]])
  func `a text is valid UTF-8`(bytes: [UInt8]) {
    #expect(Value.text("").reading(bytes) == nil)
  }

  @Test(arguments: [
    #"{"b":1,"a":2}"#, #"{"a":1}"#, #"{"a":1,"b":2,"c":3}"#, #"{"a":1 ,"b":2}"#, #"{"a":1,"b":2,}"#, #"{,"a":1,"b":2}"#,
    #"{"a":1,"a":2}"#, #"{"a":1"b":2}"#, #"["a":1,"b":2]"#, #"{"a": 1,"b":2}"#,
  ])
  func `an object has one order and no blanks`(text: String) {
    #expect(Value.object(a: .integer(0), b: .integer(0)).reading(Array(text.utf8)) == nil)
  }

  @Test(arguments: ["[1,]", "[,1]", "[1 ,2]", "[1,2", "1,2]", "[1;2]", "[[1,2]]", "[]1"])
  func `an array has one spelling`(text: String) {
    #expect(Value.array([.integer(0), .integer(0)]).reading(Array(text.utf8)) == nil)
  }

  @Test(arguments: ["7ff0000000000000", "fff8000000000000", "3FF0000000000000", "3ff000000000000"])
  func `a floating point number is finite and in lower case`(digits: String) {
    #expect(Value.bits(0).reading(Array("\"\(digits)\"".utf8)) == nil)
  }

  @Test func `counts and moments leave room to count on`() {
    func reads(_ text: String, _ body: (inout CanonicalReader) throws -> Void) -> Bool {
      var reader = CanonicalReader(Array(text.utf8))
      return (try? body(&reader)) != nil
    }
    #expect(reads("4503599627370496") { _ = try $0.count() })
    #expect(!reads("4503599627370497") { _ = try $0.count() })
    #expect(!reads("-1") { _ = try $0.count() })
    #expect(reads("4503599627370496") { _ = try $0.tick() })
    #expect(!reads("4503599627370497") { _ = try $0.tick() })
  }

  @Test func `lists are checked as wholes`() {
    func reads(_ text: String, _ body: (inout CanonicalReader) throws -> Void) -> Bool {
      var reader = CanonicalReader(Array(text.utf8))
      return (try? body(&reader)) != nil
    }
    #expect(reads("[0,2,5]") { _ = try $0.seats() })
    #expect(!reads("[0,2,2]") { _ = try $0.seats() })
    #expect(!reads("[2,0]") { _ = try $0.seats() })
    #expect(reads("[400000000,600000000]") { _ = try $0.shares(count: 2) })
    #expect(!reads("[400000000,600000000]") { _ = try $0.shares(count: 3) })
    #expect(!reads("[400000000,600000001]") { _ = try $0.shares(count: 2) })
    #expect(!reads("[4294967295,4294967295]") { _ = try $0.shares(count: 2) })
    #expect(!reads("[4294967296]") { _ = try $0.integers() })
    #expect(!reads("[-1]") { _ = try $0.integers() })
  }
}
