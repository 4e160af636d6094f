import Consensus
import Incentives
import Ledger
import ProtocolCore
import Quantities

/// A history that can be told of any world: who joins when, what each would answer, how each question turns out and when
/// it is known are drawn from one seed alone. So a replay of the ledger of one world can be held to the ledger of another.
struct ReplayScript {
  let seed: UInt64
  var rules: Rules
  var without: Set<ModelID> = []
  var deposits: [ModelID: Amount] = [:]
  /// How many questions are asked.
  var questionCount = 120
  /// One in so many questions is judged; none where 0.
  var judgedEvery = 5
  var isSealed = false

  static let names = ["ada", "bob", "cid", "dora", "eve"].compactMap { ModelID($0) }

  private func draws(_ purpose: UInt64, _ question: Int, _ member: Int = 0) -> CounterStream {
    CounterStream(seed: seed, purpose: purpose, UInt64(question), UInt64(member))
  }

  private func prediction(_ question: Int, _ member: Int) -> [UInt32] {
    var draws = draws(60, question, member)
    var values = (0..<3).map { _ in UInt64(1 + draws.below(60)) }
    values[truth(question)] += UInt64(draws.below(40 + 30 * member))
    return Billionths.shares(values)
  }

  private func truth(_ question: Int) -> Int {
    var draws = draws(61, question)
    return draws.below(3)
  }

  // After how many questions the outcome is reported; never for some.
  private func delay(_ question: Int) -> Int? {
    var draws = draws(62, question)
    return draws.below(8) == 0 ? nil : draws.below(12)
  }

  /// The ledger of this world.
  func ledger() throws -> (store: MemoryLedger, head: LedgerHead, council: Council) {
    var teller = Teller()
    try teller.take(
      .found(Founding(ledger: [UInt8](repeating: 1, count: 16), data: .zero, classes: ["x", "y", "z"], rules: rules)))
    for question in 1...questionCount {
      for (member, name) in Self.names.enumerated() where question == 1 + member * 9 && !without.contains(name) {
        try teller.take(.register(name, predictor: .zero, deposit: deposits[name]))
      }
      try ask(question, &teller)
      for earlier in 1...question where delay(earlier).map({ earlier + $0 == question }) ?? false && !isJudged(earlier)
      {
        try teller.wait()
        if let id = teller.asked[earlier] { try teller.takeIfAllowed(.report(id, class: truth(earlier))) }
      }
      if question % 50 == 0 { try teller.take(.snapshot(teller.council.stateDigest)) }
    }
    return (teller.store, teller.chain.head, teller.council)
  }

  private func isJudged(_ question: Int) -> Bool { !isSealed && judgedEvery > 0 && question % judgedEvery == 0 }

  private func ask(_ question: Int, _ teller: inout Teller) throws {
    try teller.wait(until: Tick(UInt64(question) * 1_000))
    var table = PredictionTable(classCount: 3)
    var right: [Bool] = []
    for (member, name) in Self.names.enumerated() {
      guard let model = teller.council.registry[name], teller.council.status(model) == .active else { continue }
      var draws = draws(63, question, member)
      // The first is never away, so that each question is asked where everyone has a voice.
      guard member == 0 || draws.below(6) > 0 else { continue }
      table.append(model.seat, prediction(question, member))
      right.append(draws.below(10) >= 2 + member)
    }
    let id = teller.council.nextQuestion
    if isSealed {
      try commit(question, id, table, &teller)
      return
    }
    let judgement = isJudged(question) ? SimulatedJudgement(failureRate: 300_000_000, right: right) : nil
    let asking = Asking(question: id, features: .zero, origin: .caller, table: table, judgement: judgement)
    if try teller.takeIfAllowed(.ask(asking)), !isJudged(question) { teller.asked[question] = id }
  }

  private func commit(_ question: Int, _ id: QuestionID, _ table: PredictionTable, _ teller: inout Teller) throws {
    let models = teller.council.registry.models
    let salts = table.seats.map { Salt(.sha256(Array("\(models[$0.index].id) \(question)".utf8))) }
    let commitments = table.seats.indices.map { row in
      Commitment.digest(
        ledger: [UInt8](repeating: 1, count: 16), question: id, model: models[table.seats[row].index].id,
        salt: salts[row], prediction: table.row(row))
    }
    let committing = Committing(
      question: id, features: .zero, origin: .caller, seats: table.seats, commitments: commitments)
    let isCommitted = try teller.takeIfAllowed(.commit(committing))
    try teller.wait()
    if isCommitted, try teller.takeIfAllowed(.reveal(Revealing(question: id, table: table, salts: salts))) {
      teller.asked[question] = id
    }
  }

  /// Writes a ledger; lets time pass at fixed moments, whatever happens there.
  private struct Teller {
    let store = MemoryLedger()
    var council = Council()
    var chain = Chain()
    var tick = Tick(1)
    var asked: [Int: QuestionID] = [:]

    mutating func wait(until moment: Tick? = nil) throws {
      tick = moment ?? Tick(tick.milliseconds + 1)
      try take(.tick)
    }

    mutating func take(_ input: Input) throws {
      for event in try council.decide(input, at: tick).events {
        council.apply(event, at: tick)
        try store.append([chain.seal(event, at: tick)], snapshot: nil)
      }
    }

    @discardableResult
    mutating func takeIfAllowed(_ input: Input) throws -> Bool {
      do { try take(input) } catch is Rejection { return false }
      return true
    }
  }
}
