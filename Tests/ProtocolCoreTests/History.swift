import Consensus
import Incentives
import ProtocolCore
import Quantities

/// A random history of a council: inputs of every kind, invalid ones among them, drawn from one seed.
struct History {
  var random: CounterStream
  var tick = Tick(1_000)
  var council = Council()
  /// The rules it begins with.
  let rules: Rules
  let classCount = 3
  /// Whether models come with deposits of their own, take credits out, leave, and break their word.
  let isLively: Bool

  /// - Parameter isPoor: whether the treasury is so small that it runs dry, and deposits so small that models empty.
  init(
    seed: UInt64, isPoor: Bool = false, kind: ConsensusRule.Kind? = nil, incentive: Incentive.Kind = .rewardAndSlash,
    unresolved: UnresolvedRule.Kind = .returnStakes, isLively: Bool = false, isSealed: Bool = false
  ) {
    self.isLively = isLively
    random = CounterStream(seed: seed, purpose: 0x6869_7374)
    var rules = Rules()
    let kinds = ConsensusRule.Kind.allCases
    rules.consensus.kind = kind ?? kinds[Int(seed) % kinds.count]
    rules.incentive = Incentive(incentive)
    if unresolved != .returnStakes {
      rules.unresolved.kind = unresolved
      rules.unresolved.batch = 6
      rules.unresolved.wait = 1_500
    }
    rules.outcomeDeadline = 5_000
    rules.isSealed = isSealed
    rules.unbonding = isLively ? seed % 3 * 700 : 0
    rules.openQuestionsMax = 25
    rules.judging.suspendedAfter = 8
    rules.judging.runningRate = 100_000_000
    if isPoor {
      rules.endowment = Amount(micro: 45_000_001)
      rules.deposit = Amount(micro: 70_000_003)
    }
    self.rules = rules
  }

  static func digest(_ number: Int) -> Digest {
    Digest((0..<32).map { UInt8(truncatingIfNeeded: number >> ($0 % 4 * 8)) }) ?? .zero
  }

  static func model(_ number: Int) -> ModelID {
    guard let id = ModelID("model-\(number)") else { preconditionFailure("a well-formed name") }
    return id
  }

  static func founding(_ rules: Rules) -> Founding {
    Founding(ledger: [UInt8](0..<16), data: digest(7), classes: ["setosa", "versi\"color", "virginica"], rules: rules)
  }

  mutating func prediction(_ classCount: Int) -> [UInt32] {
    Billionths.shares((0..<classCount).map { _ in UInt64(random.below(1_000)) })
  }

  /// The next input, and when.
  mutating func input() -> (input: Input, tick: Tick) {
    guard council.founding != nil, random.below(300) > 0 else {
      return (random.below(4) > 0 ? .found(Self.founding(rules)) : .tick, tick)
    }
    tick = Tick(tick.milliseconds + UInt64(random.below(10) == 0 ? random.below(1_500) : random.below(60)))
    let time = random.below(60) == 0 ? Tick(tick.milliseconds - 900) : tick
    return (content(), time)
  }

  private mutating func content() -> Input {
    let joined = council.registry.models.count
    if isLively, joined > 1, random.below(8) == 0 { return change() }
    switch random.below(joined < 3 ? 8 : 40) {
    case 0: return .register(Self.model(random.below(joined + 2)), predictor: Self.digest(random.below(9)))
    case 1: return .retrain(Self.model(random.below(joined + 2)), predictor: Self.digest(random.below(9)))
    case 2: return .tick
    case 3: return .snapshot(Self.digest(random.below(100)))
    case 4...14: return report()
    default:
      guard rules.isSealed, random.below(20) > 0 else { return .ask(asking()) }
      return random.below(2) == 0 && !council.sealed.isEmpty ? .reveal(revealing()) : .commit(committing())
    }
  }

  private mutating func change() -> Input {
    let joined = council.registry.models.count
    let model = random.below(joined + 1)
    switch random.below(5) {
    case 0:
      let deposit = Amount(micro: Int64(random.below(90)) * 20_000_001)
      return .register(Self.model(joined), predictor: Self.digest(random.below(9)), deposit: deposit)
    case 1: return .leave(Self.model(model))
    default:
      let free = model < joined ? council.registry.models[model].free.micro : 0
      let amount = random.below(4) == 0 ? free + Int64(random.below(3)) - 1 : free / Int64(2 + random.below(9))
      return .withdraw(Self.model(model), Amount(micro: amount))
    }
  }

