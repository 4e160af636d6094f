import Consensus
import Incentives
import Ledger
import ProtocolCore
import Quantities

/// The ledger of a random history, with every kind of event, drawn from one seed.
///
/// Members with odd numbers say much the same; member 0 knows something. All are drawn from what they are for (question
/// and name), never from what happened before: a history without one of them is the same history for the others.
struct ReplayHistory {
  let store = MemoryLedger()
  private(set) var council = Council()
  private(set) var chain = Chain()
  private(set) var facts: [(event: Event, tick: Tick)] = []
  let seed: UInt64
  var tick = Tick(1_700_000_000_000)
  var random: CounterStream
  // Answers to sealed questions that are still to be shown.
  private var hidden: [(question: QuestionID, answers: [(ModelID, [UInt32], Salt)])] = []

  init(seed: UInt64, rules: Rules, classes: [String] = ["a", "b", "c"]) throws {
    self.seed = seed
    random = CounterStream(seed: seed, purpose: 50)
    try take(.found(Founding(ledger: [UInt8](repeating: 7, count: 16), data: .zero, classes: classes, rules: rules)))
  }

  /// Rules of every kind, one after the other; with a poor treasury for every third seed.
  static func rules(_ seed: UInt64, isSealed: Bool = false) -> Rules {
    var rules = Rules()
    let kinds = ConsensusRule.Kind.allCases
    let incentives = Incentive.Kind.allCases
    let unresolved = UnresolvedRule.Kind.allCases
    rules.consensus.kind = kinds[Int(seed) % kinds.count]
    rules.incentive = Incentive(incentives[Int(seed / 3) % incentives.count])
    rules.unresolved.kind = unresolved[Int(seed / 2) % unresolved.count]
    rules.unresolved.batch = 6
    rules.unresolved.wait = 1_500
    rules.outcomeDeadline = 9_000
    rules.openQuestionsMax = 40
    rules.judging.suspendedAfter = 8
    rules.judging.runningRate = 100_000_000
    rules.isSealed = isSealed
    rules.unbonding = seed % 4 == 1 ? 3_000 : 0
    if seed % 3 == 0 {
      rules.endowment = Amount(micro: 45_000_001)
      rules.deposit = Amount(micro: 70_000_003)
    }
    return rules
  }

  static func name(_ number: Int) -> ModelID {
    guard let id = ModelID("model-\(number)") else { preconditionFailure("a well-formed name") }
    return id
  }

  /// Decides and stores `input`; whether it was taken.
  @discardableResult
  mutating func take(_ input: Input) throws -> Bool {
    guard let decision = try? council.decide(input, at: tick) else { return false }
    for event in decision.events { try add(event) }
    return true
  }

  /// Takes over `event` as it is.
  mutating func add(_ event: Event, snapshot: StoredSnapshot? = nil) throws {
    council.apply(event, at: tick)
    facts.append((event, tick))
    try store.append([chain.seal(event, at: tick)], snapshot: snapshot)
  }

  mutating func wait(_ milliseconds: Int) { tick = Tick(tick.milliseconds + UInt64(milliseconds)) }

  /// What a member says to a question, whatever happened before.
  func prediction(_ model: ModelID, _ question: UInt64) -> [UInt32] {
    var draws = CounterStream(
      seed: seed, purpose: 51, question, UInt64(model.name.utf8.reduce(0) { $0 * 31 + Int($1) }))
    var values = (0..<council.classCount).map { _ in UInt64(1 + draws.below(40)) }
    values[truth(question)] += UInt64(draws.below(120))
    return Billionths.shares(values)
  }

  func truth(_ question: UInt64) -> Int {
    var draws = CounterStream(seed: seed, purpose: 52, question)
    return draws.below(council.classCount)
  }

  /// Plays `count` moves of every kind.
  mutating func play(_ count: Int) throws {
    for _ in 0..<count {
      wait(random.below(12) == 0 ? random.below(4_000) : random.below(80))
      // Some hosts let time pass before they do anything, some do not.
      if random.below(3) > 0 { try take(.tick) }
      try move()
    }
  }

