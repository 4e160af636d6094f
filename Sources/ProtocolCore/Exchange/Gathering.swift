import Quantities

/// The host's side of one question, from the call to the last answer, as a value without clock or chance.
///
/// It knows whom it asked, takes what they say, tells what must be said again, finds those who say two things, and comes
/// to the council's inputs: `asking` for open answers, `committing` and then `revealing` for sealed ones.
///
///     var gathering = Gathering(…)                       // send call(to:) to each row
///     gathering.receive(message, from: seat, at: now)    // answer by what it returns
///     if gathering.isComplete || now > gathering.deadline { council.decide(.ask(gathering.asking(…))) }
///
/// A row is a place among those asked, in the order of their seats. Nothing that a node sends can stop it or make it trap.
public struct Gathering: Hashable, Sendable {
  /// Whose ledger it is for.
  public let ledger: LedgerName
  /// Which question.
  public let question: QuestionID
  /// Which asking of it: the salted digest of its features.
  public let asking: Digest
  /// What each is asked.
  public let call: Call
  /// Who is asked, ascending.
  public let seats: [Seat]
  /// Their names, in the same order.
  public let models: [ModelID]
  /// What is gathered now: answers, commitments, or reveals.
  public private(set) var stage: Stage
  /// The last moment at which something is taken.
  public private(set) var deadline: Tick
  /// Where the commitments stand in the ledger, while reveals are gathered.
  public private(set) var entry: Entry?
  /// What each model has signed against itself; evidence for anyone who holds the models' keys.
  public private(set) var equivocations: [Equivocation] = []
  /// How many of those asked may still say something.
  public private(set) var missing: Int

  private var rows: [Row]
  private var predictions: [UInt32]
  private var commitments: [Digest] = []
  private var salts: [Salt] = []

  /// Two different things that one model signed about one asking.
  public struct Equivocation: Hashable, Sendable {
    /// Whose.
    public let seat: Seat
    /// What it said first.
    public let first: Signed
    /// What it said then.
    public let second: Signed
  }

  /// A message with the proof of who sent it.
  public struct Signed: Hashable, Sendable {
    /// What was said.
    public let message: Message
    /// The signature over the message's canonical bytes, as the transport took it; empty where the transport needs none.
    public let proof: [UInt8]
  }

  /// Why there is no answer of a model.
  public enum Absence: String, CaseIterable, Hashable, Sendable {
    /// Nothing was heard of it.
    case silent
    /// It said that none will come.
    case declined
    /// What it sent came too late.
    case late
    /// What it sent was no prediction.
    case misshapen
    /// It said two different things.
    case equivocal
    /// It committed to an answer and did not show it.
    case withheld
    /// It showed another answer than it had committed to.
    case unfitting
  }

  /// What became of a message.
  public enum Reception: Hashable, Sendable {
    /// It was taken. A receipt follows once it is in the ledger.
    case taken
    /// It was known. The node has not heard what was said to it since: say that again.
    case repeated
    /// It contradicts what the same model said before. Both are kept.
    case contradicts
    /// It was not taken.
    case refused(Refusal)
  }

  private struct Row: Hashable, Sendable {
    enum State: UInt8 { case waiting, declined, heard, equivocal, shown }
    var state = State.waiting
    // The last thing that was wrong with what it sent.
    var fault: Absence?
    var proof: [UInt8] = []
  }

  /// Begins with a question.
  ///
  /// - Parameters:
  ///   - seats: who is asked, ascending; at least one.
  ///   - models: their names.
  public init(
    ledger: LedgerName, question: QuestionID, asking: Digest, call: Call, seats: [Seat], models: [ModelID]
  ) {
    precondition(!seats.isEmpty && seats.count == models.count, "somebody is asked, and everyone by name")
    precondition(zip(seats, seats.dropFirst()).allSatisfy { $0 < $1 }, "seats ascend")
    self.ledger = ledger
    self.question = question
    self.asking = asking
    self.call = call
    self.seats = seats
    self.models = models
    stage = call.isSealed ? .commitment : .answer
    deadline = call.deadline
    missing = seats.count
    rows = [Row](repeating: Row(), count: seats.count)
    predictions = [UInt32](repeating: 0, count: seats.count * call.classCount)
    if call.isSealed { commitments = [Digest](repeating: .zero, count: seats.count) }
  }

