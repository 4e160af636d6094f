import Consensus
import Ledger
import ProtocolCore
import Quantities
import Testing

@Suite struct ReplayTests {
  @Test(arguments: ConsensusRule.Kind.allCases)
  func `from a snapshot and from the first event the council is the same, byte for byte`(
    kind: ConsensusRule.Kind
  ) throws {
    let some = try SomeCouncil(seed: 1, questions: 200, snapshots: 45, kind: kind)
    let fast = try Replay.latest(of: some.store)
    let slow = try Replay.latest(of: MemoryLedger(some.records()))
    #expect(fast.start > 0)
    #expect(slow.start == 0)
    #expect(fast.warnings.isEmpty)
    #expect(fast.council == some.council)
    #expect(fast.council.state == slow.council.state)
    #expect(fast.chain.head == slow.chain.head)
    #expect(try some.store.head() == fast.chain.head)
  }

  @Test func `an empty ledger gives a council that has not begun`() throws {
    let replay = try Replay.latest(of: MemoryLedger())
    #expect(replay.council == Council())
    #expect(replay.chain.head == .empty)
  }

  @Test func `a damaged newest snapshot is passed over for the one before, and the last resort is the first event`()
    throws
  {
    let some = try SomeCouncil(seed: 2, questions: 100, snapshots: 30)
    let snapshots = try some.store.snapshots()
    #expect(snapshots.count == 2)
    var state = snapshots[0].state
    state[state.count / 2] ^= 1
    let torn = StoredSnapshot(position: snapshots[0].position, digest: snapshots[0].digest, state: state)
    // A forged one has a digest that fits, but none that stands in the ledger.
    let forged = StoredSnapshot(position: snapshots[0].position, state: state)
    for damaged in [torn, forged] {
      let replay = try Replay.latest(of: MemoryLedger(some.records(), [damaged, snapshots[1]]))
      #expect(replay.start == snapshots[1].position)
      #expect(replay.warnings.count == 1)
      #expect(replay.warnings.first?.contains("event \(damaged.position)") == true)
      #expect(replay.council == some.council)
    }
    let tornToo = StoredSnapshot(position: snapshots[1].position, digest: snapshots[1].digest, state: [])
    let replay = try Replay.latest(of: MemoryLedger(some.records(), [torn, tornToo]))
    #expect(replay.start == 0)
    #expect(replay.warnings.count == 2)
    #expect(replay.council == some.council)
  }

  @Test func `a snapshot that knows more than the ledger is refused`() throws {
    let some = try SomeCouncil(seed: 3, questions: 60, snapshots: 50)
    let snapshot = try #require(try some.store.snapshots().first)
    let cut = Array(try some.records()[..<Int(snapshot.position - 1)])
    let store = Shortened(cut, [snapshot])
    #expect(throws: LedgerError.snapshotAhead(snapshot: snapshot.position, head: snapshot.position - 1)) {
      try Replay.latest(of: store)
    }
  }

  @Test(arguments: [
    ("asked", "\"-20000000\"", "\"-19999999\""), ("asked", "\"10000000\"", "\"10000001\""),
    ("asked", "\"stakes\":[\"20", "\"stakes\":[\"21"), ("settled", "\"outcome\":0", "\"outcome\":1"),
    ("registered", "\"1000000000\"", "\"999999999\""), ("settled", "\"question\":\"q", "\"question\":\"q9"),
    ("registered", "\"seat\":1", "\"seat\":9"),
  ])
  func `an event altered under a chain that was computed anew is decided otherwise`(
    kind: String, old: String, new: String
  ) throws {
    let some = try SomeCouncil(seed: 4, questions: 120)
    var place = 0
    let forged = try resealed(some.records()) { index, event in
      guard place == 0, event.kind == kind, let altered = event.replacing(old, with: new) else { return event }
      place = index + 1
      return altered
    }
    try #require(place > 0)
    let error = #expect(throws: LedgerError.self) { try Replay.latest(of: MemoryLedger(forged)) }
    guard case .chainBroken(let position, _, _)? = error else {
      Issue.record("found as \(String(describing: error))")
      return
    }
    #expect(position == UInt64(place))
    let verification = Verification(of: try MemoryLedger(forged), view: nil)
    #expect(verification.faults.count == 1)
    #expect(verification.faults.first?.contains("event \(place)") == true)
    #expect(verification.events == UInt64(place - 1))
  }

  @Test func `the tail after a snapshot is decided anew as well`() throws {
    let some = try SomeCouncil(seed: 5, questions: 120, snapshots: 50)
    let start = Int(try #require(try some.store.snapshots().first).position)
    var isAltered = false
    let forged = try resealed(some.records()) { index, event in
      guard !isAltered, index > start + 5, let altered = event.replacing("\"-20000000\"", with: "\"-10000000\"") else {
        return event
      }
      isAltered = true
      return altered
    }
    #expect(isAltered)
    let store = try MemoryLedger(forged, some.store.snapshots())
    #expect(throws: LedgerError.self) { try Replay.latest(of: store) }
  }

  @Test(arguments: ["kind", "data", "swapped", "gap"])
  func `a record that does not fit the chain is found at its place`(fault: String) throws {
    let records = try SomeCouncil(seed: 6, questions: 20).records()
    var chain = Chain(head: LedgerHead(records[8]))
    var changed = records
    switch fault {
    case "kind": changed[9] = chain.seal(kind: "invented", tick: Tick(1_800_000_000_000), data: Array("{}".utf8))
    case "data": changed[9] = chain.seal(kind: "settled", tick: Tick(1_800_000_000_000), data: Array("{}".utf8))
    case "swapped": changed.swapAt(9, 10)
    default: changed.remove(at: 9)
    }
    let store = Shortened(changed, [])
    let error = #expect(throws: LedgerError.self) { try Replay.latest(of: store) }
    #expect(error?.description.contains("event 10") == true)
  }
}

/// A store that hands out whatever it was given, as a file does that somebody else has written.
final class Shortened: LedgerStore {
  private let stored: [LedgerRecord]
  private let kept: [StoredSnapshot]

  init(_ records: [LedgerRecord], _ snapshots: [StoredSnapshot]) {
    stored = records
    kept = snapshots
  }

  func head() throws(LedgerError) -> LedgerHead { stored.last.map { LedgerHead($0) } ?? .empty }
  func append(_ records: [LedgerRecord], snapshot: StoredSnapshot?) throws(LedgerError) {
    throw .readOnly(path: "memory")
  }
  func records(after position: UInt64, limit: Int) throws(LedgerError) -> [LedgerRecord] {
    Array(stored.dropFirst(Int(clamping: position)).prefix(limit))
  }
  func snapshots() throws(LedgerError) -> [StoredSnapshot] { kept }
  func checkFile() throws(LedgerError) {}
  func close() {}
}
