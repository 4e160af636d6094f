import Consensus
import Incentives
import Ledger
import ProtocolCore
import Quantities

// The host's line: one question after the other, each from its opening to its end.
extension ProtocolRun {
  /// Takes up the next question if it is time.
  mutating func goOn(_ recorder: inout Recorder, _ progress: (Int) -> Void) throws {
    guard host.isUp, line.stage == .opening else { return }
    guard line.question <= scenario.questionCount else {
      guard now >= faults.end else { return push(.line, at: faults.end) }
      return try settleAll(&recorder, progress)
    }
    let opening = timeline.opening(line.question)
    guard now >= opening.milliseconds else { return push(.line, at: opening.milliseconds) }
    try prepare(line.question, at: opening)
    if recorder.wantsCheckpoint(before: line.question) { checkpoint(before: line.question, &recorder) }
    line.stage = .calling
    try flush(&recorder, progress)
  }

  // Everything that comes before the question itself.
  private mutating func prepare(_ question: Int, at opening: Tick) throws {
    let waiting = postponed
    postponed = []
    while let due = timeline.next(until: opening) { try report(due) }
    try host.submit(.tick, due: opening)
    let tick = host.stamp(opening)
    for model in waiting { try leave(model, due: opening) }
    for (member, move) in roster.moves(before: question, at: tick, host.council) {
      switch move {
      case .withdraw(let amount): try host.submit(.withdraw(roster.name(member), amount), due: opening)
      case .leave: try leave(roster.name(member), due: opening)
      }
    }
    for member in roster.joins(before: question, at: tick) {
      let model = roster.name(member)
      try host.submit(
        .register(model, predictor: .zero, deposit: roster.population.deposits[member]), due: opening)
      var random = CounterStream(seed: roster.population.runSeed, purpose: Self.keyPurpose, UInt64(member))
      nodes[member] = SimulatedNode(
        seat: Int(roster.seats[member]), model: model, ledger: name,
        key: (0..<32).map { _ in UInt8(truncatingIfNeeded: random.next()) }, skew: network.skew(of: member))
    }
  }

  // After a crash an outcome may come too late, and then the answers to its question are open for longer.
  private mutating func leave(_ model: ModelID, due: Tick) throws {
    do { try host.submit(.leave(model), due: due) } catch Rejection.unsettled { postponed.append(model) }
  }

  private mutating func report(_ due: Timeline.Due) throws {
    guard let asked = open.removeValue(forKey: due.question), let question = host.council.open[asked.id] else { return }
    let table = question.closed.table
    let outcome = roster.outcome(of: due.question, planned: asked.outcome.reported) { member in
      asked.members.firstIndex(of: Int32(member)).map { Array(table.row($0)) }
    }
    // An outcome that comes after its deadline is no longer wanted.
    do { try host.submit(.report(asked.id, class: outcome), due: due.time) } catch Rejection.alreadySettled { return }
    reported[asked.id] = Reported(
      question: due.question, consensus: question.closed.consensus, truth: asked.outcome.truth)
  }

  /// Makes durable what was written; what rests on it goes on once it is.
  mutating func flush(_ recorder: inout Recorder, _ progress: (Int) -> Void) throws {
    let delay = faults.diskDelay
    guard delay > 0, host.disk.isDirty else { return try flushed(upTo: host.position, &recorder, progress) }
    push(.flushed(position: host.position, epoch: host.epoch), at: now + delay)
  }

  /// What was written up to `position` is durable.
  mutating func flushed(upTo position: UInt64, _ recorder: inout Recorder, _ progress: (Int) -> Void) throws {
    let (facts, wishes) = host.flushed(upTo: position)
    try learn(facts, &recorder)
    for wish in wishes {
      guard case .report(let question, let outcome) = wish.input else { continue }
      try auditor.accepted(question, outcome: outcome)
    }
    switch line.stage {
    case .calling: line.question == 0 ? begin() : try call(&recorder, progress)
    case .deciding: try decided(&recorder, progress)
    case .opening, .gathering, .over: return
    }
  }

  private mutating func begin() {
    line.question = 1
    line.stage = .opening
    push(.line, at: now)
  }

  /// Tells the auditor and the recorder of durable facts.
  mutating func learn(_ facts: [SimulatedHost.Fact], _ recorder: inout Recorder) throws {
    for fact in facts {
      try auditor.read(fact.event, fact.record, at: fact.tick)
      guard case .settled(let settled) = fact.event, let known = reported.removeValue(forKey: settled.question),
        settled.outcome != nil
      else { continue }
      known.consensus.withUnsafeBufferPointer {
        recorder.settled(question: known.question, consensus: $0, truth: known.truth)
      }
    }
  }