  /// Goes on after a restart with a question whose commitments are in the ledger.
  ///
  /// - Parameters:
  ///   - committed: the event.
  ///   - entry: where it stands.
  ///   - models: the names of `committed.everyone`.
  ///   - deadline: the last moment for reveals.
  public init(
    ledger: LedgerName, resuming committed: Committed, at entry: Entry, models: [ModelID], classCount: Int,
    opened: Tick, deadline: Tick
  ) {
    self.init(
      ledger: ledger, question: committed.question, asking: committed.features,
      call: Call(opened: opened, deadline: deadline, isSealed: true, classCount: classCount, content: []),
      seats: committed.everyone, models: models)
    let twice = Set(committed.equivocal)
    var next = 0
    for row in seats.indices {
      if twice.contains(seats[row]) {
        rows[row].state = .equivocal
      } else {
        rows[row].state = .heard
        commitments[row] = committed.commitments[next]
        next += 1
      }
    }
    openReveals(recorded: entry, until: deadline)
  }

  /// Whether all asked have said what there is to say, so that nothing is to be waited for.
  public var isComplete: Bool { missing == 0 }

  /// Takes a message of the model on `seat`, as the transport knows it; see `Reception` for what to do then.
  ///
  /// - Parameter proof: the transport's proof that the model sent it, kept as evidence.
  /// - Complexity: O(log N) for N asked; a reveal is hashed.
  public mutating func receive(
    _ message: Message, from seat: Seat, proof: [UInt8] = [], at now: Tick
  ) -> Reception {
    guard message.ledger == ledger, message.question == question, message.asking == asking else {
      return .refused(.unknown)
    }
    guard let row = row(of: seat), message.model == models[row] else { return .refused(.uninvited) }
    switch (stage, message.body) {
    case (.answer, .answer(let prediction)): return take(prediction, row, Signed(message: message, proof: proof), now)
    case (.commitment, .commitment(let digest)): return take(digest, row, Signed(message: message, proof: proof), now)
    case (.reveal, .commitment(let digest)): return compare(digest, row, Signed(message: message, proof: proof))
    case (.reveal, .reveal(let prediction, let salt)): return take(prediction, salt, row, now)
    case (.answer, .decline), (.commitment, .decline):
      guard rows[row].state == .waiting else { return .repeated }
      rows[row].state = .declined
      missing -= 1
      return .taken
    default:
      if rows[row].state == .waiting { rows[row].fault = .misshapen }
      return .refused(.misshapen)
    }
  }

  /// Begins to take reveals, the commitments being in the ledger at `entry`.
  public mutating func openReveals(recorded entry: Entry, until deadline: Tick) {
    precondition(stage == .commitment, "reveals come after commitments")
    stage = .reveal
    self.entry = entry
    self.deadline = deadline
    missing = rows.count { $0.state == .heard }
    salts = [Salt](repeating: Salt(.zero), count: seats.count)
  }

  private mutating func take(_ prediction: [UInt32], _ row: Int, _ signed: Signed, _ now: Tick) -> Reception {
    guard isPrediction(prediction) else { return fail(row, .misshapen, .misshapen) }
    let place = row * call.classCount
    switch rows[row].state {
    case .waiting, .declined:
      guard now <= deadline else { return fail(row, .late, .late) }
      for k in 0..<call.classCount { predictions[place + k] = prediction[k] }
      heard(row, signed.proof)
      return .taken
    case .heard:
      let said = predictions[place..<place + call.classCount]
      guard !said.elementsEqual(prediction) else { return .repeated }
      contradict(row, .answer(Array(said)), signed)
      return .contradicts
    case .equivocal, .shown: return .refused(.equivocal)
    }
  }

