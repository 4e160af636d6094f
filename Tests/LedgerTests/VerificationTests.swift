import Ledger
import ProtocolCore
import Quantities
import Testing

@Suite struct VerificationTests {
  @Test func `a sound ledger is found sound, to the last byte of its view`() throws {
    let some = try SomeCouncil(seed: 11, questions: 150, snapshots: 40)
    let view = RegistryView(some.council, head: some.chain.head)
    var last: UInt64 = 0
    let verification = Verification(of: some.store, view: Array(view.text.utf8)) { last = $0 }
    #expect(verification.faults == [])
    #expect(verification.events == some.council.position)
    #expect(verification.head == some.chain.head)
    #expect(verification.snapshots == 3)
    #expect(verification.isViewChecked)
    #expect(verification.council == some.council)
    #expect(last == some.council.position - 1)
  }

  @Test func `a view from earlier is compared with the council of that time`() throws {
    var some = try SomeCouncil(seed: 12, questions: 30)
    let early = RegistryView(some.council, head: some.chain.head)
    try some.snapshot()
    let verification = Verification(of: some.store, view: Array(early.text.utf8))
    #expect(verification.faults == [])
    #expect(verification.isViewChecked)
  }

  @Test func `every changed byte of a view is found`() throws {
    let some = try SomeCouncil(seed: 13, questions: 6)
    let view = Array(RegistryView(some.council, head: some.chain.head).text.utf8)
    for place in view.indices {
      var changed = view
      changed[place] ^= 1
      #expect(!Verification(of: some.store, view: changed).faults.isEmpty, "byte \(place)")
    }
  }

  @Test func `a view ahead of the ledger tells of a lost tail`() throws {
    let some = try SomeCouncil(seed: 14, questions: 30)
    let view = Array(RegistryView(some.council, head: some.chain.head).text.utf8)
    let cut = try MemoryLedger(Array(some.records().dropLast(2)))
    let verification = Verification(of: cut, view: view)
    #expect(verification.faults.count == 1)
    #expect(verification.faults.first?.contains("events are missing") == true)
    #expect(!verification.isViewChecked)
  }

  @Test func `a view of another history is found though its position fits`() throws {
    let some = try SomeCouncil(seed: 15, questions: 30)
    let view = RegistryView(some.council, head: LedgerHead(position: some.council.position, hash: .zero))
    let verification = Verification(of: some.store, view: Array(view.text.utf8))
    #expect(verification.faults.count == 1)
    #expect(verification.isViewChecked)
  }

  @Test func `damaged snapshots and false digests are found`() throws {
    let some = try SomeCouncil(seed: 16, questions: 60, snapshots: 25)
    let snapshots = try some.store.snapshots()
    let torn = StoredSnapshot(position: snapshots[0].position, digest: snapshots[0].digest, state: [1])
    let damaged = Verification(of: try MemoryLedger(some.records(), [torn, snapshots[1]]), view: nil)
    #expect(damaged.faults.count == 1)
    #expect(damaged.faults.first?.contains("snapshot at event \(torn.position)") == true)
    // The digest in the event is false, and the chain was computed anew.
    let forged = try resealed(some.records()) { _, event in
      guard case .snapshotted(let snapshotted) = event else { return event }
      return .snapshotted(Snapshotted(position: snapshotted.position, state: .zero))
    }
    let forgery = Verification(of: try MemoryLedger(forged), view: nil)
    #expect(forgery.faults.count == 2)
    #expect(forgery.faults.allSatisfy { $0.contains("does not follow") })
  }

  @Test func `a ledger that ends before its head says so`() throws {
    let some = try SomeCouncil(seed: 17, questions: 10)
    some.store.close()
    #expect(Verification(of: some.store, view: nil).faults == [LedgerError.closed.description])
    #expect(Verification(of: MemoryLedger(), view: Array("{}".utf8)).faults.count == 1)
    #expect(Verification(of: MemoryLedger(), view: nil).faults.isEmpty)
  }
}
