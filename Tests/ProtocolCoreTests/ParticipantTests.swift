import ProtocolCore
import Quantities
import Testing

@Suite struct ParticipantTests {
  static let ledger = LedgerName([UInt8](repeating: 7, count: 16))
  static let key = [UInt8](repeating: 9, count: 32)

  private func participant(_ name: String = "ada") throws -> Participant {
    Participant(ledger: try #require(Self.ledger), model: try #require(ModelID(name)), key: Self.key)
  }

  private func message(
    _ body: Message.Body, question: UInt64 = 1, asking: UInt8 = 1, model: String = "ada", ledger: UInt8 = 7
  ) throws -> Message {
    Message(
      ledger: try #require(LedgerName([UInt8](repeating: ledger, count: 16))), model: try #require(ModelID(model)),
      question: QuestionID(question), asking: .sha256([asking]), body: body)
  }

  private func call(isSealed: Bool = false, opened: UInt64 = 0) -> Message.Body {
    .call(Call(opened: Tick(opened), deadline: Tick(opened + 500), isSealed: isSealed, classCount: 2, content: [1, 2]))
  }

  private func sent(_ effects: [Participant.Effect]) -> [Message.Body] {
    effects.compactMap { if case .send(let message) = $0 { message.body } else { nil } }
  }

  private let half: [UInt32] = [500_000_000, 500_000_000]

  /// Answers one call and returns what it does then.
  private func answer(_ node: inout Participant, _ message: Message, _ row: [UInt32]?) throws -> [Participant.Effect] {
    var effects: [Participant.Effect] = []
    node.receive(message, at: Tick(10), into: &effects)
    guard case .predict(let prompt)? = effects.first else { return effects }
    effects = []
    node.predicted(row, for: prompt, at: Tick(20), into: &effects)
    return effects
  }

  @Test func `saves before it speaks, and repeats itself until it has a receipt`() throws {
    var node = try participant()
    let first = try answer(&node, message(call()), half)
    #expect(first.first == .save)
    #expect(sent(first) == [.answer(half)])
    var wakes: [UInt64] = []
    var effects: [Participant.Effect] = []
    for _ in 0..<4 {
      let due = try #require(node.nextWake)
      wakes.append(due.milliseconds)
      effects = []
      node.wake(at: due, into: &effects)
      #expect(sent(effects) == [.answer(half)])
    }
    #expect(wakes == [270, 770, 1_770, 3_770])
    let entry = Entry(position: 5, hash: .zero)
    node.receive(
      try message(.receipt(Receipt(stage: .answer, verdict: .recorded(entry)))), at: Tick(4_000), into: &effects)
    #expect(node.nextWake == nil)
    #expect(node.answers.isEmpty)
  }

  @Test func `shows a sealed answer only once told that all commitments are recorded`() throws {
    var node = try participant()
    let effects = try answer(&node, message(call(isSealed: true)), half)
    guard case .commitment(let commitment)? = sent(effects).first else {
      Issue.record("a commitment comes first")
      return
    }
    var later: [Participant.Effect] = []
    node.wake(at: Tick(100_000), into: &later)
    #expect(sent(later) == [.commitment(commitment)])
    later = []
    node.receive(try message(.unsealing(Entry(position: 3, hash: .zero))), at: Tick(100_100), into: &later)
    guard case .reveal(let row, let salt)? = sent(later).first else {
      Issue.record("the answer is shown")
      return
    }
    #expect(row == half)
    #expect(
      commitment
        == Commitment.digest(
          ledger: [UInt8](repeating: 7, count: 16), question: QuestionID(1), model: try #require(ModelID("ada")),
          salt: salt, prediction: row))
  }

  @Test func `what is foreign, forged or stale changes nothing`() throws {
    var node = try participant()
    _ = try answer(&node, message(call(opened: 100)), half)
    let before = node
    var effects: [Participant.Effect] = []
    let entry = Entry(position: 5, hash: .zero)
    for stranger in [
      try message(call(), question: 2, model: "bob"), try message(call(), question: 2, ledger: 8),
      try message(.receipt(Receipt(stage: .answer, verdict: .recorded(entry))), asking: 2),
      try message(.receipt(Receipt(stage: .reveal, verdict: .recorded(entry)))), try message(.answer(half)),
      try message(.unsealing(entry)), try message(call(opened: 50), asking: 3),
    ] { node.receive(stranger, at: Tick(30), into: &effects) }
    #expect(node == before)
    #expect(effects.isEmpty)
  }

  @Test func `a question that is asked anew is answered anew, and an old copy of a finished one is not`() throws {
    var node = try participant()
    _ = try answer(&node, message(call(opened: 100)), half)
    let again = try answer(&node, message(call(opened: 200), asking: 2), half)
    #expect(sent(again) == [.answer(half)])
    var effects: [Participant.Effect] = []
    node.receive(
      try message(.receipt(Receipt(stage: .answer, verdict: .refused(.late))), asking: 2), at: Tick(300),
      into: &effects)
    node.receive(try message(call(opened: 100)), at: Tick(310), into: &effects)
    node.receive(try message(call(opened: 200), asking: 2), at: Tick(320), into: &effects)
    #expect(effects.isEmpty)
  }

  @Test func `a node with its disk says the same after a restart, and its state is canonical`() throws {
    var node = try participant()
    let before = sent(try answer(&node, message(call(isSealed: true)), half))
    var restored = try Participant(decoding: node.state, key: Self.key)
    #expect(restored.state == node.state)
    var effects: [Participant.Effect] = []
    restored.wake(at: Tick(0), into: &effects)
    #expect(sent(effects) == before)
    for length in node.state.indices {
      #expect(throws: CanonicalError.self) {
        try Participant(decoding: Array(node.state[..<length]), key: Self.key)
      }
    }
  }

  @Test func `a node without its disk comes to the same commitment for the same prediction`() throws {
    var (one, other) = (try participant(), try participant())
    let asked = try message(call(isSealed: true))
    #expect(sent(try answer(&one, asked, half)) == sent(try answer(&other, asked, half)))
  }

  @Test(arguments: [nil, [], [1_000_000_000], [1, 2], [1_000_000_000, 1]] as [[UInt32]?])
  func `what is no prediction is declined`(row: [UInt32]?) throws {
    var node = try participant()
    #expect(sent(try answer(&node, message(call()), row)) == [.decline])
    #expect(node.answers.isEmpty)
  }

  @Test func `memory stays bounded whatever the host asks`() throws {
    var node = try participant()
    for question in UInt64(1)...5_000 {
      _ = try answer(&node, message(call(opened: 0), question: question), half)
    }
    #expect(node.answers.count <= Participant.pendingMax)
    #expect(node.state.count < 1_000_000)
  }

  @Test func `messages read back as they were written, and no changed byte is read as the same`() throws {
    let entry = Entry(position: 12, hash: .sha256([3]))
    for body: Message.Body in [
      call(), call(isSealed: true), .unsealing(entry), .answer(half), .commitment(.sha256([4])),
      .reveal(half, Salt(.sha256([5]))), .decline, .receipt(Receipt(stage: .reveal, verdict: .recorded(entry))),
      .receipt(Receipt(stage: .answer, verdict: .refused(.late))),
    ] {
      let message = try message(body)
      #expect(try Message(decoding: message.bytes) == message)
      for place in message.bytes.indices {
        for bit in 0..<8 {
          var bytes = message.bytes
          bytes[place] ^= 1 << bit
          #expect((try? Message(decoding: bytes)) != message)
        }
      }
    }
  }
}