  private mutating func move() throws {
    let joined = council.registry.models.count
    switch random.below(joined < 4 ? 3 : 60) {
    case 0...1:
      let deposit = random.below(3) == 0 ? Amount(credits: Int64(1_000 + random.below(500))) : nil
      try take(.register(Self.name(joined), predictor: .sha256([UInt8(joined & 255)]), deposit: deposit))
    case 2: try take(.retrain(Self.name(random.below(max(1, joined))), predictor: .sha256([UInt8(random.below(9))])))
    case 3: try snapshot()
    case 4: try take(.withdraw(Self.name(random.below(joined)), Amount(micro: Int64(1 + random.below(30_000_000)))))
    case 5: try take(.leave(Self.name(joined - 1 - random.below(2))))
    case 6...24: try report()
    case 25...34 where council.rules.isSealed: try reveal()
    default: if council.rules.isSealed { try commit() } else { try ask() }
    }
  }

  mutating func snapshot() throws {
    let state = council.state
    let snapshot = StoredSnapshot(position: council.position, state: state)
    try add(.snapshotted(Snapshotted(position: council.position, state: snapshot.digest)), snapshot: snapshot)
  }

  mutating func report() throws {
    let open = council.open.keys.sorted()
    guard !open.isEmpty else { return }
    let id = open[random.below(open.count)]
    // One in four outcomes never comes.
    if id.number % 4 != 0 { try take(.report(id, class: truth(id.number))) }
  }

  // Who answers the next question: those who have a voice and do not happen to be away.
  private func answering(_ question: UInt64) -> [ModelState] {
    council.registry.models.filter { model in
      var draws = CounterStream(seed: seed, purpose: 53, question, UInt64(model.id.name.utf8.last ?? 0))
      return council.status(model) == .active && draws.below(5) > 0
    }
  }

  mutating func ask() throws {
    let question = council.nextQuestion
    var table = PredictionTable(classCount: council.classCount)
    var breaches: [Breach] = []
    for model in answering(question.number) {
      if random.below(40) == 0 {
        breaches.append(Breach(seat: model.seat, kind: random.below(2) == 0 ? .withheld : .equivocal))
      } else {
        table.append(model.seat, prediction(model.id, question.number))
      }
    }
    let judgement = SimulatedJudgement(
      failureRate: 300_000_000, right: table.seats.map { _ in random.below(10) >= 3 })
    try take(
      .ask(
        Asking(
          question: question, features: .sha256([UInt8(question.number & 255)]),
          origin: random.below(9) == 0 ? .demonstration : .caller, table: table,
          judgement: random.below(4) == 0 ? judgement : nil, breaches: breaches)))
  }

  private mutating func commit() throws {
    let question = council.nextQuestion
    var (seats, commitments, equivocal): ([Seat], [Digest], [Seat]) = ([], [], [])
    var answers: [(ModelID, [UInt32], Salt)] = []
    for model in answering(question.number) {
      if random.below(30) == 0 {
        equivocal.append(model.seat)
        continue
      }
      let salt = Salt(.sha256(Array("\(model.id.name) \(question)".utf8)))
      let prediction = prediction(model.id, question.number)
      seats.append(model.seat)
      commitments.append(
        Commitment.digest(
          ledger: council.founding?.ledger ?? [], question: question, model: model.id, salt: salt,
          prediction: prediction))
      if random.below(20) > 0 { answers.append((model.id, prediction, salt)) }
    }
    let committing = Committing(
      question: question, features: .zero, origin: .caller, seats: seats, commitments: commitments,
      equivocal: equivocal)
    if try take(.commit(committing)) { hidden.append((question, answers)) }
  }

  private mutating func reveal() throws {
    guard !hidden.isEmpty else { return }
    let (question, answers) = hidden.remove(at: random.below(hidden.count))
    var table = PredictionTable(classCount: council.classCount)
    if random.below(15) > 0 {
      for (model, prediction, _) in answers {
        guard let seat = council.registry[model]?.seat else { continue }
        table.append(seat, prediction)
      }
    }
    let salts = table.rowCount > 0 ? answers.map(\.2) : []
    // Some are never shown: they end at their deadline.
    if question.number % 9 != 0 { try take(.reveal(Revealing(question: question, table: table, salts: salts))) }
  }
}
