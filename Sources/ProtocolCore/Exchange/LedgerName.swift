import Quantities

/// The random name of a ledger, inline: every message carries it, so that nothing said for one counts in another.
public struct LedgerName: Hashable, Sendable {
  private let high: UInt64
  private let low: UInt64

  /// Number of bytes in a name.
  public static let byteCount = 16

  /// Takes over 16 bytes, as in `Founding.ledger`; `nil` for any other number of them.
  public init?(_ bytes: [UInt8]) {
    guard bytes.count == Self.byteCount else { return nil }
    high = bytes[..<8].reduce(0) { $0 << 8 | UInt64($1) }
    low = bytes[8...].reduce(0) { $0 << 8 | UInt64($1) }
  }

  /// The 16 bytes.
  public var bytes: [UInt8] {
    [high, low].flatMap { word in (0..<8).map { UInt8(truncatingIfNeeded: word >> (56 - 8 * $0)) } }
  }
}