  private mutating func take(_ digest: Digest, _ row: Int, _ signed: Signed, _ now: Tick) -> Reception {
    switch rows[row].state {
    case .waiting, .declined:
      guard now <= deadline else { return fail(row, .late, .late) }
      commitments[row] = digest
      heard(row, signed.proof)
      return .taken
    case .heard:
      guard commitments[row] != digest else { return .repeated }
      contradict(row, .commitment(commitments[row]), signed)
      return .contradicts
    case .equivocal, .shown: return .refused(.equivocal)
    }
  }

  // Commitments are closed: an echo of the one that is known asks for the unsealing, another one is evidence alone.
  private mutating func compare(_ digest: Digest, _ row: Int, _ signed: Signed) -> Reception {
    switch rows[row].state {
    case .waiting, .declined: return .refused(.late)
    case .equivocal: return .refused(.equivocal)
    case .heard, .shown:
      guard commitments[row] != digest else { return .repeated }
      keep(row, .commitment(commitments[row]), signed)
      return .refused(.equivocal)
    }
  }

  private mutating func take(_ prediction: [UInt32], _ salt: Salt, _ row: Int, _ now: Tick) -> Reception {
    switch rows[row].state {
    case .waiting, .declined: return .refused(.late)
    case .equivocal: return .refused(.equivocal)
    case .shown: return .repeated
    case .heard:
      guard isPrediction(prediction) else { return fail(row, .unfitting, .misshapen) }
      let digest = Commitment.digest(
        ledger: ledger.bytes, question: question, model: models[row], salt: salt, prediction: prediction)
      guard digest == commitments[row] else { return fail(row, .unfitting, .unfitting) }
      guard now <= deadline else { return fail(row, .late, .late) }
      for k in 0..<call.classCount { predictions[row * call.classCount + k] = prediction[k] }
      salts[row] = salt
      rows[row].state = .shown
      missing -= 1
      return .taken
    }
  }

  private mutating func heard(_ row: Int, _ proof: [UInt8]) {
    if rows[row].state == .waiting { missing -= 1 }
    rows[row].state = .heard
    if !proof.isEmpty { rows[row].proof = proof }
  }

  private mutating func contradict(_ row: Int, _ first: Message.Body, _ second: Signed) {
    keep(row, first, second)
    rows[row].state = .equivocal
  }

  private mutating func keep(_ row: Int, _ first: Message.Body, _ second: Signed) {
    guard !equivocations.contains(where: { $0.seat == seats[row] }) else { return }
    equivocations.append(
      Equivocation(
        seat: seats[row], first: Signed(message: second.message.saying(first), proof: rows[row].proof), second: second))
  }

  private mutating func fail(_ row: Int, _ fault: Absence, _ refusal: Refusal) -> Reception {
    rows[row].fault = fault
    return .refused(refusal)
  }

  private func isPrediction(_ prediction: [UInt32]) -> Bool {
    prediction.count == call.classCount
      && prediction.reduce(UInt64(0)) { $0 + UInt64($1) } == UInt64(Billionths.one)
  }

  /// The place of `seat` among those asked; `nil` where it is none of them.
  public func row(of seat: Seat) -> Int? {
    // Mostly everyone is asked, and a seat is its own place.
    if seat.index < seats.count, seats[seat.index] == seat { return seat.index }
    var (low, high) = (0, seats.count)
    while low < high {
      let middle = (low + high) / 2
      if seats[middle] < seat { low = middle + 1 } else { high = middle }
    }
    return low < seats.count && seats[low] == seat ? low : nil
  }
}

