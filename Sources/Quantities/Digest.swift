/// A SHA-256 digest: 32 bytes, written as 64 lower-case hexadecimal digits.
///
/// Held inline as four words, so that a chain of millions of records allocates nothing for its digests.
/// The protocol compares and records digests and never computes one: `Ledger` does, and the hosts.
public struct Digest: Hashable, Sendable {
  /// Number of bytes in a digest.
  public static let byteCount = 32
  /// The digest before the first event: all zero.
  public static let zero = Digest(words: (0, 0, 0, 0))

  /// The bytes in order of memory; every use goes through `withUnsafeBytes`.
  @usableFromInline let first: UInt64
  @usableFromInline let second: UInt64
  @usableFromInline let third: UInt64
  @usableFromInline let fourth: UInt64

  private init(words: (UInt64, UInt64, UInt64, UInt64)) { (first, second, third, fourth) = words }

  /// Takes over 32 bytes; `nil` for any other number of them.
  public init?(_ bytes: some Sequence<UInt8>) {
    var words: (UInt64, UInt64, UInt64, UInt64) = (0, 0, 0, 0)
    let isWhole = withUnsafeMutableBytes(of: &words) { target in
      var count = 0
      for byte in bytes {
        guard count < Self.byteCount else { return false }
        target[count] = byte
        count += 1
      }
      return count == Self.byteCount
    }
    guard isWhole else { return nil }
    self.init(words: words)
  }

  /// Takes over 32 bytes of memory; `nil` for any other number of them.
  public init?(copying memory: UnsafeRawBufferPointer) {
    guard memory.count == Self.byteCount else { return nil }
    var words: (UInt64, UInt64, UInt64, UInt64) = (0, 0, 0, 0)
    withUnsafeMutableBytes(of: &words) { $0.copyMemory(from: memory) }
    self.init(words: words)
  }

  /// Reads 64 lower-case hexadecimal digits; `nil` for anything else.
  public init?(hex: some StringProtocol) {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(Self.byteCount)
    var high: UInt8?
    for character in hex.utf8 {
      let nibble: UInt8
      switch character {
      case 0x30...0x39: nibble = character - 0x30
      case 0x61...0x66: nibble = character - 0x57
      default: return nil
      }
      if let upper = high {
        bytes.append(upper << 4 | nibble)
        high = nil
      } else {
        high = nibble
      }
    }
    guard high == nil else { return nil }
    self.init(bytes)
  }

  /// The 32 bytes.
  public var bytes: [UInt8] { withUnsafeBytes { Array($0) } }

  /// The 64 lower-case hexadecimal digits.
  public var hex: String {
    withHexDigits { String(decoding: $0, as: UTF8.self) }
  }

  /// Lends the 64 hexadecimal digits: every record writes or compares them, so nothing goes to the heap.
  public func withHexDigits<Result>(_ body: (UnsafeRawBufferPointer) -> Result) -> Result {
    withUnsafeTemporaryAllocation(byteCount: 2 * Self.byteCount, alignment: 8) { digits in
      withUnsafeBytes { bytes in
        for i in stride(from: 0, to: Self.byteCount, by: 4) {
          let four = UInt32(littleEndian: bytes.loadUnaligned(fromByteOffset: i, as: UInt32.self))
          digits.storeBytes(of: Self.digits(of: four).littleEndian, toByteOffset: 2 * i, as: UInt64.self)
        }
      }
      return body(UnsafeRawBufferPointer(digits))
    }
  }

  /// Eight digits for four bytes, lowest first, all at once: spread the nibbles over a word, then add to each byte
  /// `0`, or what leads from 10 to `a`.
  private static func digits(of four: UInt32) -> UInt64 {
    var spread = UInt64(four)
    spread = (spread | spread << 16) & 0x0000_FFFF_0000_FFFF
    spread = (spread | spread << 8) & 0x00FF_00FF_00FF_00FF
    let nibbles = (spread >> 4 & 0x000F_000F_000F_000F) | (spread & 0x000F_000F_000F_000F) << 8
    let isLetter = (nibbles &+ 0x0606_0606_0606_0606) >> 4 & 0x0101_0101_0101_0101
    return nibbles &+ 0x3030_3030_3030_3030 &+ isLetter &* 0x27
  }

  /// Lends the 32 bytes without a copy on the heap.
  @inlinable
  public func withUnsafeBytes<Result, Failure: Error>(
    _ body: (UnsafeRawBufferPointer) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    try Swift.withUnsafeBytes(of: (first, second, third, fourth)) { (memory) throws(Failure) in try body(memory) }
  }
}

extension Digest: CustomStringConvertible {
  /// The 64 hexadecimal digits.
  public var description: String { hex }
}

extension CanonicalWriter {
  /// A digest, as a string of 64 digits.
  public mutating func digest(_ value: Digest) { value.withHexDigits { plainText($0) } }
}

extension CanonicalReader {
  /// Expects a digest: a string of 64 digits.
  public mutating func digest() throws(CanonicalError) -> Digest {
    let start = offset
    guard let digest = Digest(try hex(count: Digest.byteCount)) else {
      throw CanonicalError(offset: start, expected: "a digest")
    }
    return digest
  }
}
