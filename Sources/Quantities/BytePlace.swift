/// A place in memory that bytes are written to, one after the other. Its user knows that there is room.
public struct BytePlace {
  /// What is left of the memory.
  public private(set) var rest: UnsafeMutableRawBufferPointer

  /// The beginning of `memory`.
  public init(_ memory: UnsafeMutableRawBufferPointer) { rest = memory }

  /// One byte.
  @inline(__always)
  public mutating func put(_ byte: UInt8) {
    rest[0] = byte
    advance(1)
  }

  /// Some bytes.
  @inline(__always)
  public mutating func put(_ bytes: UnsafeRawBufferPointer) {
    rest.copyMemory(from: bytes)
    advance(bytes.count)
  }

  /// The UTF-8 of a text.
  @inline(__always)
  public mutating func put(_ text: StaticString) {
    put(UnsafeRawBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount))
  }

  /// The decimal digits of `value`, with a minus sign below zero.
  @inline(__always)
  public mutating func put(decimal value: Int64) {
    if value < 0 { put(0x2D) }
    var left = value.magnitude
    let count = Self.digitCount(left)
    var place = count
    // Two at a time; a division by a constant is a multiplication.
    while left >= 100 {
      let pair = Int(truncatingIfNeeded: left % 100)
      left /= 100
      place -= 2
      rest[place] = Self.pairs.utf8Start[2 * pair]
      rest[place + 1] = Self.pairs.utf8Start[2 * pair + 1]
    }
    if left >= 10 {
      rest[0] = Self.pairs.utf8Start[2 * Int(truncatingIfNeeded: left)]
      rest[1] = Self.pairs.utf8Start[2 * Int(truncatingIfNeeded: left) + 1]
    } else {
      rest[0] = 0x30 + UInt8(truncatingIfNeeded: left)
    }
    advance(count)
  }

  @inline(__always)
  private mutating func advance(_ count: Int) {
    rest = UnsafeMutableRawBufferPointer(rebasing: rest[count...])
  }

  @inline(__always)
  private static func digitCount(_ value: UInt64) -> Int {
    var count = 1
    var left = value
    while left >= 1_000 {
      left /= 1_000
      count += 3
    }
    return count + (left >= 100 ? 2 : left >= 10 ? 1 : 0)
  }

  private static let pairs: StaticString = """
    00010203040506070809101112131415161718192021222324252627282930313233343536373839404142434445464748495051525354555657\
    585960616263646566676869707172737475767778798081828384858687888990919293949596979899
    """
}
