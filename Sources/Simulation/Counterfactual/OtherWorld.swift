import Consensus
import Incentives
import Ledger
import ProtocolCore
import Quantities

/// The council of a ledger as it would have been under other circumstances.
///
/// It lives through the facts of the ledger in their order and at their moments, decides each anew and seals what it
/// decides into a ledger of its own. Where nothing is otherwise, that ledger is the same to the byte.
struct OtherWorld {
  /// What is otherwise.
  let counterfactual: Counterfactual
  /// The council here.
  private(set) var council = Council()
  /// The ledger here.
  private(set) var chain = Chain()
  /// What was counted on the way.
  private(set) var tally = ReplayTally()
  /// What members brought in and took out, by their seats here.
  private(set) var flows = MoneyFlows()
  /// By their seats in the ledger: their seats here, `nil` for those left out.
  private(set) var seats: [Seat?] = []

  /// Balances over time.
  private(set) var points: [ReplayTimeline.Point] = []

  private var realRules = Rules()
  // The questions of the ledger that are still asked about: how they went there and here.
  private var twins: [QuestionID: Twin] = [:]
  // Facts that wait for the answers to a sealed question, which come later and are needed first.
  private var queue: [ReplayFact] = []
  private var shown: [QuestionID: Revealed] = [:]
  // What the passing of time has led to in the ledger at one moment, until it is known to be over.
  private var passing: (tick: Tick, count: Int)?
  // Who left in the ledger and is held here by open questions.
  private var leaving: [Seat] = []
  private var writer = CanonicalWriter()

  /// A question of the ledger, here and there.
  private struct Twin {
    // Its number here; `nil` where nobody was left to answer.
    var here: QuestionID?
    var real: [UInt32] = []
    var other: [UInt32] = []
  }

  private var sampling: ReplaySampling

  /// A world before its first event.
  ///
  /// - Parameter events: how many events the ledger has.
  init(_ counterfactual: Counterfactual, events: UInt64) {
    self.counterfactual = counterfactual
    sampling = ReplaySampling(events: events)
  }

  /// Takes in what came next in the ledger.
  mutating func follow(_ fact: ReplayFact) {
    if case .revealed(let revealed) = fact.event { shown[revealed.question] = revealed }
    guard !queue.isEmpty || fact.isCommitment else { return live(fact) }
    queue.append(fact)
    drain(isOver: false)
  }

  /// Ends where the ledger ends: after the event at `position`.
  mutating func finish(_ lag: TimeLag, position: UInt64) {
    drain(isOver: true)
    endPassing(lag)
    sample(position)
  }

  private mutating func sample(_ position: UInt64) {
    points.append(
      ReplayTimeline.Point(
        position: position, tick: council.now,
        balances: seats.map { $0.map { council.registry.models[$0.index].balance } },
        treasury: council.registry.treasury))
  }

  // Lives through the facts that wait, up to the first whose answers are still to come.
  private mutating func drain(isOver: Bool) {
    var count = 0
    for fact in queue {
      if case .committed(let committed) = fact.event, !isOver, shown[committed.question] == nil { break }
      live(fact)
      count += 1
    }
    queue.removeFirst(count)
  }

  private mutating func live(_ fact: ReplayFact) {
    if let passing, !(fact.isPassingOfTime && fact.tick == passing.tick) { endPassing(fact.lag) }
    if sampling.isDue(before: fact) { sample(fact.position - 1) }
    if fact.isPassingOfTime {
      passing = (fact.tick, (passing?.count ?? 0) + 1)
      endTwins(fact.event)
      return
    }
    let tick = fact.tick
    if !fact.lag.isBehind(at: tick) { letTimePass(at: tick) }
    switch fact.event {
    case .founded(let founding): found(founding, at: tick)
    case .registered(let registration): register(registration, at: tick)
    case .retrained(let retraining):
      take(model(retraining.seat).map { .retrain($0, predictor: retraining.predictor) }, at: tick)
    case .withdrawn(let withdrawn): withdraw(withdrawn, at: tick)
    case .left(let left):
      leaving += seats[left.seat.index].map { [$0] } ?? []
      letGo(at: tick)
    case .asked(let asked): ask(asked, fact)
    case .committed(let committed): commit(committed, fact)
    case .revealed(let revealed): reveal(revealed, fact)
    case .settled(let settled): report(settled, fact)
    case .snapshotted: take(.snapshot(council.stateDigest), at: tick)
    case .expired, .resolved, .released: preconditionFailure("time passes above")
    }
  }
}

// Time, and taking over what is decided.
extension OtherWorld {
  private mutating func apply(_ event: Event, at tick: Tick) {
    council.apply(event, at: tick)
    _ = chain.seal(event, at: tick, with: &writer)
    flows.observe(event)
  }

