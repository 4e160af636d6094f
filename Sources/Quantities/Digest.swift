/// The fingerprint of some bytes: 32 bytes of SHA-256, written as 64 lower-case hexadecimal digits.
///
/// The protocol compares and records digests and never computes one; `Ledger` and the hosts do.
public struct Digest: Hashable, Sendable {
  private let first: UInt64
  private let second: UInt64
  private let third: UInt64
  private let fourth: UInt64

  /// Takes over 32 bytes.
  public init(_ bytes: some Sequence<UInt8>) {
    var words: [UInt64] = [0, 0, 0, 0]
    var count = 0
    for byte in bytes {
      words[count / 8] = words[count / 8] << 8 | UInt64(byte)
      count += 1
    }
    precondition(count == 32, "a digest has 32 bytes")
    (first, second, third, fourth) = (words[0], words[1], words[2], words[3])
  }

  /// Reads 64 lower-case hexadecimal digits; `nil` for anything else.
  public init?(hex: String) {
    var reader = CanonicalReader([0x22] + Array(hex.utf8) + [0x22])
    guard let bytes = try? reader.hex(count: 32), (try? reader.finish()) != nil else { return nil }
    self.init(bytes)
  }

  /// Thirty-two zeros: what the first event of a chain follows.
  public static let zero = Digest([UInt8](repeating: 0, count: 32))

  /// The 32 bytes.
  public var bytes: [UInt8] {
    [first, second, third, fourth].flatMap { word in (0..<8).map { UInt8(truncatingIfNeeded: word >> (56 - 8 * $0)) } }
  }
}

extension Digest: CustomStringConvertible {
  /// The 64 digits.
  public var description: String {
    var writer = CanonicalWriter()
    writer.digest(self)
    return String(decoding: writer.bytes.dropFirst().dropLast(), as: UTF8.self)
  }
}

extension CanonicalWriter {
  /// A digest, as a string of 64 digits.
  public mutating func digest(_ value: Digest) { hex(value.bytes) }
}

extension CanonicalReader {
  /// Expects a digest: a string of 64 digits.
  public mutating func digest() throws(CanonicalError) -> Digest { Digest(try hex(count: 32)) }
}
