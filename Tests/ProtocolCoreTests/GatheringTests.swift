import ProtocolCore
import Quantities
import Testing

@Suite struct GatheringTests {
  private let half: [UInt32] = [500_000_000, 500_000_000]
  private let sure: [UInt32] = [1_000_000_000, 0]

  private func gathering(isSealed: Bool = false) throws -> Gathering {
    Gathering(
      ledger: try #require(LedgerName([UInt8](repeating: 7, count: 16))), question: QuestionID(4),
      asking: .sha256([1]),
      call: Call(opened: Tick(0), deadline: Tick(500), isSealed: isSealed, classCount: 2, content: []),
      seats: [Seat(0), Seat(2), Seat(5)], models: ["ada", "bob", "cid"].compactMap { ModelID($0) })
  }

  private func say(
    _ gathering: inout Gathering, _ row: Int, _ body: Message.Body, at now: UInt64 = 100
  ) -> Gathering.Reception {
    gathering.receive(
      gathering.message(to: row, body), from: gathering.seats[row], proof: [UInt8(row)], at: Tick(now))
  }

  @Test func `takes each answer once and is complete when nobody is missing`() throws {
    var gathering = try gathering()
    #expect(say(&gathering, 0, .answer(half)) == .taken)
    #expect(say(&gathering, 0, .answer(half)) == .repeated)
    #expect(say(&gathering, 1, .decline) == .taken)
    #expect(!gathering.isComplete)
    #expect(say(&gathering, 2, .answer(sure)) == .taken)
    #expect(gathering.isComplete)
    let asking = try #require(gathering.asking(origin: .caller))
    #expect(asking.table.seats == [Seat(0), Seat(5)])
    #expect(asking.breaches.isEmpty)
    #expect(gathering.absences == [nil, .declined, nil])
  }

  @Test func `two different answers are a breach with both as evidence`() throws {
    var gathering = try gathering()
    _ = say(&gathering, 0, .answer(half))
    #expect(say(&gathering, 1, .answer(half)) == .taken)
    #expect(say(&gathering, 1, .answer(sure)) == .contradicts)
    #expect(say(&gathering, 1, .answer(half)) == .refused(.equivocal))
    let evidence = try #require(gathering.equivocations.first)
    #expect(evidence.first.message.body == .answer(half))
    #expect(evidence.second.message.body == .answer(sure))
    #expect(evidence.first.proof == [1])
    #expect(gathering.asking(origin: .caller)?.breaches == [Breach(seat: Seat(2), kind: .equivocal)])
    #expect(gathering.absences == [nil, .equivocal, .silent])
  }

  @Test func `an answer at the deadline is in time, and one after it is not`() throws {
    var gathering = try gathering()
    #expect(say(&gathering, 0, .answer(half), at: 500) == .taken)
    #expect(say(&gathering, 1, .answer(half), at: 501) == .refused(.late))
    #expect(gathering.absences[1] == .late)
  }

  @Test func `what is hostile is refused and changes nothing that counts`() throws {
    var gathering = try gathering()
    for row: [UInt32] in [[], [1], [UInt32.max, UInt32.max], [1_000_000_000, 0, 0]] {
      #expect(say(&gathering, 0, .answer(row)) == .refused(.misshapen))
    }
    #expect(say(&gathering, 0, .commitment(.zero)) == .refused(.misshapen))
    #expect(say(&gathering, 0, .reveal(half, Salt(.zero))) == .refused(.misshapen))
    let answer = gathering.message(to: 0, .answer(half))
    for stranger in [Seat(2), Seat(3)] {
      let reception = gathering.receive(answer, from: stranger, at: Tick(1))
      #expect(reception == .refused(.uninvited))
    }
    let other = Message(
      ledger: answer.ledger, model: answer.model, question: answer.question, asking: .zero, body: answer.body)
    let reception = gathering.receive(other, from: Seat(0), at: Tick(1))
    #expect(reception == .refused(.unknown))
    #expect(gathering.asking(origin: .caller) == nil)
    #expect(say(&gathering, 0, .answer(half)) == .taken)
  }

  private func commitment(_ gathering: Gathering, _ row: Int, _ prediction: [UInt32], _ salt: Salt) -> Digest {
    Commitment.digest(
      ledger: gathering.ledger.bytes, question: gathering.question, model: gathering.models[row], salt: salt,
      prediction: prediction)
  }

  @Test func `commitments come before reveals, and a reveal must fit`() throws {
    var gathering = try gathering(isSealed: true)
    let salts = (UInt8(0)..<3).map { Salt(.sha256([$0])) }
    for row in 0..<3 { _ = say(&gathering, row, .commitment(commitment(gathering, row, half, salts[row]))) }
    #expect(gathering.isComplete)
    #expect(say(&gathering, 0, .reveal(half, salts[0])) == .refused(.misshapen))
    #expect(gathering.committing(origin: .caller)?.seats == gathering.seats)
    gathering.openReveals(recorded: Entry(position: 9, hash: .zero), until: Tick(900))
    #expect(say(&gathering, 0, .reveal(sure, salts[0]), at: 600) == .refused(.unfitting))
    #expect(say(&gathering, 0, .reveal(half, salts[1]), at: 600) == .refused(.unfitting))
    #expect(say(&gathering, 0, .reveal(half, salts[0]), at: 600) == .taken)
    #expect(say(&gathering, 1, .reveal(half, salts[1]), at: 901) == .refused(.late))
    #expect(gathering.revealing.table.seats == [Seat(0)])
    #expect(gathering.absences == [nil, .late, .withheld])
    #expect(gathering.reminder(to: 2)?.body == .unsealing(Entry(position: 9, hash: .zero)))
  }

  @Test func `a restarted host goes on with the commitments of its ledger`() throws {
    var council = Council()
    var rules = Rules(areJudged: false, modelCount: 2, classCount: 2)
    rules.isSealed = true
    func take(_ input: Input) throws {
      for event in try council.decide(input, at: Tick(0)).events { council.apply(event, at: Tick(0)) }
    }
    let names = ["ada", "bob", "cid"].compactMap { ModelID($0) }
    try take(
      .found(Founding(ledger: [UInt8](repeating: 7, count: 16), data: .zero, classes: ["x", "y"], rules: rules)))
    for name in names { try take(.register(name, predictor: .zero)) }
    let salt = Salt(.sha256([1]))
    let digest = Commitment.digest(
      ledger: [UInt8](repeating: 7, count: 16), question: QuestionID(1), model: names[0], salt: salt, prediction: half)
    try take(
      .commit(
        Committing(
          question: QuestionID(1), features: .sha256([8]), origin: .caller, seats: [Seat(0), Seat(2)],
          commitments: [digest, .zero], equivocal: [Seat(1)])))
    let committed = try #require(council.sealed[QuestionID(1)]?.committed)
    var gathering = Gathering(
      ledger: try #require(LedgerName([UInt8](repeating: 7, count: 16))), resuming: committed,
      at: Entry(position: 5, hash: .zero), models: names, classCount: 2, opened: Tick(10), deadline: Tick(600))
    #expect(gathering.missing == 2)
    #expect(gathering.reminder(to: 1) == nil)
    #expect(say(&gathering, 0, .reveal(half, salt)) == .taken)
    try take(.reveal(gathering.revealing))
    #expect(council.open[QuestionID(1)]?.closed.table.seats == [Seat(0)])
    #expect(council.registry.models[1].slashedTotal == council.registry.models[2].slashedTotal)
  }
}
