import Ledger
import Quantities

/// What `ledger.lock` says: who writes the ledger, and the head of the last acknowledged append.
///
/// Three lines of fixed width, the last one a check over the other two:
///
///     process 0000012345
///     head 00000000000000000012 <64 hex>
///     check <16 hex>
struct LedgerNote: Hashable, Sendable {
  /// Length of a note.
  static let byteCount = prefixCount + 6 + 16 + 1
  private static let prefixCount = (8 + 10 + 1) + (5 + 20 + 1 + 64 + 1)

  /// The writer's process id.
  var processID: Int
  /// Where the ledger had come to.
  var head: LedgerHead

  init(processID: Int, head: LedgerHead) {
    self.processID = processID
    self.head = head
  }

  /// Reads a note; `nil` if it is torn, altered or something else.
  init?(_ bytes: [UInt8]) {
    guard let text = String(validating: bytes, as: UTF8.self) else { return nil }
    let words = text.split(whereSeparator: { $0 == " " || $0 == "\n" })
    guard words.count == 7, let processID = Int(words[1]), let position = UInt64(words[3]) else { return nil }
    guard let hash = Digest(hex: words[4]) else { return nil }
    self.init(processID: processID, head: LedgerHead(position: position, hash: hash))
    guard encoded() == bytes else { return nil }
  }

  /// The bytes of the file.
  func encoded() -> [UInt8] {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(Self.byteCount)
    bytes += "process ".utf8
    Self.append(UInt64(processID), digits: 10, to: &bytes)
    bytes += "\nhead ".utf8
    Self.append(head.position, digits: 20, to: &bytes)
    bytes += " \(head.hash.hex)\n".utf8
    let check = Digest.sha256(bytes).hex.prefix(16)
    bytes += "check \(check)\n".utf8
    return bytes
  }

  private static func append(_ number: UInt64, digits: Int, to bytes: inout [UInt8]) {
    let start = bytes.count
    var rest = number
    for _ in 0..<digits {
      bytes.append(0x30 + UInt8(rest % 10))
      rest /= 10
    }
    bytes[start...].reverse()
  }
}
