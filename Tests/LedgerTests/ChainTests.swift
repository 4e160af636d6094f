import Ledger
import Quantities
import Testing

@Suite struct ChainTests {
  /// A chain of `count` sealed records.
  static func chain(of count: Int) -> [LedgerRecord] {
    var chain = Chain()
    return (1...count).map {
      chain.seal(kind: "asked", tick: Tick(UInt64(1000 + $0)), data: Array("{\"n\":\($0)}".utf8))
    }
  }

  @Test func `a body is canonical JSON and its hash is the SHA-256 of it`() throws {
    let records = Self.chain(of: 2)
    let zeros = String(repeating: "0", count: 64)
    #expect(
      String(decoding: records[0].body, as: UTF8.self)
        == #"{"data":{"n":1},"kind":"asked","position":1,"previous":"\#(zeros)","tick":1001}"#)
    // Computed with sha256sum.
    #expect(records[0].hash.hex == "b68da9c3e05522e65909fe7d87fa061444356bc65db96aa43d0251e23e7b1921")
    #expect(try Envelope(reading: records[1]).previous == records[0].hash)
  }

  @Test func `what was sealed checks out and gives back what was put in`() throws {
    var checking = Chain()
    for (i, record) in Self.chain(of: 20).enumerated() {
      let envelope = try checking.check(record)
      #expect(envelope.position == UInt64(i + 1))
      #expect(envelope.kind == "asked")
      #expect(envelope.tick == Tick(UInt64(1001 + i)))
      #expect(envelope.data == Array("{\"n\":\(i + 1)}".utf8))
      #expect(checking.head == LedgerHead(record))
      #expect(envelope.encoded() == record.body)
    }
  }

  @Test func `every flipped bit of a record is found`() throws {
    let records = Self.chain(of: 2)
    let second = records[1]
    let head = LedgerHead(records[0])
    for place in second.body.indices {
      for bit in 0..<8 {
        var body = second.body
        body[place] ^= 1 << UInt8(bit)
        var chain = Chain(head: head)
        #expect(throws: LedgerError.self) {
          try chain.check(LedgerRecord(position: 2, hash: second.hash, body: body))
        }
        #expect(chain.head == head)
        // A forger who also fixes the hash is caught by the envelope or the next link, or wrote another event.
        let forged = LedgerRecord(position: 2, hash: .sha256(body), body: body)
        var forgedChain = Chain(head: head)
        if let envelope = try? forgedChain.check(forged) { #expect(envelope.encoded() == body) }
        #expect(forged.hash != second.hash)
      }
    }
  }

  @Test func `a missing, repeated or exchanged record is reported with its position`() {
    let records = Self.chain(of: 5)
    var chain = Chain(head: LedgerHead(records[1]))
    for wrong in [records[0], records[1], records[3], records[4]] {
      let error = #expect(throws: LedgerError.self) { try chain.check(wrong) }
      guard case .chainBroken(3, "event 3", "event \(wrong.position)") = error else {
        Issue.record("\(String(describing: error))")
        continue
      }
    }
  }

  @Test func `a link to another past is found`() throws {
    let records = Self.chain(of: 2)
    var other = Chain()
    let first = other.seal(kind: "asked", tick: Tick(1), data: Array("{}".utf8))
    var chain = Chain(head: LedgerHead(first))
    let error = #expect(throws: LedgerError.self) { try chain.check(records[1]) }
    #expect(
      error
        == .chainBroken(
          position: 2, expected: "the previous hash \(first.hash)", found: "\(records[0].hash)"))
  }

  @Test(arguments: [
    "", "{", "{}", "[]", #"{"data":{},"kind":"asked","position":1}"#,
    #"{"data":{},"kind":"asked","position":1,"previous":"00","tick":1}"#,
    #"{"kind":"asked","data":{},"position":1,"previous":"ZEROS","tick":1}"#,
    #"{"data":{},"kind":"asked","position":01,"previous":"ZEROS","tick":1}"#,
    #"{"data":{},"kind":"asked","position":0,"previous":"ZEROS","tick":1}"#,
    #"{"data":{},"kind":"asked","position":1,"previous":"ZEROS","tick":-1}"#,
    #"{"data":{},"kind":"asked","position":1,"previous":"ZEROS","tick":1} "#,
    #"{"data":{},"kind":"asked","position":1,"previous":"ZEROS","tick":1,"x":2}"#,
    #"{"data":{,"kind":"asked","position":1,"previous":"ZEROS","tick":1}"#,
    #"{"data":"","kind":"asked","position":9007199254740993,"previous":"ZEROS","tick":1}"#,
  ])
  func `another spelling of an envelope is refused with its place`(text: String) {
    let body = Array(text.replacing("ZEROS", with: String(repeating: "0", count: 64)).utf8)
    let record = LedgerRecord(position: 1, hash: .sha256(body), body: body)
    let error = #expect(throws: LedgerError.self) { try Envelope(reading: record) }
    guard case .malformed(1, _) = error else {
      Issue.record("\(String(describing: error))")
      return
    }
  }

  @Test func `only the next record follows a head`() {
    let records = Self.chain(of: 4)
    for (i, head) in records.enumerated() {
      for (j, record) in records.enumerated() { #expect(record.follows(LedgerHead(head)) == (j == i + 1)) }
    }
    #expect(records[0].follows(.empty))
    #expect(!LedgerRecord(position: 1, hash: .zero, body: []).follows(.empty))
    #expect(!LedgerRecord(position: 1, hash: .zero, body: Array("}".utf8)).follows(.empty))
    for place in records[1].body.indices {
      var body = records[1].body
      body[place] ^= 1
      let altered = LedgerRecord(position: 2, hash: records[1].hash, body: body)
      // Only the tail from `previous` on is looked at: the tick's digits are covered by the hash.
      let tail = body.count - 1 - 4 - 9 - 64 - 13
      let isSeen = place >= tail && !(body.count - 5..<body.count - 1).contains(place)
      if isSeen { #expect(!altered.follows(LedgerHead(records[0])), "byte \(place)") }
    }
  }
}
