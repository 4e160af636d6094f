import Consensus
import Incentives
import Quantities

extension Council {
  /// Takes over a fact. Never refuses: a fact in the ledger has already been judged.
  ///
  /// Traps on a fact that no council would have decided, since going on would put a falsehood beside it. Facts that
  /// come from a file go through `audit` first, which finds such a one without trapping.
  public mutating func apply(_ event: Event, at tick: Tick) {
    precondition(tick >= now, "time never goes back")
    now = tick
    position += 1
    switch event {
    case .founded(let founding): apply(founding)
    case .registered(let registration): apply(registration)
    case .withdrawn(let withdrawn): apply(withdrawn)
    case .left(let left): apply(left)
    case .released(let released): apply(released)
    case .committed(let committed): apply(committed)
    case .revealed(let revealed): apply(revealed)
    case .retrained(let retraining):
      registry.models[retraining.seat.index].predictor = retraining.predictor
      registry.models[retraining.seat.index].lastChange = tick
    case .asked(let asked): apply(asked)
    case .settled(let settled): apply(settled)
    case .expired(let expired): apply(expired)
    case .resolved(let resolved): apply(resolved)
    case .snapshotted: break
    }
  }

  private mutating func apply(_ founding: Founding) {
    precondition(self.founding == nil, "a council begins once")
    self.founding = founding
    pool = founding.rules.consensus.mechanism(classCount: founding.classes.count)
    registry.treasury += founding.rules.endowment
    registry.outside -= founding.rules.endowment
  }

  private mutating func apply(_ registration: Registration) {
    registry.append(
      ModelState(
        id: registration.model, seat: registration.seat, predictor: registration.predictor,
        balance: registration.deposit, lastChange: now))
    registry.outside -= registration.deposit
    pool.join(registration.seat)
  }

  private mutating func apply(_ asked: Asked) {
    precondition(asked.question == nextQuestion, "questions are numbered without a gap")
    nextQuestion = QuestionID(asked.question.number + 1)
    slash(asked.breaches)
    for seat in asked.table.seats {
      registry.models[seat.index].predictions += 1
      registry.models[seat.index].lastChange = now
    }
    let limits = rules.influence.limits(asked.terms)
    let memo = pool.memo(of: asked.table, limits: limits)
    if let judged = asked.judged {
      let outcome = Outcome.judged(zip(asked.table.seats, judged.right).map { Judgement(seat: $0, isRight: $1) })
      pay(judged.payments, to: asked.table.seats, within: asked.terms)
      learn(asked.closed, memo: memo, outcome: outcome)
      if open.isEmpty { oldestOpen = nextQuestion }
    } else {
      open(OpenQuestion(closed: asked.closed, terms: asked.terms, memo: memo, deadline: outcomeDeadline))
    }
  }

  mutating func open(_ question: OpenQuestion) {
    reserve(question.closed.table.seats, question.terms)
    // Sealed questions may open after later ones have.
    oldestOpen = open.isEmpty ? question.closed.id : min(oldestOpen, question.closed.id)
    open[question.closed.id] = question
  }

  /// The last moment at which the outcome of a question that opens now is accepted.
  var outcomeDeadline: Tick {
    // Both are at most 2^52, so the sum fits; what is recorded stays within what can be written.
    min(Tick(now.milliseconds + rules.outcomeDeadline), .latest)
  }

  /// Sets aside what a question may cost: the stakes of `seats`, and what the treasury may owe them.
  mutating func reserve(_ seats: [Seat], _ terms: [Terms]) {
    for (seat, terms) in zip(seats, terms) {
      registry.models[seat.index].reserved += terms.stake
      registry.models[seat.index].openAnswers += 1
      registry.treasuryReserved += terms.reward
      precondition(registry.models[seat.index].free >= .zero, "a model stakes no more than it owns")
    }
    precondition(registry.treasuryReserved <= registry.treasury, "the treasury owes no more than it has")
  }

  /// Takes back what was set aside.
  mutating func release(_ seats: [Seat], _ terms: [Terms]) {
    for (seat, terms) in zip(seats, terms) {
      registry.models[seat.index].reserved -= terms.stake
      registry.models[seat.index].openAnswers -= 1
      registry.treasuryReserved -= terms.reward
    }
  }

  private mutating func apply(_ settled: Settled) {
    close(takeOpen(settled.question), settled)
  }

  private mutating func apply(_ expired: Expired) {
    let question = takeOpen(expired.question)
    precondition(question.deadline < now, "a question expires after its deadline")
    precondition(rules.unresolved.kind != .returnStakes, "a question waits only where the rules let it")
    waiting.append(question)
  }

  private mutating func apply(_ resolved: Resolved) {
    precondition(resolved.questions.map(\.question) == waiting.map(\.closed.id), "all that wait are settled together")
    let questions = waiting
    waiting = []
    for (question, settled) in zip(questions, resolved.questions) { close(question, settled) }
  }

  private mutating func takeOpen(_ id: QuestionID) -> OpenQuestion {
    guard let question = open.removeValue(forKey: id) else { preconditionFailure("only an open question ends") }
    if open.isEmpty { oldestOpen = nextQuestion }
    while oldestOpen < nextQuestion, open[oldestOpen] == nil { oldestOpen = QuestionID(oldestOpen.number + 1) }
    return question
  }

  private mutating func close(_ question: OpenQuestion, _ settled: Settled) {
    precondition(settled.seats == question.closed.table.seats, "everyone asked is settled, and nobody else")
    release(settled.seats, question.terms)
    pay(settled.payments, to: settled.seats, within: question.terms)
    learn(question.closed, memo: question.memo, outcome: settled.outcome.map(Outcome.class) ?? .never)
  }

  private mutating func pay(_ payments: [Amount], to seats: [Seat], within terms: [Terms]) {
    let settlement = Settlement(payments: payments, within: terms)
    for (seat, payment) in zip(seats, payments) {
      registry.models[seat.index].balance += payment
      if payment < .zero {
        registry.models[seat.index].slashedTotal = registry.models[seat.index].slashedTotal.addingClamped(-payment)
      } else {
        registry.models[seat.index].rewardedTotal = registry.models[seat.index].rewardedTotal.addingClamped(payment)
      }
      precondition(registry.models[seat.index].balance >= .zero, "a balance never falls below zero")
      registry.models[seat.index].lastChange = now
    }
    registry.treasury += settlement.treasury
    precondition(registry.treasury >= registry.treasuryReserved, "the treasury owes no more than it has")
  }

  private mutating func learn(_ closed: ClosedQuestion, memo: Memo, outcome: Outcome) {
    let rule = rules.judging
    for (row, seat) in closed.table.seats.enumerated() {
      guard let isRight = outcome.isRight(row, of: closed.table) else { continue }
      registry.models[seat.index].standing.observe(isRight: isRight, rule: rule)
    }
    if case .class(let truth) = outcome {
      let contributions = MarginalContribution.ofMixture(closed, truth: truth)
      for (seat, contribution) in zip(closed.table.seats, contributions) {
        registry.models[seat.index].standing.observe(contribution: contribution, rate: rule.runningRate)
      }
      if let record = rules.incentive.scores(closed, outcome: outcome) {
        for (seat, score) in zip(closed.table.seats, record.scores) {
          registry.models[seat.index].standing.observe(score: score, rate: record.rate, start: record.start)
        }
      }
    }
    pool.learn(closed, memo: memo, outcome: outcome)
  }
}
