import Consensus
import Incentives
import Quantities

/// The protocol as a value: it has no clock, no randomness, no files and never waits.
///
/// `decide` holds the rules and changes nothing; `apply` holds the bookkeeping and never refuses. Replay is a loop over
/// `apply`, an audit decides every input anew. The same council runs in the simulator, in one process and across
/// machines.
public struct Council: Hashable, Sendable {
  /// How it began; `nil` before the first event.
  public internal(set) var founding: Founding?
  /// The models and the accounts.
  public internal(set) var registry = ModelRegistry()
  /// The time of the last event.
  public internal(set) var now = Tick(0)
  /// How many events it has taken over: its position in the ledger.
  public internal(set) var position: UInt64 = 0
  /// The number that the next question gets.
  public internal(set) var nextQuestion = QuestionID(1)
  /// The questions that wait for their outcomes.
  public internal(set) var open: [QuestionID: OpenQuestion] = [:]
  /// The questions whose deadline passed without an outcome and that are settled together once there are enough of them
  /// or the first has waited long enough, in the order of their numbers; all come before the open ones. Empty where the
  /// rules give stakes back.
  public internal(set) var waiting: [OpenQuestion] = []
  /// The first open question; the next question where none is open.
  var oldestOpen = QuestionID(1)
  var pool = Pool.majorityVote(MajorityVote())

  /// A council that has not begun.
  public init() {}

  /// The rules in force; the defaults before the first event.
  public var rules: Rules { founding?.rules ?? Rules() }

  /// How many classes a prediction speaks of; 0 before the first event.
  public var classCount: Int { founding?.classes.count ?? 0 }

  /// Whether a model has a voice: it is not suspended and its balance is not empty.
  ///
  /// Reward and slash alone suspends: under other rules a poor model loses its stakes until it has none.
  public func status(_ model: ModelState) -> ModelStatus {
    if case .rewardAndSlash(let rule) = rules.incentive, rule.isSuspended(model.standing) { return .suspended }
    return model.balance > .zero ? .active : .silent
  }

  /// What each model would weigh if all that have a voice answered, by seat, in billionths; 0 for the others.
  public var weights: [UInt32] {
    let voiced = registry.models.filter { status($0) == .active }.map(\.seat)
    var weights = [UInt32](repeating: 0, count: registry.models.count)
    guard !voiced.isEmpty else { return weights }
    for (seat, weight) in zip(voiced, pool.weights(of: voiced)) { weights[seat.index] = weight }
    return weights
  }

  /// What each of `seats` would weigh if all that have a voice answered, in billionths; 0 for one without a voice.
  ///
  /// - Parameter seats: ascending.
  public func weights(of seats: [Seat]) -> [UInt32] {
    let voiced = registry.models.lazy.filter { status($0) == .active }.map(\.seat)
    // Mostly all that have a voice are asked.
    if voiced.elementsEqual(seats) { return pool.weights(of: seats) }
    let weights = weights
    return seats.map { weights[$0.index] }
  }

  /// The moment after which letting time pass will lead to something; `nil` where no question is open or waits.
  public var nextDeadline: Tick? {
    let deadline = open[oldestOpen]?.deadline
    guard let waited = waiting.first.map(waited) else { return deadline }
    return deadline.map { min($0, waited) } ?? waited
  }

  // The last moment at which those that wait since `first` expired may still be joined by others.
  private func waited(_ first: OpenQuestion) -> Tick {
    Tick(first.deadline.milliseconds + rules.unresolved.wait)
  }

  /// Says what `input` would lead to. Changes nothing.
  ///
  /// - Throws: the first refusal that applies, in the order of the checks below.
  public func decide(_ input: Input, at tick: Tick) throws(Rejection) -> Decision {
    try decide(input, at: tick, expiredMax: .max)
  }

  // An audit looks at one event at a time and needs the first of many expired questions only.
  func decide(_ input: Input, at tick: Tick, expiredMax: Int) throws(Rejection) -> Decision {
    guard tick <= .latest else {
      throw .misshapen("a moment that is over 142,000 years away: set the clock right and try again")
    }
    if case .found(let founding) = input {
      guard self.founding == nil else { throw .alreadyFounded }
      if let fault = founding.fault { throw .misshapen("\(fault): begin with settings within their bounds") }
      return Decision(events: [.founded(founding)])
    }
    guard founding != nil else { throw .notFounded }
    guard tick >= now else { throw .clockWentBack(from: now, to: tick) }
    switch input {
    case .found: preconditionFailure("decided above")
    case .register(let model, let predictor):
      guard registry[model] == nil else { throw .alreadyRegistered(model) }
      guard registry.models.count < ModelRegistry.seatsMax else {
        throw .misshapen("\(ModelRegistry.seatsMax) models have joined, which is the limit: start a new ledger")
      }
      let seat = Seat(registry.models.count)
      return Decision(events: [
        .registered(Registration(model: model, seat: seat, deposit: rules.deposit, predictor: predictor))
      ])
    case .retrain(let model, let predictor):
      guard let state = registry[model] else { throw .unknownModel(model) }
      guard state.predictor != predictor else { return Decision(events: []) }
      return Decision(events: [.retrained(Retraining(seat: state.seat, predictor: predictor))])
    case .ask(let asking): return Decision(events: [.asked(try ask(asking))])
    case .report(let question, let outcome): return Decision(events: [.settled(try report(question, outcome, tick))])
    case .tick: return Decision(events: expired(at: tick, max: expiredMax))
    case .snapshot(let state):
      return Decision(events: [.snapshotted(Snapshotted(position: position, state: state))])
    }
  }

