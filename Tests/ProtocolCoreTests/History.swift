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

  /// - Parameter isPoor: whether the treasury is so small that it runs dry, and deposits so small that models empty.
  init(
    seed: UInt64, isPoor: Bool = false, kind: ConsensusRule.Kind? = nil, incentive: Incentive.Kind = .rewardAndSlash,
    unresolved: UnresolvedRule.Kind = .returnStakes
  ) {
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
    switch random.below(joined < 3 ? 8 : 40) {
    case 0: return .register(Self.model(random.below(joined + 2)), predictor: Self.digest(random.below(9)))
    case 1: return .retrain(Self.model(random.below(joined + 2)), predictor: Self.digest(random.below(9)))
    case 2: return .tick
    case 3: return .snapshot(Self.digest(random.below(100)))
    case 4...14: return report()
    default: return .ask(asking())
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
    var table = PredictionTable(classCount: isWrong && random.below(3) == 0 ? 2 : classCount)
    for seat in 0..<joined + (isWrong && random.below(3) == 0 ? 1 : 0) where random.below(4) > 0 {
      let isVoiced = seat < joined && council.status(council.registry.models[seat]) == .active
      if isVoiced || isWrong { table.append(Seat(seat), prediction(table.classCount)) }
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
      origin: random.below(9) == 0 ? .demonstration : .caller, table: table, judgement: judgement)
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