  private mutating func report() -> Input {
    let asked = Int(council.nextQuestion.number)
    let any = QuestionID(UInt64(random.below(asked + 2)))
    let open = council.open.keys.sorted()
    let id = open.isEmpty || random.below(5) == 0 ? any : open[random.below(open.count)]
    return .report(id, class: random.below(12) == 0 ? classCount + random.below(2) : random.below(classCount))
  }

  private mutating func asking() -> Asking {
    let joined = council.registry.models.count
    let isWrong = random.below(15) == 0
    var breaches: [Breach] = []
    var table = PredictionTable(classCount: isWrong && random.below(3) == 0 ? 2 : classCount)
    for seat in 0..<joined + (isWrong && random.below(3) == 0 ? 1 : 0) where random.below(4) > 0 {
      let isVoiced = seat < joined && council.status(council.registry.models[seat]) == .active
      if isLively, isVoiced, random.below(15) == 0 {
        breaches.append(Breach(seat: Seat(seat), kind: .equivocal))
      } else if isVoiced || isWrong {
        table.append(Seat(seat), prediction(table.classCount))
      }
    }
    let next = council.nextQuestion.number
    let number = random.below(40) == 0 ? next + UInt64(random.below(3)) - 1 : next
    var judgement: SimulatedJudgement?
    if random.below(3) == 0 {
      let count = table.rowCount + (random.below(20) == 0 ? 1 : 0)
      judgement = SimulatedJudgement(
        failureRate: 300_000_000, right: (0..<count).map { _ in random.below(10) >= 3 })
    }
    return Asking(
      question: QuestionID(number), features: Self.digest(random.below(1_000)),
      origin: random.below(9) == 0 ? .demonstration : .caller, table: table, judgement: judgement,
      breaches: breaches)
  }
}

// Sealed answers: what a model commits to follows from the question and its seat, so that it can be shown later.
extension History {
  private func answer(_ seat: Seat, on question: QuestionID) -> (prediction: [UInt32], salt: Salt, commitment: Digest) {
    var random = CounterStream(seed: 99, purpose: 1, question.number, UInt64(seat.index))
    let prediction = Billionths.shares((0..<classCount).map { _ in UInt64(random.below(1_000)) })
    let salt = Salt(Self.digest(random.below(1 << 30)))
    let commitment = Commitment.digest(
      ledger: [UInt8](0..<16), question: question, model: council.registry.models[seat.index].id, salt: salt,
      prediction: prediction)
    return (prediction, salt, commitment)
  }

  private mutating func committing() -> Committing {
    let question = council.nextQuestion
    var (seats, commitments, twice): ([Seat], [Digest], [Seat]) = ([], [], [])
    for model in council.registry.models where random.below(4) > 0 {
      guard council.status(model) == .active || random.below(30) == 0 else { continue }
      if random.below(12) == 0 {
        twice.append(model.seat)
      } else {
        seats.append(model.seat)
        commitments.append(answer(model.seat, on: question).commitment)
      }
    }
    if random.below(30) == 0, !commitments.isEmpty { commitments.removeLast() }
    return Committing(
      question: question, features: Self.digest(random.below(1_000)), origin: .caller, seats: seats,
      commitments: commitments, equivocal: twice)
  }

  private mutating func revealing() -> Revealing {
    let ids = council.sealed.keys.sorted()
    let id = random.below(15) == 0 ? QuestionID(UInt64(random.below(40))) : ids[random.below(ids.count)]
    var table = PredictionTable(classCount: classCount)
    var salts: [Salt] = []
    let (seats, twice) = (council.sealed[id]?.committed.everyone ?? [], council.sealed[id]?.committed.equivocal ?? [])
    for seat in seats where random.below(6) > 0 && (!twice.contains(seat) || random.below(20) == 0) {
      let (prediction, salt, _) = answer(seat, on: id)
      table.append(seat, random.below(60) == 0 ? prediction.reversed() : prediction)
      salts.append(salt)
    }
    return Revealing(question: id, table: table, salts: salts)
  }
}

extension Council {
  /// The canonical state.
  var bytes: [UInt8] {
    var writer = CanonicalWriter()
    encode(into: &writer)
    return writer.bytes
  }
}

extension Event {
  /// The canonical data.
  var bytes: [UInt8] {
    var writer = CanonicalWriter()
    encode(into: &writer)
    return writer.bytes
  }
}

/// Runs `count` inputs of `history`; returns the facts.
func facts(_ history: inout History, _ count: Int) -> [(event: Event, tick: Tick)] {
  var facts: [(event: Event, tick: Tick)] = []
  for _ in 0..<count {
    let (input, tick) = history.input()
    guard let decision = try? history.council.decide(input, at: tick) else { continue }
    for event in decision.events {
      history.council.apply(event, at: tick)
      facts.append((event, tick))
    }
  }
  return facts
}
