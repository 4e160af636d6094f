import Ledger
import Quantities

/// The same events for both arms: their bare content, and the records that sealing makes of it.
struct EventContent {
  /// Canonical content of each event: about 450 bytes, 600 with the envelope.
  let data: [[UInt8]]
  private let head: LedgerHead
  static let tick = Tick(1_700_000_000_000)
  static let kind = "settled"

  /// `count` events after `head`.
  init(after head: LedgerHead, count: Int) {
    self.head = head
    data = (0..<count).map { i in
      var writer = CanonicalWriter()
      writer.openObject()
      writer.key("payments")
      writer.openArray()
      for seat in 0..<20 { writer.longInteger(Int64(head.position) &* 7919 &+ Int64(i * seat) &* 104_729) }
      writer.closeArray()
      writer.key("question")
      writer.text("q\(head.position + UInt64(i))")
      writer.key("salt")
      writer.hex(Digest.sha256([UInt8(truncatingIfNeeded: i)]).bytes + Digest.sha256([UInt8(i & 1)]).bytes)
      writer.closeObject()
      return writer.bytes
    }
  }

  /// The records to be stored.
  func sealed() -> [LedgerRecord] {
    var chain = Chain(head: head)
    return data.map { chain.seal(kind: Self.kind, tick: Self.tick, data: $0) }
  }
}
