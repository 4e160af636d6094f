import Crypto

/// A SHA-256 digest: 32 bytes, written as 64 lower-case hexadecimal digits.
///
/// Held inline as four words, so that a chain of millions of records allocates nothing for its digests.
public struct Digest: Hashable, Sendable {
  /// Number of bytes in a digest.
  public static let byteCount = 32
  /// The digest before the first event: all zero.
  public static let zero = Digest(words: (0, 0, 0, 0))

  /// The bytes in order of memory; every use goes through `withUnsafeBytes`.
  private let first: UInt64
  private let second: UInt64
  private let third: UInt64
  private let fourth: UInt64

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

  /// The digest of `bytes` (FIPS 180-4). About a microsecond for an event of 600 bytes.
  public static func sha256(_ bytes: [UInt8]) -> Digest { bytes.withUnsafeBytes { sha256($0) } }

  /// The digest of `memory` (FIPS 180-4).
  public static func sha256(_ memory: UnsafeRawBufferPointer) -> Digest {
    var hash = SHA256()
    hash.update(bufferPointer: memory)
    return hash.finalize().withUnsafeBytes { result in
      guard let digest = Digest(copying: result) else { preconditionFailure("SHA-256 gives 32 bytes") }
      return digest
    }
  }

  /// The 32 bytes.
  public var bytes: [UInt8] { withUnsafeBytes { Array($0) } }

  /// The 64 lower-case hexadecimal digits.
  public var hex: String {
    String(unsafeUninitializedCapacity: 2 * Self.byteCount) { text in
      withUnsafeBytes { bytes in
        for i in 0..<Self.byteCount {
          text[2 * i] = Self.hexDigit(bytes[i] >> 4)
          text[2 * i + 1] = Self.hexDigit(bytes[i] & 15)
        }
      }
      return 2 * Self.byteCount
    }
  }

  /// Lends the 32 bytes without a copy on the heap.
  public func withUnsafeBytes<Result, Failure: Error>(
    _ body: (UnsafeRawBufferPointer) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    try Swift.withUnsafeBytes(of: (first, second, third, fourth)) { (memory) throws(Failure) in try body(memory) }
  }

  static func hexDigit(_ nibble: UInt8) -> UInt8 { nibble < 10 ? 0x30 + nibble : 0x57 + nibble }
}

extension Digest: CustomStringConvertible {
  /// The 64 hexadecimal digits.
  public var description: String { hex }
}