extension Gathering {
  /// The call to the model in `row`.
  public func call(to row: Int) -> Message { message(to: row, .call(call)) }

  /// What the model in `row` should hear now if it has not: the call, or that it may show its answer; `nil` where it has
  /// said all that there is to say.
  public func reminder(to row: Int) -> Message? {
    switch (stage, rows[row].state) {
    case (.answer, .waiting), (.commitment, .waiting): return call(to: row)
    case (.reveal, .heard): return entry.map { message(to: row, .unsealing($0)) }
    default: return nil
    }
  }

  /// A message to the model in `row`.
  public func message(to row: Int, _ body: Message.Body) -> Message {
    Message(ledger: ledger, model: models[row], question: question, asking: asking, body: body)
  }

  /// What the model in `row` is told when the question is closed: where its answer stands, or why it does not; `nil`
  /// where it has said nothing that waits for a receipt.
  ///
  /// - Parameter entry: where the answers stand in the ledger; `nil` where none were recorded.
  public func receipt(to row: Int, recorded entry: Entry?) -> Message? {
    let verdict: Receipt.Verdict
    switch (rows[row].state, entry) {
    case (.waiting, _), (.declined, _): return nil
    case (.equivocal, _): verdict = .refused(.equivocal)
    case (.heard, let entry?) where stage == .answer: verdict = .recorded(entry)
    case (.shown, let entry?): verdict = .recorded(entry)
    case (.heard, _) where stage == .reveal: verdict = .refused(.late)
    default: verdict = .refused(.unknown)
    }
    let said: Stage = rows[row].state == .equivocal && stage == .reveal ? .commitment : stage
    return message(to: row, .receipt(Receipt(stage: said, verdict: verdict)))
  }

  /// Who did not answer, and why: one entry for each row; `nil` where there is an answer.
  public var absences: [Absence?] {
    rows.map { row in
      switch row.state {
      case .waiting: row.fault ?? .silent
      case .declined: row.fault ?? .declined
      case .equivocal: .equivocal
      case .heard: stage == .answer ? nil : row.fault ?? .withheld
      case .shown: nil
      }
    }
  }

  /// The open answers as the council takes them, with the breaches; `nil` where nobody answered.
  public func asking(origin: Origin, judgement: SimulatedJudgement? = nil) -> Asking? {
    precondition(stage == .answer, "open answers come to be asked about")
    let table = table(of: .heard)
    guard table.rowCount > 0 else { return nil }
    let breaches = equivocal.map { Breach(seat: $0, kind: .equivocal) }
    return Asking(
      question: question, features: asking, origin: origin, table: table, judgement: judgement, breaches: breaches)
  }

  /// The commitments as the council takes them; `nil` where nobody committed.
  public func committing(origin: Origin) -> Committing? {
    precondition(stage == .commitment, "commitments come first")
    let committed = rows.indices.filter { rows[$0].state == .heard }
    guard !committed.isEmpty else { return nil }
    return Committing(
      question: question, features: asking, origin: origin, seats: committed.map { seats[$0] },
      commitments: committed.map { commitments[$0] }, equivocal: equivocal)
  }

  /// The answers that were shown, as the council takes them.
  public var revealing: Revealing {
    precondition(stage == .reveal, "reveals come last")
    let shown = rows.indices.filter { rows[$0].state == .shown }
    return Revealing(question: question, table: table(of: .shown), salts: shown.map { salts[$0] })
  }

  private var equivocal: [Seat] {
    equivocations.isEmpty && stage != .reveal
      ? [] : rows.indices.filter { rows[$0].state == .equivocal }.map { seats[$0] }
  }

  private func table(of state: Row.State) -> PredictionTable {
    var table = PredictionTable(classCount: call.classCount, rowCapacity: seats.count)
    for row in rows.indices where rows[row].state == state {
      table.append(seats[row], predictions[row * call.classCount..<(row + 1) * call.classCount])
    }
    return table
  }
}
