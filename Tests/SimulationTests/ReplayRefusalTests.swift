import Ledger
import ProtocolCore
import Quantities
import Simulation
import Testing

@Suite struct ReplayRefusalTests {
  static func records() throws -> [LedgerRecord] {
    try CounterfactualReplayTests.history(10, moves: 90).store.records(after: 0, limit: .max)
  }

  /// A ledger of `records` as they are: what stands on a disk that was tampered with.
  final class Tampered: LedgerStore {
    private let stored: [LedgerRecord]
    private let last: LedgerHead

    init(_ records: [LedgerRecord], head: LedgerHead? = nil) {
      stored = records
      last = head ?? records.last.map { LedgerHead($0) } ?? .empty
    }

    func head() throws(LedgerError) -> LedgerHead { last }
    func append(_ records: [LedgerRecord], snapshot: StoredSnapshot?) throws(LedgerError) { throw .closed }
    func records(after position: UInt64, limit: Int) throws(LedgerError) -> [LedgerRecord] {
      Array(stored.dropFirst(Int(position)).prefix(limit))
    }
    func snapshots() throws(LedgerError) -> [StoredSnapshot] { [] }
    func checkFile() throws(LedgerError) {}
    func close() {}
  }

  static func isRefused(_ store: some LedgerStore) -> Bool {
    do throws(ReplayError) {
      let rules = try CounterfactualReplay.founding(of: store).rules
      _ = try CounterfactualReplay.run(of: store, Counterfactual(rules: rules))
      return false
    } catch { if case .unsound = error { return true } else { return false } }
  }

  @Test func `a changed byte anywhere is refused, as by verify`() throws {
    let records = try Self.records()
    #expect(!Self.isRefused(Tampered(records)))
    for (index, record) in records.enumerated() {
      var body = record.body
      body[(index * 7 + 3) % body.count] ^= 1
      var changed = records
      changed[index] = LedgerRecord(position: record.position, hash: record.hash, body: body)
      #expect(!Verification(of: Tampered(changed), view: nil).faults.isEmpty)
      #expect(Self.isRefused(Tampered(changed)))
    }
  }

  @Test func `a lost event, a lost tail and a swapped pair are refused`() throws {
    let records = try Self.records()
    for index in records.indices.dropLast() {
      var without = records
      without.remove(at: index)
      #expect(Self.isRefused(Tampered(without)))
      var swapped = records
      swapped.swapAt(index, index + 1)
      #expect(Self.isRefused(Tampered(swapped)))
    }
    #expect(Self.isRefused(Tampered(Array(records.dropLast(3)), head: records.last.map { LedgerHead($0) })))
  }

  // A forger who can hash still cannot give whom he likes.
  @Test func `a ledger sealed anew with one deposit more is refused`() throws {
    let records = try Self.records()
    var forged: [LedgerRecord] = []
    var chain = Chain()
    var isForged = false
    for record in records {
      let envelope = try Envelope(reading: record)
      var data = envelope.data
      let text = String(decoding: data, as: UTF8.self)
      if !isForged, envelope.kind == "registered", let range = text.firstRange(of: "\"deposit\":\"1") {
        data = Array(text.replacingCharacter(before: range.upperBound, with: "2").utf8)
        isForged = true
      }
      forged.append(chain.seal(kind: envelope.kind, tick: envelope.tick, data: data))
    }
    #expect(isForged)
    #expect(Self.isRefused(Tampered(forged)))
  }

  @Test func `a ledger that founds nothing is refused`() throws {
    var chain = Chain()
    let record = chain.seal(.retrained(try Self.retraining()), at: Tick(5))
    #expect(Self.isRefused(Tampered([record])))
    let garbage = Array("{}".utf8)
    #expect(Self.isRefused(Tampered([LedgerRecord(position: 1, hash: .sha256(garbage), body: garbage)])))
  }

  private static func retraining() throws -> Retraining {
    let history = try CounterfactualReplayTests.history(10, moves: 300)
    for fact in history.facts { if case .retrained(let retraining) = fact.event { return retraining } }
    throw LedgerError.closed
  }
}

extension String {
  /// This text with the character before `place` replaced.
  fileprivate func replacingCharacter(before place: Index, with other: String) -> String {
    self[..<index(before: place)] + other + self[place...]
  }
}
