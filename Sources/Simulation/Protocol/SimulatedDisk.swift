import Ledger
import Quantities

/// The host's disk: what was flushed stays, what was not may be lost or torn at any byte.
///
/// A record lies on it as a frame: its length (8 bytes), its hash and its body. After a loss of power the frames that are
/// whole, hold their hash and continue the chain are kept, and the file is cut behind them.
struct SimulatedDisk {
  /// What is durable.
  private(set) var records: [LedgerRecord] = []
  // Written and not flushed.
  private var written: [LedgerRecord] = []

  /// Whether something was written that is not flushed.
  var isDirty: Bool { !written.isEmpty }
  /// The end of what is durable.
  var head: LedgerHead { records.last.map { LedgerHead($0) } ?? .empty }

  /// Writes a record behind those that are there.
  mutating func write(_ record: LedgerRecord) { written.append(record) }

  /// Makes what was written up to `position` durable.
  mutating func flush(upTo position: UInt64) {
    let count = written.prefix { $0.position <= position }.count
    if count == written.count {
      records.append(contentsOf: written)
      written.removeAll(keepingCapacity: true)
    } else {
      records.append(contentsOf: written[..<count])
      written.removeFirst(count)
    }
  }

  /// Loses power: what was not flushed is gone.
  mutating func losePower() { written.removeAll() }

  /// Loses power in the middle of a write: a part of what was not flushed is left, cut at any byte, perhaps with a byte of
  /// its last sector spoilt. Returns how many records survived of how many.
  mutating func tear(_ random: inout CounterStream) -> (kept: Int, of: Int) {
    var bytes = written.flatMap(Self.frame)
    let count = written.count
    written.removeAll()
    bytes.removeLast(bytes.count - random.below(bytes.count + 1))
    if !bytes.isEmpty, random.below(2) == 0 {
      bytes[bytes.count - 1 - random.below(min(bytes.count, 512))] ^= UInt8(1 + random.below(255))
    }
    let kept = Self.whole(in: bytes, after: head)
    records += kept
    return (kept.count, count)
  }

  /// Changes a byte of a durable record: for trials of what finds it.
  mutating func spoil(_ index: Int, byte: Int) {
    var body = records[index].body
    body[byte] ^= 1
    records[index] = LedgerRecord(position: records[index].position, hash: records[index].hash, body: body)
  }

  private static func frame(_ record: LedgerRecord) -> [UInt8] {
    var bytes: [UInt8] = []
    withUnsafeBytes(of: UInt64(record.body.count).bigEndian) { bytes += $0 }
    return bytes + record.hash.bytes + record.body
  }

  /// The records in `bytes` up to the first that is not whole or does not follow.
  static func whole(in bytes: [UInt8], after head: LedgerHead) -> [LedgerRecord] {
    var chain = Chain(head: head)
    var records: [LedgerRecord] = []
    var place = 0
    while bytes.count - place >= 8 + Digest.byteCount {
      let length = bytes[place..<place + 8].reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
      place += 8
      guard let hash = Digest(bytes[place..<place + Digest.byteCount]) else { break }
      place += Digest.byteCount
      guard length <= UInt64(bytes.count - place) else { break }
      let body = Array(bytes[place..<place + Int(length)])
      place += Int(length)
      let record = LedgerRecord(position: chain.head.position + 1, hash: hash, body: body)
      guard (try? chain.check(record)) != nil else { break }
      records.append(record)
    }
    return records
  }

  /// The durable records as a store, for replay.
  func store() throws(LedgerError) -> MemoryLedger {
    let ledger = MemoryLedger()
    try ledger.append(records, snapshot: nil)
    return ledger
  }
}
