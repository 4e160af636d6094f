import ProtocolCore
import Quantities
import Simulation
import Testing

@Suite struct AuditorTests {
  private func find(
    _ phrase: String, isSealed: Bool = false, _ alter: (inout DoctoredLedger) -> Void,
    sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    var ledger = try DoctoredLedger(isSealed: isSealed)
    alter(&ledger)
    let found = ledger.audit()
    #expect(found?.contains(phrase) == true, "found \(found ?? "nothing")", sourceLocation: sourceLocation)
  }

  @Test(arguments: [false, true])
  func `finds nothing in an honest ledger, whose balances are the council's`(isSealed: Bool) throws {
    let ledger = try DoctoredLedger(isSealed: isSealed)
    let council = ledger.council
    #expect(ledger.audit { try $0.finish(council) } == nil)
  }

  @Test func `finds a question that is settled twice`() throws {
    try find("is not open") { ledger in
      let place = ledger.place(of: "settled")
      ledger.entries.insert(ledger.entries[place], at: place + 1)
    }
  }

  @Test func `finds a slash beyond the stake`() throws {
    try find("for a stake of") { $0.set("settled", 0, "payments", to: #"["-2000000001","0","0","0"]"#) }
  }

  @Test func `finds a payment that the treasury cannot make`() throws {
    try find("the treasury owns") { $0.set("settled", 0, "payments", to: #"["1000000000000001","0","0","0"]"#) }
  }

  @Test func `finds a settlement that leaves somebody out, or pays a stranger`() throws {
    try find("did not pay everyone") {
      $0.set("settled", 0, "payments", to: #"["0","0","0"]"#)
      $0.set("settled", 0, "seats", to: "[0,1,2]")
    }
    try find("paid seat 9 for seat 3") { $0.set("settled", 0, "seats", to: "[0,1,2,9]") }
  }

  @Test func `finds stakes and rewards that the accounts cannot cover`() throws {
    try find("no balance falls below what is staked") {
      $0.set("asked", 0, "stakes", to: #"["9000000000","0","0","0"]"#)
    }
    try find("may owe") { $0.set("asked", 0, "rewards", to: #"["9000000000000000","0","0","0"]"#) }
  }

  @Test func `finds an outcome that comes after its deadline, and an end before it`() throws {
    try find("came too late") { ledger in
      for place in ledger.place(of: "settled")..<ledger.entries.count { ledger.entries[place].tick += 1_000_000 }
    }
    try find("ended before its deadline") { ledger in
      let place = ledger.place(of: "settled")
      if let start = ledger.entries[place].data.firstRange(of: #"{"outcome":"#)?.lowerBound,
        let end = ledger.entries[place].data.firstRange(of: #""payments""#)?.lowerBound
      {
        ledger.entries[place].data.replaceSubrange(start..<end, with: "{")
      }
    }
  }

  @Test func `finds questions out of their order, and time that goes back`() throws {
    try find("was due") { $0.set("asked", 1, "question", to: #""q7""#) }
    try find("time went back") { ledger in
      let place = ledger.place(of: "asked", 3)
      ledger.entries[place + 1].tick = 0
    }
  }

  @Test func `finds a seat that is given twice, and a name that joins twice`() throws {
    try find("got seat 0 after 1 others") { $0.set("registered", 1, "seat", to: "0") }
    try find("joined twice") { $0.set("registered", 1, "model", to: #""stays-0""#) }
    try find("got seat 0 after 0 others") { $0.set("registered", 0, "deposit", to: #""-5""#) }
  }

  @Test func `finds who leaves with more than it owned, or is paid what it did not take out`() throws {
    try find("left with other than all that it owned") { $0.set("left", 0, "amount", to: #""7""#) }
    try find("was paid what it had not taken out") { $0.set("released", 0, "amount", to: #""99000000000""#) }
    try find("left twice") { ledger in
      let place = ledger.place(of: "left")
      ledger.entries.insert(ledger.entries[place], at: place + 1)
      ledger.entries[place + 1].data = ledger.entries[place + 1].data
      ledger.set("left", 1, "amount", to: #""0""#)
    }
  }

  @Test func `finds an answer that no node gave`() throws {
    let ledger = try DoctoredLedger()
    #expect(ledger.audit(listens: false)?.contains("that its node never gave") == true)
  }

  @Test func `finds a founding in the middle and an event before it`() throws {
    try find("founded twice") { $0.entries.insert($0.entries[0], at: 3) }
    try find("before the founding") { _ = $0.entries.removeFirst() }
  }

  @Test func `finds reveals without commitments, reveals that do not fit, and breaches that cost too little`() throws {
    try find("before commitments, or twice", isSealed: true) { ledger in
      let place = ledger.place(of: "revealed")
      ledger.entries.insert(ledger.entries[place], at: place + 1)
    }
    try find("is not what it committed to", isSealed: true) { ledger in
      let place = ledger.place(of: "committed")
      let text = ledger.entries[place].data
      // The second digit of the first commitment becomes another one.
      if let start = text.firstRange(of: #""commitments":[""#)?.upperBound {
        let digit = text[start] == "0" ? "1" : "0"
        ledger.entries[place].data.replaceSubrange(start...start, with: digit)
      }
    }
    try find("did not lose exactly their stakes", isSealed: true) {
      $0.set("revealed", 0, "seats", to: "[0,1,2]")
      $0.dropLastRow("revealed")
    }
  }

  @Test func `finds credits that appear from nowhere`() throws {
    // Every movement of a settlement has the treasury on its other side, so a made-up sum shows in the council's books.
    var ledger = try DoctoredLedger()
    let council = ledger.council
    ledger.set("registered", 0, "deposit", to: #""1000000001""#)
    #expect(ledger.audit { try $0.finish(council) }?.contains("not those that follow from the events") == true)
  }

  @Test func `finds receipts and answers for what is not in the ledger`() throws {
    let ledger = try DoctoredLedger()
    let place = ledger.place(of: "asked")
    guard case .asked(let asked) = try Event(kind: "asked", decoding: Array(ledger.entries[place].data.utf8)) else {
      Issue.record("an asked event is asked")
      return
    }
    let wrong = Entry(position: UInt64(place + 1), hash: .zero)
    let told = ledger.audit {
      try $0.told(wrong, question: asked.question, asking: asked.features, seat: 0, for: .answer)
    }
    #expect(told?.contains("which is not in the ledger") == true)
    #expect(ledger.audit { try $0.shown(wrong) }?.contains("which is not in the ledger") == true)
    let early = Entry(position: 10_000, hash: .zero)
    #expect(ledger.audit { try $0.shown(early) }?.contains("which is not in the ledger") == true)
    #expect(
      ledger.audit { try $0.accepted(asked.question, outcome: 77) }?.contains("the ledger does not hold it") == true)
  }

  @Test func `finds questions that never end`() throws {
    let ledger = try DoctoredLedger()
    let council = ledger.council
    let last = ledger.place(of: "asked", 1) + 1
    #expect(ledger.audit(until: last) { try $0.finish(council) }?.contains("questions never ended") == true)
  }
}

extension DoctoredLedger {
  /// Takes the last of four rows out of the first event of `kind`, everywhere it stands.
  fileprivate mutating func dropLastRow(_ kind: String) {
    let place = place(of: kind)
    var data = entries[place].data
    for key in ["predictions", "salts"] {
      guard let start = data.firstRange(of: "\"\(key)\":[")?.upperBound else { continue }
      let separator: Character = key == "salts" ? "\"" : "["
      let end = data[start...].firstRange(of: key == "salts" ? "]" : "]]")?.lowerBound ?? data.endIndex
      let stop = key == "salts" ? end : data.index(after: end)
      guard let last = data[start..<stop].lastIndex(of: separator) else { continue }
      var cut = last
      if key == "salts" { cut = data[start..<last].lastIndex(of: "\"") ?? last }
      data.removeSubrange(data.index(before: cut)..<stop)
    }
    entries[place].data = data
    set(kind, 0, "weights", to: "[250000000,250000000,500000000]")
  }
}
