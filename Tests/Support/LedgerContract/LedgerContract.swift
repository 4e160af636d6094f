import Ledger
import Quantities
import Testing

/// Events for tests: `count` records after `head`, with content that differs in length and by `seed`.
public func someRecords(_ count: Int, after head: LedgerHead, seed: UInt64 = 0) -> [LedgerRecord] {
  var chain = Chain(head: head)
  return (0..<count).map { i in
    let number = head.position + UInt64(i) + 1
    var data = CanonicalWriter()
    data.openObject()
    data.key("number")
    data.integer(number)
    data.key("seed")
    data.integer(seed)
    data.key("text")
    data.text(String(repeating: "ä", count: Int((number &* 37 &+ seed &* 11) % 61)))
    data.closeObject()
    return chain.seal(kind: "tested", tick: Tick(1_700_000_000_000 + number), data: data.bytes)
  }
}

/// All records of `store`, read a few at a time and checked link by link.
public func checkedRecords(of store: some LedgerStore, limit: Int = 100) throws(LedgerError) -> [LedgerRecord] {
  var chain = Chain()
  var records: [LedgerRecord] = []
  while true {
    let next = try store.records(after: chain.head.position, limit: limit)
    for record in next { try chain.check(record) }
    records += next
    if next.count < limit { return records }
  }
}

/// What being a `LedgerStore` means, asked of an empty one. Closes it.
public func checkLedgerStore(_ store: some LedgerStore) throws {
  #expect(try store.head() == .empty)
  #expect(try store.records(after: 0, limit: 10).isEmpty)
  #expect(try store.snapshots().isEmpty)

  // Appends of several sizes are found again, byte for byte and in order.
  var written: [LedgerRecord] = []
  for count in [1, 2, 0, 64, 7] {
    let records = someRecords(count, after: written.last.map { LedgerHead($0) } ?? .empty)
    try store.append(records, snapshot: nil)
    written += records
    #expect(try store.head() == LedgerHead(written[written.count - 1]))
  }
  #expect(try checkedRecords(of: store, limit: 10) == written)
  #expect(try store.records(after: 3, limit: 4) == Array(written[3..<7]))
  #expect(try store.records(after: 3, limit: 0).isEmpty)
  #expect(try store.records(after: UInt64(written.count), limit: 4).isEmpty)
  #expect(try store.records(after: .max, limit: 4).isEmpty)

  // What does not follow is refused as a whole and changes nothing.
  let head = try store.head()
  let next = someRecords(3, after: head)
  let refused: [[LedgerRecord]] = [
    [next[1]], [next[0], next[2]], [written[written.count - 1]], someRecords(1, after: .empty),
    someRecords(1, after: LedgerHead(position: head.position, hash: .zero)), [next[0], next[0]],
  ]
  for records in refused {
    let error = #expect(throws: LedgerError.self) { try store.append(records, snapshot: nil) }
    guard case .notFollowing = error else {
      Issue.record("refused with \(String(describing: error))")
      continue
    }
    #expect(try store.head() == head)
  }
  let early = StoredSnapshot(position: head.position + 4, state: [1])
  #expect(throws: LedgerError.snapshotAhead(snapshot: head.position + 4, head: head.position + 3)) {
    try store.append(next, snapshot: early)
  }
  #expect(try store.head() == head)
  #expect(try store.snapshots().isEmpty)

  // Snapshots: alone or with records, the two newest kept, newest first.
  let snapshots = [
    StoredSnapshot(position: head.position, state: []),
    StoredSnapshot(position: head.position + 3, state: [UInt8](repeating: 7, count: 100_000)),
    StoredSnapshot(position: head.position + 4, state: Array(0...255)),
  ]
  try store.append([], snapshot: snapshots[0])
  #expect(try store.snapshots() == [snapshots[0]])
  try store.append(next, snapshot: snapshots[1])
  #expect(try store.snapshots() == [snapshots[1], snapshots[0]])
  try store.append(someRecords(1, after: LedgerHead(next[2])), snapshot: snapshots[2])
  #expect(try store.snapshots() == [snapshots[2], snapshots[1]])
  #expect(try store.snapshots().allSatisfy(\.isIntact))
  #expect(try checkedRecords(of: store).count == written.count + 4)
  try store.checkFile()

  // Closed is closed.
  store.close()
  store.close()
  #expect(throws: LedgerError.closed) { try store.head() }
  #expect(throws: LedgerError.closed) { try store.append([], snapshot: snapshots[2]) }
  #expect(throws: LedgerError.closed) { try store.records(after: 0, limit: 1) }
  #expect(throws: LedgerError.closed) { try store.snapshots() }
  #expect(throws: LedgerError.closed) { try store.checkFile() }
}