  // Decides `input`; whether it was taken. What is refused leads to nothing, here as anywhere.
  @discardableResult
  private mutating func take(_ input: Input?, at tick: Tick) -> Bool {
    guard let input, let decision = try? council.decide(input, at: tick) else { return false }
    for event in decision.events { apply(event, at: tick) }
    return true
  }

  private mutating func letTimePass(at tick: Tick, eventsMax: Int = .max) {
    guard TimeLag(council).isBehind(at: tick), let decision = try? council.decide(.tick, at: tick) else { return }
    for event in decision.events.prefix(eventsMax) { apply(event, at: tick) }
    letGo(at: tick)
  }

  // Time had passed in the ledger up to a moment. All of it passes here too, unless it was cut short there.
  private mutating func endPassing(_ lag: TimeLag) {
    guard let (tick, count) = passing else { return }
    passing = nil
    letTimePass(at: tick, eventsMax: lag.isBehind(at: tick) ? count : .max)
  }

  // Questions that ended without an outcome: nothing more will be known of them.
  private mutating func endTwins(_ event: Event) {
    switch event {
    case .settled(let settled): twins[settled.question] = nil
    case .expired(let expired): twins[expired.question] = nil
    default: break
    }
  }
}

// Members.
extension OtherWorld {
  private func model(_ seat: Seat) -> ModelID? { seats[seat.index].map { council.registry.models[$0.index].id } }

  private mutating func found(_ founding: Founding, at tick: Tick) {
    realRules = founding.rules
    take(
      .found(
        Founding(
          ledger: founding.ledger, data: founding.data, classes: founding.classes, rules: counterfactual.foundingRules)),
      at: tick)
  }

  private mutating func register(_ registration: Registration, at tick: Tick) {
    guard !counterfactual.without.contains(registration.model) else { return seats.append(nil) }
    let seat = Seat(council.registry.models.count)
    let deposit = counterfactual.deposit(of: registration.model, that: registration.deposit, under: realRules)
    precondition(
      take(.register(registration.model, predictor: registration.predictor, deposit: deposit), at: tick),
      "a model that joined there joins here")
    seats.append(seat)
  }

  // It takes out what it took out there, or what it has free if that is less.
  private mutating func withdraw(_ withdrawn: Withdrawn, at tick: Tick) {
    guard let seat = seats[withdrawn.seat.index] else { return }
    let state = council.registry.models[seat.index]
    let amount = min(withdrawn.amount, state.free)
    if amount < withdrawn.amount { tally.withdrawalsShort += 1 }
    take(.withdraw(state.id, amount), at: tick)
  }

  // Who is held by open questions goes when the last of them is settled.
  private mutating func letGo(at tick: Tick) {
    guard !leaving.isEmpty else { return }
    leaving = leaving.filter { seat in !take(.leave(council.registry.models[seat.index].id), at: tick) }
  }
}

// Questions.
extension OtherWorld {
  // Their seats here, of those that have a voice; the others are counted.
  private mutating func voices(_ real: [Seat]) -> [(place: Int, seat: Seat)] {
    var voices: [(place: Int, seat: Seat)] = []
    voices.reserveCapacity(real.count)
    for (place, seat) in real.enumerated() {
      guard let here = seats[seat.index] else { continue }
      if council.status(council.registry.models[here.index]) == .active {
        voices.append((place, here))
      } else {
        tally.dropped[seat, default: 0] += 1
      }
    }
    return voices
  }

  private mutating func countUnheard(_ voiceless: [Seat]) {
    for seat in voiceless {
      guard let here = seats[seat.index], council.status(council.registry.models[here.index]) == .active,
        !leaving.contains(here)
      else { continue }
      tally.unheard[seat, default: 0] += 1
    }
  }

  // A question that could not be asked here: why, and that later events on it lead to nothing.
  private mutating func skip(_ question: QuestionID, isCrowded: Bool) {
    if isCrowded { tally.crowdedOut += 1 } else { tally.skipped += 1 }
    twins[question] = Twin(here: nil)
  }

  private mutating func ask(_ asked: Asked, _ fact: ReplayFact) {
    tally.questions += 1
    if asked.judged != nil { tally.judged += 1 }
    countUnheard(fact.voiceless)
    let voices = voices(asked.table.seats)
    var table = PredictionTable(classCount: asked.table.classCount, rowCapacity: voices.count)
    for (place, seat) in voices { table.append(seat, asked.table.row(place)) }
    let broken = self.voices(asked.breaches.map(\.breach.seat))
    let breaches = broken.map { Breach(seat: $0.seat, kind: asked.breaches[$0.place].breach.kind) }
    let judgement = asked.judged.map { judged in
      SimulatedJudgement(failureRate: judged.failureRate, right: voices.map { judged.right[$0.place] })
    }
    let asking = Asking(
      question: council.nextQuestion, features: asked.features, origin: asked.origin, table: table,
      judgement: judgement, breaches: breaches)
    guard let event = try? council.decide(.ask(asking), at: fact.tick).events.first, case .asked(let here) = event
    else {
      return skip(asked.question, isCrowded: table.rowCount > 0)
    }
    apply(event, at: fact.tick)
    tally.pooled(asked.question, fact, real: asked.consensus, other: here.consensus)
    if let judged = asked.judged, let other = here.judged {
      compare(asked.question, fact, judged.payments, asked.table.seats, (other.payments, table.seats))
    } else {
      twins[asked.question] = Twin(here: here.question, real: asked.consensus, other: here.consensus)
    }
  }

