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
  /// The questions whose answers are committed and not shown yet.
  public internal(set) var sealed: [QuestionID: SealedQuestion] = [:]
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

  /// Whether a model has a voice: it has not left, is not suspended and its balance is not empty.
  ///
  /// Reward and slash alone suspends: under other rules a poor model loses its stakes until it has none.
  public func status(_ model: ModelState) -> ModelStatus {
    if model.hasLeft { return .left }
    if case .rewardAndSlash(let rule) = rules.incentive, rule.isSuspended(model.standing) { return .suspended }
    return model.balance > .zero ? .active : .silent
  }

  /// What each model would weigh if all that have a voice answered, by seat, in billionths; 0 for the others.
  public var weights: [UInt32] {
    let voiced = registry.models.filter { status($0) == .active }.map(\.seat)
    var weights = [UInt32](repeating: 0, count: registry.models.count)
    guard !voiced.isEmpty else { return weights }
    for (seat, weight) in zip(voiced, poolWeights(of: voiced)) { weights[seat.index] = weight }
    return weights
  }

  /// What each of `seats` would weigh if all that have a voice answered, in billionths; 0 for one without a voice.
  ///
  /// - Parameter seats: ascending.
  public func weights(of seats: [Seat]) -> [UInt32] {
    let voiced = registry.models.lazy.filter { status($0) == .active }.map(\.seat)
    // Mostly all that have a voice are asked.
    if voiced.elementsEqual(seats) { return poolWeights(of: seats) }
    let weights = weights
    return seats.map { weights[$0.index] }
  }

  // A pool that weighs by stakes is told what each would stake now.
  private func poolWeights(of seats: [Seat]) -> [UInt32] {
    guard pool.readsStakes else { return pool.weights(of: seats) }
    let terms = rules.incentive.terms(
      for: seats.map { registry.models[$0.index].member }, classCount: classCount)
    return pool.weights(of: seats, stakes: terms.map(\.stake))
  }

  // The consensus of answers with these terms.
  func pooled(_ table: PredictionTable, _ terms: [Terms]) -> Pooled {
    pool.pool(
      table, limits: rules.influence.limits(terms), stakes: pool.readsStakes ? terms.map(\.stake) : [])
  }

  /// The moment after which letting time pass will lead to something; `nil` where nothing is open, waits or is on its way
  /// out.
  public var nextDeadline: Tick? {
    let release = registry.unbonding.compactMap { registry.models[$0.index].unbonding?.waiting.first?.due }.min()
    let moments = [
      open[oldestOpen]?.deadline, waiting.first.map(waited), sealed.values.lazy.map(\.deadline).min(),
      // What is due at a moment is paid at that moment, and deadlines are over after theirs.
      release.map { Tick($0.milliseconds - 1) },
    ]
    return moments.lazy.compactMap { $0 }.min()
  }

  // The last moment at which those that wait since `first` expired may still be joined by others.
  func waited(_ first: OpenQuestion) -> Tick {
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
    case .register(let model, let predictor, let deposit):
      guard registry[model] == nil else { throw .alreadyRegistered(model) }
      guard registry.models.count < ModelRegistry.seatsMax else {
        throw .misshapen("\(ModelRegistry.seatsMax) models have joined, which is the limit: start a new ledger")
      }
      let deposit = deposit ?? rules.deposit
      guard deposit >= .zero else { throw .misshapen("a deposit of \(deposit): bring in \(rules.deposit) or more") }
      guard deposit >= rules.deposit else { throw .depositTooSmall(offered: deposit, least: rules.deposit) }
      guard deposit <= Rules.depositMax else {
        throw .misshapen("a deposit of \(deposit), but at most \(Rules.depositMax) is possible: bring in less")
      }
      let seat = Seat(registry.models.count)
      return Decision(events: [
        .registered(Registration(model: model, seat: seat, deposit: deposit, predictor: predictor))
      ])
    case .withdraw(let model, let amount): return Decision(events: [try withdraw(model, amount, tick)])
    case .leave(let model): return Decision(events: [try leave(model, tick)])
    case .retrain(let model, let predictor):
      guard let state = registry[model] else { throw .unknownModel(model) }
      guard state.predictor != predictor else { return Decision(events: []) }
      return Decision(events: [.retrained(Retraining(seat: state.seat, predictor: predictor))])
    case .ask(let asking): return Decision(events: [.asked(try ask(asking))])
    case .commit(let committing): return Decision(events: [.committed(try commit(committing))])
    case .reveal(let revealing): return Decision(events: [.revealed(try reveal(revealing))])
    case .report(let question, let outcome): return Decision(events: [.settled(try report(question, outcome, tick))])
    case .tick: return Decision(events: voided(at: tick) + released(at: tick) + expired(at: tick, max: expiredMax))
    case .snapshot(let state):
      return Decision(events: [.snapshotted(Snapshotted(position: position, state: state))])
    }
  }

  private func ask(_ asking: Asking) throws(Rejection) -> Asked {
    guard asking.question == nextQuestion else {
      throw .wrongQuestion(given: asking.question, next: nextQuestion)
    }
    guard !rules.isSealed else {
      throw .misshapen("open answers where the rules seal them: commit to the answers first, then show them")
    }
    let table = asking.table
    guard table.rowCount > 0 else { throw .nobodyThere }
    guard table.classCount == classCount else {
      throw .misshapen(
        "\(table.classCount) probabilities where there are \(classCount) classes: send one for each class")
    }
    let everyone = asking.breaches.isEmpty ? table.seats : (table.seats + asking.breaches.map(\.seat)).sorted()
    try checkVoices(everyone)
    guard zip(asking.breaches, asking.breaches.dropFirst()).allSatisfy({ $0.seat < $1.seat }) else {
      throw .misshapen("breaches out of the order of their seats: name each once, the lowest seat first")
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
      try checkRoom()
    }
    let members = everyone.map { registry.models[$0.index].member }
    // A judged question is always paid by reward and slash: the other kinds need a class.
    let (all, shortfall) = covered(
      asking.judgement == nil
        ? rules.incentive.terms(for: members, classCount: classCount)
        : rules.judging.terms(for: members, classCount: classCount))
    let (terms, breaches) = Self.parted(everyone, all, asking.breaches)
    let pooled = pooled(table, terms)
    let closed = ClosedQuestion(
      id: asking.question, table: table, consensus: pooled.consensus, weights: pooled.weights)
    let judged = asking.judgement.map { judgement in
      let outcome = Outcome.judged(zip(table.seats, judgement.right).map { Judgement(seat: $0, isRight: $1) })
      let settlement = rules.judging.settle(StakedQuestion(closed: closed, terms: terms, outcome: outcome))
      return Judged(failureRate: judgement.failureRate, right: judgement.right, payments: settlement.payments)
    }
    return Asked(
      question: asking.question, features: asking.features, origin: asking.origin, table: table, terms: terms,
      shortfall: shortfall, weights: pooled.weights, consensus: pooled.consensus, judged: judged, breaches: breaches)
  }

  // The treasury never owes more than it has: where the rewards exceed what is free, all shrink in proportion.
  func covered(_ full: [Terms]) -> (terms: [Terms], shortfall: Amount) {
    let due = full.reduce(Amount.zero) { $0 + $1.reward }
    let free = registry.treasury - registry.treasuryReserved
    guard due > free else { return (full, .zero) }
    let scaled = full.map { Terms(stake: $0.stake, reward: $0.reward.scaled(free.micro, over: due.micro)) }
    return (scaled, due - scaled.reduce(.zero) { $0 + $1.reward })
  }

  private func report(_ id: QuestionID, _ outcome: Int, _ tick: Tick) throws(Rejection) -> Settled {
    guard id < nextQuestion, id.number > 0 else { throw .unknownQuestion(id) }
    guard sealed[id] == nil else { throw .stillSealed(id) }
    guard let question = open[id], tick <= question.deadline else { throw .alreadySettled(id) }
    guard (0..<classCount).contains(outcome) else {
      throw .misshapen("class \(outcome) where classes go from 0 to \(classCount - 1): report one of these")
    }
    let standings = question.closed.table.seats.map { registry.models[$0.index].standing }
    let settlement = rules.incentive.settle(question.staked(.class(outcome)), standings: standings)
    return Settled(
      question: id, outcome: outcome, seats: question.closed.table.seats, payments: settlement.payments)
  }
}
