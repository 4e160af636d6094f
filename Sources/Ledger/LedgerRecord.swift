import Quantities

/// One event in its envelope, as it is stored and hashed.
///
/// The body is canonical JSON with five keys, and the hash is the SHA-256 of the body:
///
///     {"data":{…},"kind":"asked","position":12,"previous":"<64 hex>","tick":1700000000000}
///
/// `previous` is the hash of the record before, so that the hash of the last record vouches for all of them. Any
/// language that has SHA-256 can check a ledger; nothing of Witan is needed.
public struct LedgerRecord: Hashable, Sendable {
  /// Place in the ledger, from 1 without gaps.
  public let position: UInt64
  /// SHA-256 of `body`, as stored; `Chain.check` compares the two.
  public let hash: Digest
  /// The envelope in canonical bytes.
  public let body: [UInt8]

  /// Takes over the three parts as they were stored. Checks nothing: `Chain.check` and `Envelope` do.
  public init(position: UInt64, hash: Digest, body: [UInt8]) {
    self.position = position
    self.hash = hash
    self.body = body
  }

  /// Whether this record is the one after `head`: its position is the next and its body names the head's hash.
  ///
  /// Looks only at the last bytes of the body and does not hash, so that a store can ask at every append.
  /// - Complexity: O(1).
  public func follows(_ head: LedgerHead) -> Bool {
    guard position == head.position &+ 1, body.last == 0x7D else { return false }
    var place = body.count - 1
    while place > 0, body[place - 1] >= 0x30, body[place - 1] <= 0x39 { place -= 1 }
    let start = place - Self.beforeTick.utf8CodeUnitCount - 2 * Digest.byteCount - Self.beforePrevious.utf8CodeUnitCount
    guard start >= 0 else { return false }
    return body.withUnsafeBytes { bytes in
      func spells(_ text: UnsafeRawBufferPointer, at place: Int) -> Bool {
        (0..<text.count).allSatisfy { bytes[place + $0] == text[$0] }
      }
      func spells(_ text: StaticString, at place: Int) -> Bool {
        spells(UnsafeRawBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount), at: place)
      }
      let hash = start + Self.beforePrevious.utf8CodeUnitCount
      return spells(Self.beforePrevious, at: start)
        && head.hash.withHexDigits { spells($0, at: hash) }
        && spells(Self.beforeTick, at: hash + 2 * Digest.byteCount)
    }
  }

  private static let beforePrevious: StaticString = ",\"previous\":\""
  private static let beforeTick: StaticString = "\",\"tick\":"
}