  private func ask(_ asking: Asking) throws(Rejection) -> Asked {
    guard asking.question == nextQuestion else {
      throw .wrongQuestion(given: asking.question, next: nextQuestion)
    }
    let table = asking.table
    guard table.rowCount > 0 else { throw .nobodyThere }
    guard table.classCount == classCount else {
      throw .misshapen(
        "\(table.classCount) probabilities where there are \(classCount) classes: send one for each class")
    }
    guard table.seats.allSatisfy({ registry.models.indices.contains($0.index) }) else {
      throw .misshapen("an answer from an empty seat: register the model first")
    }
    for seat in table.seats {
      let model = registry.models[seat.index]
      guard status(model) == .active else { throw .silent(model.id, status(model)) }
    }
    if let judgement = asking.judgement {
      guard judgement.right.count == table.rowCount else {
        throw .misshapen(
          "a judgement of \(judgement.right.count) answers where there are \(table.rowCount): judge each answer once")
      }
      guard judgement.failureRate <= Billionths.one else {
        throw .misshapen("a failure rate above 1: give a share of the answers")
      }
    } else {
      guard open.count < Int(rules.openQuestionsMax) else {
        throw .tooManyOpen(limit: rules.openQuestionsMax, oldest: oldestOpen)
      }
    }
    let members = table.seats.map { registry.models[$0.index].member }
    // A judged question is always paid by reward and slash: the other kinds need a class.
    let (terms, shortfall) = covered(
      asking.judgement == nil
        ? rules.incentive.terms(for: members, classCount: classCount)
        : rules.judging.terms(for: members, classCount: classCount))
    let pooled = pool.pool(table)
    let closed = ClosedQuestion(
      id: asking.question, table: table, consensus: pooled.consensus, weights: pooled.weights)
    let judged = asking.judgement.map { judgement in
      let outcome = Outcome.judged(zip(table.seats, judgement.right).map { Judgement(seat: $0, isRight: $1) })
      let settlement = rules.judging.settle(StakedQuestion(closed: closed, terms: terms, outcome: outcome))
      return Judged(failureRate: judgement.failureRate, right: judgement.right, payments: settlement.payments)
    }
    return Asked(
      question: asking.question, features: asking.features, origin: asking.origin, table: table, terms: terms,
      shortfall: shortfall, weights: pooled.weights, consensus: pooled.consensus, judged: judged)
  }

  // The treasury never owes more than it has: where the rewards exceed what is free, all shrink in proportion.
  private func covered(_ full: [Terms]) -> (terms: [Terms], shortfall: Amount) {
    let due = full.reduce(Amount.zero) { $0 + $1.reward }
    let free = registry.treasury - registry.treasuryReserved
    guard due > free else { return (full, .zero) }
    let scaled = full.map { Terms(stake: $0.stake, reward: $0.reward.scaled(free.micro, over: due.micro)) }
    return (scaled, due - scaled.reduce(.zero) { $0 + $1.reward })
  }

  private func report(_ id: QuestionID, _ outcome: Int, _ tick: Tick) throws(Rejection) -> Settled {
    guard id < nextQuestion, id.number > 0 else { throw .unknownQuestion(id) }
    guard let question = open[id], tick <= question.deadline else { throw .alreadySettled(id) }
    guard (0..<classCount).contains(outcome) else {
      throw .misshapen("class \(outcome) where classes go from 0 to \(classCount - 1): report one of these")
    }
    let standings = question.closed.table.seats.map { registry.models[$0.index].standing }
    let settlement = rules.incentive.settle(question.staked(.class(outcome)), standings: standings)
    return Settled(
      question: id, outcome: outcome, seats: question.closed.table.seats, payments: settlement.payments)
  }

  // Questions have one deadline in the order of their numbers, so those that are over stand at the front.
  private func expired(at tick: Tick, max: Int) -> [Event] {
    let isReturned = rules.unresolved.kind == .returnStakes
    var events: [Event] = []
    var earlier = waiting[...]
    var joining: [OpenQuestion] = []
    var id = oldestOpen
    while events.count < max {
      let count = earlier.count + joining.count
      while id < nextQuestion, open[id] == nil { id = QuestionID(id.number + 1) }
      // One event at a time or many, the order is the same: a full batch, then the next that is over, then what waited.
      if count >= Int(rules.unresolved.batch) {
        events.append(.resolved(resolved(earlier + joining)))
      } else if let question = open[id], question.deadline < tick {
        id = QuestionID(id.number + 1)
        if isReturned {
          events.append(.settled(question.returned))
        } else {
          events.append(.expired(Expired(question: question.closed.id)))
          joining.append(question)
        }
        continue
      } else if let first = earlier.first ?? joining.first, waited(first) < tick {
        events.append(.resolved(resolved(earlier + joining)))
      } else {
        break
      }
      earlier = []
      joining = []
    }
    return events
  }

  private func resolved(_ questions: ArraySlice<OpenQuestion>) -> Resolved {
    let settlements = rules.unresolved.settle(questions.map { $0.staked(.never) })
    return Resolved(
      questions: zip(questions, settlements).map { question, settlement in
        Settled(
          question: question.closed.id, outcome: nil, seats: question.closed.table.seats, payments: settlement.payments)
      })
  }
}