  /// Calls on everyone with a voice to answer the question in hand.
  mutating func call(_ recorder: inout Recorder, _ progress: (Int) -> Void) throws {
    if !line.isAnswered {
      for member in sheet.members {
        line.rows[Int(member)] = -1
        line.hasContradicted[Int(member)] = false
      }
      roster.answer(line.question, host.council, into: &sheet)
      for row in 0..<sheet.rowCount { line.rows[Int(sheet.members[row])] = Int32(row) }
      line.isAnswered = true
    }
    let voiced = host.council.registry.models.indices.filter { host.council.hasVoice($0) }
    line.id = host.council.nextQuestion
    guard !voiced.isEmpty else { return try skip(progress) }
    line.attempt += 1
    line.opened = max(now, line.opened + 1)
    line.asking = asking()
    auditor.opened(line.asking)
    let deadline = Tick(now + scenario.network.answerDeadline)
    let models = host.council.registry.models
    let gathering = Gathering(
      ledger: name, question: line.id, asking: line.asking,
      call: Call(
        opened: Tick(line.opened), deadline: deadline, isSealed: scenario.rules.isSealed,
        classCount: scenario.classCount,
        content: []),
      seats: voiced.map { Seat($0) }, models: voiced.map { models[$0].id })
    line.gathering = gathering
    try invite()
  }

  // Sends what everyone should hear now, and sees to it that the gathering ends.
  private mutating func invite() throws {
    line.serial += 1
    line.isClosing = false
    line.stage = .gathering
    try speak()
    guard let gathering = line.gathering, !gathering.isComplete else { return }
    push(.closing(line.serial), at: max(now, gathering.deadline.milliseconds))
    push(.reminder(line.serial, attempt: 0), at: now + Self.reminder)
  }

  // Says to each what it has not answered.
  private mutating func speak() throws {
    guard let gathering = line.gathering else { return }
    for row in gathering.seats.indices {
      guard let message = gathering.reminder(to: row) else { continue }
      try post(message, to: Int(roster.members[gathering.seats[row].index]))
    }
  }

  private static let reminder: UInt64 = 250

  /// Says again what somebody may not have heard.
  mutating func remind(_ serial: Int, _ attempt: Int) throws {
    guard serial == line.serial, line.stage == .gathering, host.isUp else { return }
    try speak()
    push(.reminder(serial, attempt: attempt + 1), at: now + Self.reminder << UInt64(min(attempt + 1, 6)))
  }

  // The salted digest of a feature row, which nobody looks into here: a draw for each asking of each question.
  private func asking() -> Digest {
    var random = CounterStream(
      seed: roster.population.runSeed, purpose: Self.askingPurpose, UInt64(line.question), UInt64(line.attempt))
    let bytes = (0..<4).flatMap { _ in
      withUnsafeBytes(of: random.next().littleEndian) { Array($0) }
    }
    guard let digest = Digest(bytes) else { preconditionFailure("four words are a digest") }
    return digest
  }

  /// Puts what was gathered before the council.
  mutating func close(_ recorder: inout Recorder, _ progress: (Int) -> Void) throws {
    guard let gathering = line.gathering else { return }
    let opening = timeline.opening(line.question)
    line.stage = .deciding
    do {
      switch gathering.stage {
      case .answer:
        guard let asking = gathering.asking(origin: .caller) else { return try skip(progress) }
        try host.submit(.ask(host.betrayal?.answers(asking) ?? asking), due: opening)
      case .commitment:
        guard let committing = gathering.committing(origin: .caller) else { return try skip(progress) }
        try host.submit(.commit(committing), due: opening)
      case .reveal: try host.submit(.reveal(gathering.revealing), due: opening)
      }
    } catch Rejection.tooManyOpen { return try skip(progress) }
    if host.betrayal == .earlyReceipt, let (_, entry) = host.latest { try receipts(entry) }
    try flush(&recorder, progress)
  }

  /// What the council made of the question is durable: tells everyone, and goes on.
  mutating func decided(_ recorder: inout Recorder, _ progress: (Int) -> Void) throws {
    guard let (event, entry) = host.latest else { preconditionFailure("something was decided") }
    switch event {
    case .asked(let asked):
      try receipts(entry)
      try end(asked.closed, asked.terms, asked.breaches, entry, &recorder)
    case .committed(let committed): return try unseal(committed, at: entry)
    case .revealed(let revealed):
      try receipts(entry)
      if revealed.table.rowCount > 0 {
        let terms = host.council.open[revealed.question]?.terms ?? []
        let closed = ClosedQuestion(
          id: revealed.question, table: revealed.table, consensus: revealed.consensus, weights: revealed.weights)
        try end(closed, terms, revealed.breaches, entry, &recorder)
      }
    default: preconditionFailure("commitments or answers were decided")
    }
    next(progress)
  }