  // Looks for the first question that pays a model otherwise which is there in both worlds; `other` is `nil` where the
  // question pays nobody here.
  private mutating func compare(
    _ question: QuestionID, _ fact: ReplayFact, _ real: [Amount], _ realSeats: [Seat],
    _ other: (payments: [Amount], seats: [Seat])?
  ) {
    guard tally.firstPayment == nil else { return }
    var place = 0
    for (seat, payment) in zip(realSeats, real) {
      guard let here = seats[seat.index] else { continue }
      if let other, place < other.seats.count, other.seats[place] == here {
        if other.payments[place] != payment { return tally.paidOtherwise(question, fact) }
        place += 1
      } else if payment != .zero {
        return tally.paidOtherwise(question, fact)
      }
    }
  }

  // A commitment holds for one question of one ledger. Where it has another number here, those that were kept are made
  // anew from what was shown later; those that were broken stay what they were, digests of nothing.
  private mutating func commit(_ committed: Committed, _ fact: ReplayFact) {
    tally.questions += 1
    countUnheard(fact.voiceless)
    let voices = voices(committed.seats)
    let equivocal = self.voices(committed.equivocal).map(\.seat)
    let question = council.nextQuestion
    let revealed = question == committed.question ? nil : shown[committed.question]
    let commitments = voices.map { place, seat in
      guard let revealed, let row = revealed.table.seats.firstIndex(of: committed.seats[place]) else {
        return committed.commitments[place]
      }
      return Commitment.digest(
        ledger: council.founding?.ledger ?? [], question: question, model: council.registry.models[seat.index].id,
        salt: revealed.salts[row], prediction: revealed.table.row(row))
    }
    let committing = Committing(
      question: question, features: committed.features, origin: committed.origin, seats: voices.map(\.seat),
      commitments: commitments, equivocal: equivocal)
    guard take(.commit(committing), at: fact.tick) else {
      return skip(committed.question, isCrowded: !voices.isEmpty)
    }
    twins[committed.question] = Twin(here: question)
  }

  private mutating func reveal(_ revealed: Revealed, _ fact: ReplayFact) {
    shown[revealed.question] = nil
    guard let here = twins[revealed.question]?.here, let sealed = council.sealed[here] else { return }
    let isVoid = revealed.table.rowCount == 0
    var table = PredictionTable(classCount: revealed.table.classCount, rowCapacity: revealed.table.rowCount)
    var salts: [Salt] = []
    for (row, seat) in revealed.table.seats.enumerated() {
      guard let other = seats[seat.index], sealed.committed.seats.contains(other) else { continue }
      table.append(other, revealed.table.row(row))
      salts.append(revealed.salts[row])
    }
    let revealing = Revealing(question: here, table: table, salts: salts)
    guard let event = try? council.decide(.reveal(revealing), at: fact.tick).events.first,
      case .revealed(let other) = event
    else { return }
    apply(event, at: fact.tick)
    if isVoid || table.rowCount == 0 {
      twins[revealed.question] = nil
      return
    }
    tally.pooled(revealed.question, fact, real: revealed.consensus, other: other.consensus)
    twins[revealed.question] = Twin(here: here, real: revealed.consensus, other: other.consensus)
  }

  // The class is a fact, even where it comes too late here to be paid by.
  private mutating func report(_ settled: Settled, _ fact: ReplayFact) {
    guard let outcome = settled.outcome, let twin = twins.removeValue(forKey: settled.question) else { return }
    tally.outcomes += 1
    guard let here = twin.here else {
      tally.outcomesSkipped += 1
      return compare(settled.question, fact, settled.payments, settled.seats, nil)
    }
    if !twin.real.isEmpty { tally.scored(real: twin.real, other: twin.other, outcome: outcome) }
    guard let event = try? council.decide(.report(here, class: outcome), at: fact.tick).events.first,
      case .settled(let other) = event
    else {
      tally.outcomesLate += 1
      return compare(settled.question, fact, settled.payments, settled.seats, nil)
    }
    apply(event, at: fact.tick)
    letGo(at: fact.tick)
    compare(settled.question, fact, settled.payments, settled.seats, (other.payments, other.seats))
  }
}

extension ReplayFact {
  fileprivate var isCommitment: Bool { if case .committed = event { true } else { false } }
}
