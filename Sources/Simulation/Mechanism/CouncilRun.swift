import Consensus
import Incentives
import ProtocolCore
import Quantities

/// A run at mechanism depth on the council itself: any rules, any strategies, any delays.
///
/// Every input is decided and applied as in production, and nothing is encoded, hashed, signed or sent.
struct CouncilRun {
  private struct Open {
    /// Under which number the council knows it.
    let id: QuestionID
    /// The member of each row of its table.
    let members: [Int32]
    /// What will be reported.
    let outcome: PlannedOutcome
  }

  private let scenario: Scenario
  private var roster: Roster
  private var council = Council()
  private var timeline: Timeline
  private var sheet: AnswerSheet
  private var digest = RunDigest()
  // The questions that wait for an outcome. Looked up by number alone; nothing goes by its order.
  private var open: [Int: Open] = [:]
  private var closedCount = 0

  init(_ population: Population, _ scenario: Scenario) {
    self.scenario = scenario
    roster = Roster(population, scenario)
    timeline = Timeline(scenario)
    sheet = AnswerSheet(classCount: scenario.classCount)
  }

  mutating func run(recorder: inout Recorder, progress: (Int) -> Void) throws -> RunRecord {
    // Commitments are there to be checked, and here is nobody to check them: answers come open, broken words beside them.
    var rules = scenario.rules
    rules.isSealed = false
    try carryOut(
      .found(
        Founding(
          ledger: [UInt8](repeating: 0, count: 16), data: .zero,
          classes: (0..<scenario.classCount).map { "class \($0)" }, rules: rules)),
      at: Tick(0))
    for question in 1...max(1, scenario.questionCount) where question <= scenario.questionCount {
      let tick = timeline.opening(question)
      try begin(question, at: tick, &recorder)
      if recorder.wantsCheckpoint(before: question) { checkpoint(before: question, &recorder) }
      try ask(question, at: tick, &recorder)
      progress(question)
    }
    try finish(&recorder)
    let last = scenario.questionCount + 1
    if recorder.wantsCheckpoint(before: last) { checkpoint(before: last, &recorder) }
    council.registry.checkInvariants()
    let members = roster.results(council)
    let treasury = council.registry.treasury
    return RunRecord(
      hash: digest.finished(members, treasury: treasury), members: members, treasury: treasury,
      questionsClosed: closedCount, measures: recorder.measures)
  }

  // Everything that comes before the question itself.
  private mutating func begin(_ question: Int, at tick: Tick, _ recorder: inout Recorder) throws {
    while let due = timeline.next(until: tick) { try report(due, &recorder) }
    try carryOut(.tick, at: tick)
    for (member, move) in roster.moves(before: question, at: tick, council) {
      switch move {
      case .withdraw(let amount): try carryOut(.withdraw(roster.name(member), amount), at: tick)
      case .leave: try carryOut(.leave(roster.name(member)), at: tick)
      }
    }
    for member in roster.joins(before: question, at: tick) {
      try carryOut(
        .register(roster.name(member), predictor: .zero, deposit: roster.population.deposits[member]), at: tick)
    }
  }

  private mutating func finish(_ recorder: inout Recorder) throws {
    while let due = timeline.next(until: .latest) { try report(due, &recorder) }
    // The last outcomes may have come after what is due.
    while let deadline = council.nextDeadline {
      try carryOut(.tick, at: max(council.now, Tick(deadline.milliseconds + 1)))
    }
  }

  @discardableResult
  private mutating func carryOut(_ input: Input, at tick: Tick) throws -> [Event] {
    let events = try council.decide(input, at: tick).events
    for event in events { council.apply(event, at: tick) }
    return events
  }

  private mutating func ask(_ question: Int, at tick: Tick, _ recorder: inout Recorder) throws {
    roster.answer(question, council, into: &sheet)
    var table = PredictionTable(classCount: scenario.classCount, rowCapacity: sheet.rowCount)
    var breaches: [Breach] = []
    var members: [Int32] = []
    for row in 0..<sheet.rowCount {
      let seat = Seat(Int(sheet.seats[row]))
      switch sheet.acts[row] {
      case .report:
        table.append(seat, sheet.row(row))
        members.append(sheet.members[row])
      case .withheld where scenario.rules.isSealed: breaches.append(Breach(seat: seat, kind: .withheld))
      case .equivocal: breaches.append(Breach(seat: seat, kind: .equivocal))
      case .withheld, .absent, .late: break
      }
    }
    guard table.rowCount > 0 else { return }
    let asking = Asking(
      question: council.nextQuestion, features: .zero, origin: .caller, table: table, judgement: nil, breaches: breaches
    )
    let events: [Event]
    do { events = try carryOut(.ask(asking), at: tick) } catch Rejection.tooManyOpen { return }
    guard case .asked(let asked) = events.first else { preconditionFailure("a question is asked") }
    close(question, asked, members, &recorder)
  }

  private mutating func close(_ question: Int, _ asked: Asked, _ members: [Int32], _ recorder: inout Recorder) {
    for (member, terms) in zip(members, asked.terms) { roster.staked[Int(member)] += terms.stake.micro }
    for slashed in asked.breaches {
      roster.staked[Int(roster.members[slashed.breach.seat.index])] += slashed.stake.micro
    }
    roster.note(members, weights: asked.weights)
    asked.consensus.withUnsafeBufferPointer { consensus in
      roster.history.append(consensus)
      digest.closed(question, consensus)
      guard recorder.isDetailed else { return }
      members.withUnsafeBufferPointer { members in
        asked.table.values.withUnsafeBufferPointer { rows in
          guard let rows = rows.baseAddress else { return }
          recorder.closed(question: question, members: members, rows: rows, consensus: consensus)
        }
      }
    }
    closedCount += 1
    guard let outcome = roster.population.outcome(question) else { return }
    open[question] = Open(id: asked.question, members: members, outcome: outcome)
    timeline.expect(question, after: outcome.delay)
  }

  private mutating func report(_ due: Timeline.Due, _ recorder: inout Recorder) throws {
    guard let asked = open.removeValue(forKey: due.question), let question = council.open[asked.id] else { return }
    let table = question.closed.table
    let outcome = roster.outcome(of: due.question, planned: asked.outcome.reported) { member in
      asked.members.firstIndex(of: Int32(member)).map { Array(table.row($0)) }
    }
    // An outcome that comes after its deadline is no longer wanted.
    do { try carryOut(.report(asked.id, class: outcome), at: due.time) } catch Rejection.alreadySettled { return }
    digest.settled(due.question, outcome: outcome)
    question.closed.consensus.withUnsafeBufferPointer {
      recorder.settled(question: due.question, consensus: $0, truth: asked.outcome.truth)
    }
  }

  private func checkpoint(before question: Int, _ recorder: inout Recorder) {
    let ofSeats = council.weights
    var balances = [Int64](repeating: 0, count: roster.seats.count)
    var weights = [UInt32](repeating: 0, count: roster.seats.count)
    for (member, seat) in roster.seats.enumerated() where seat >= 0 {
      balances[member] = council.balance(Int(seat)).micro
      weights[member] = ofSeats[Int(seat)]
    }
    balances.withUnsafeBufferPointer { balances in
      weights.withUnsafeBufferPointer { recorder.checkpoint(before: question, balances: balances, weights: $0) }
    }
  }
}