  // Commitments are in the ledger: their owners may show their answers.
  mutating func unseal(_ committed: Committed, at entry: Entry) throws {
    let deadline = Tick(now + scenario.network.answerDeadline)
    if line.gathering?.stage == .commitment {
      try receipts(nil)
      line.gathering?.openReveals(recorded: entry, until: deadline)
    } else {
      let models = host.council.registry.models
      line.gathering = Gathering(
        ledger: name, resuming: committed, at: entry, models: committed.everyone.map { models[$0.index].id },
        classCount: scenario.classCount, opened: Tick(now), deadline: deadline)
    }
    try invite()
  }

  // Tells everyone who said something where it stands, or that it does not.
  private mutating func receipts(_ entry: Entry?) throws {
    guard let gathering = line.gathering else { return }
    let entry = entry.map { host.betrayal?.entry($0) ?? $0 }
    for row in gathering.seats.indices {
      // A commitment that was taken is answered by the unsealing.
      guard let message = gathering.receipt(to: row, recorded: entry) else { continue }
      if gathering.stage == .commitment, case .receipt(let receipt) = message.body,
        receipt.verdict != .refused(.equivocal)
      {
        continue
      }
      try post(message, to: Int(roster.members[gathering.seats[row].index]))
    }
  }

  private mutating func end(
    _ closed: ClosedQuestion, _ terms: [Terms], _ breaches: [SlashedBreach], _ entry: Entry, _ recorder: inout Recorder
  ) throws {
    try auditor.shown(entry)
    let members = closed.table.seats.map { roster.members[$0.index] }
    for (member, terms) in zip(members, terms) { roster.staked[Int(member)] += terms.stake.micro }
    for slashed in breaches {
      roster.staked[Int(roster.members[slashed.breach.seat.index])] += slashed.stake.micro
    }
    roster.note(members, weights: closed.weights)
    closed.consensus.withUnsafeBufferPointer { consensus in
      roster.history.append(consensus)
      guard recorder.isDetailed else { return }
      members.withUnsafeBufferPointer { members in
        closed.table.values.withUnsafeBufferPointer { rows in
          guard let rows = rows.baseAddress else { return }
          recorder.closed(question: line.question, members: members, rows: rows, consensus: consensus)
        }
      }
    }
    closedCount += 1
    guard let outcome = roster.population.outcome(line.question) else { return }
    open[line.question] = Open(id: closed.id, members: members, outcome: outcome)
    timeline.expect(line.question, after: outcome.delay)
  }

  // Nobody answered: the question is not asked.
  private mutating func skip(_ progress: (Int) -> Void) throws {
    if network.isIdeal, scenario.network.clockSkew == .constant(0), sheet.acts.contains(.report),
      faults.isOver(at: line.gathering?.call.opened.milliseconds ?? 0),
      host.council.open.count < Int(scenario.rules.openQuestionsMax)
    {
      throw Auditor.Finding(
        what: "question \(line.question) was skipped, with nothing broken and somebody to answer it")
    }
    try receipts(nil)
    next(progress)
  }

  private mutating func next(_ progress: (Int) -> Void) {
    equivocations += line.gathering?.equivocations ?? []
    tally.equivocations += line.gathering?.equivocations.count ?? 0
    line.gathering = nil
    progress(line.question)
    line.question += 1
    line.attempt = 0
    line.isAnswered = false
    line.serial += 1
    line.stage = .opening
    push(.line, at: now)
  }

  // All questions are asked and nothing is broken any more: what is still to come, comes.
  private mutating func settleAll(_ recorder: inout Recorder, _ progress: (Int) -> Void) throws {
    network.heal()
    while let due = timeline.next(until: .latest) { try report(due) }
    let waiting = postponed
    postponed = []
    for model in waiting { try leave(model, due: host.council.now) }
    while let deadline = host.council.nextDeadline {
      try host.submit(.tick, due: max(Tick(deadline.milliseconds + 1), host.council.now))
    }
    for model in postponed { try leave(model, due: host.council.now) }
    line.stage = .over
    try flush(&recorder, progress)
    note("all questions are asked, and all is settled")
  }

  /// Shows balances and weights as they are.
  func checkpoint(before question: Int, _ recorder: inout Recorder) {
    let ofSeats = host.council.weights
    var balances = [Int64](repeating: 0, count: roster.seats.count)
    var weights = [UInt32](repeating: 0, count: roster.seats.count)
    for seat in roster.present {
      let member = Int(roster.members[Int(seat)])
      balances[member] = host.council.balance(Int(seat)).micro
      weights[member] = ofSeats[Int(seat)]
    }
    balances.withUnsafeBufferPointer { balances in
      weights.withUnsafeBufferPointer { recorder.checkpoint(before: question, balances: balances, weights: $0) }
    }
  }
}
