import Consensus
import Incentives
import Quantities

extension Council {
  /// Writes the whole state as one canonical value. Equal councils give equal bytes, on every machine.
  ///
  /// - Precondition: the council has begun.
  public func encode(into writer: inout CanonicalWriter) {
    guard let founding else { preconditionFailure("a council that has not begun has no state") }
    writer.openObject()
    writer.key("founding")
    founding.encode(into: &writer)
    writer.key("models")
    writer.openArray()
    for model in registry.models { model.encode(into: &writer) }
    writer.closeArray()
    writer.key("next")
    writer.text(nextQuestion.description)
    writer.key("now")
    writer.integer(now.milliseconds)
    writer.key("open")
    writer.openArray()
    for id in open.keys.sorted() { open[id]?.encode(into: &writer) }
    writer.closeArray()
    writer.key("outside")
    writer.amount(registry.outside)
    writer.key("pool")
    pool.encode(into: &writer)
    writer.key("position")
    writer.integer(position)
    if !sealed.isEmpty {
      writer.key("sealed")
      writer.openArray()
      for id in sealed.keys.sorted() { sealed[id]?.encode(into: &writer) }
      writer.closeArray()
    }
    writer.key("treasury")
    writer.amount(registry.treasury)
    if !waiting.isEmpty {
      writer.key("waiting")
      writer.openArray()
      for question in waiting { question.encode(into: &writer) }
      writer.closeArray()
    }
    writer.closeObject()
  }

  /// Reads what `encode` wrote, and checks that the books balance.
  public init(decoding state: [UInt8]) throws(CanonicalError) {
    var reader = CanonicalReader(state)
    try reader.openObject()
    try reader.key("founding")
    let founding = try Founding(decoding: &reader)
    self.founding = founding
    try reader.key("models")
    try reader.openArray()
    while try reader.hasElement() {
      let model = try ModelState(
        decoding: &reader, delay: founding.rules.unbonding, seat: Seat(registry.models.count))
      guard registry[model.id] == nil, registry.models.count < ModelRegistry.seatsMax else {
        throw CanonicalError(offset: reader.offset, expected: "a name that has not joined, and a seat for it")
      }
      registry.append(model)
    }
    try reader.key("next")
    nextQuestion = try reader.question()
    try reader.key("now")
    now = try reader.tick()
    try reader.key("open")
    try reader.openArray()
    for question in try openQuestions(&reader) { open[question.closed.id] = question }
    oldestOpen = open.keys.min() ?? nextQuestion
    try reader.key("outside")
    registry.outside = try reader.amount()
    try reader.key("pool")
    pool = try founding.rules.consensus.mechanism(
      decoding: &reader, classCount: founding.classes.count, seatCount: registry.models.count)
    try reader.key("position")
    position = UInt64(try reader.count())
    // Every question took an event of its own, and so did the founding.
    guard nextQuestion.number <= position else {
      throw CanonicalError(offset: reader.offset, expected: "no more questions than events")
    }
    if try reader.hasKey("sealed") { try sealedQuestions(&reader) }
    try reader.key("treasury")
    registry.treasury = try reader.amount()
    if try reader.hasKey("waiting") {
      try reader.openArray()
      waiting = try openQuestions(&reader)
      guard founding.rules.unresolved.kind != .returnStakes, !waiting.isEmpty,
        waiting.count <= founding.rules.unresolved.batch,
        waiting.allSatisfy({ $0.deadline < now && $0.closed.id < oldestOpen })
      else { throw CanonicalError(offset: reader.offset, expected: "questions that wait, before those that are open") }
    }
    try reader.closeObject()
    try reader.finish()
    guard (waiting + open.values).allSatisfy({ pool.accepts($0.memo, classCount: classCount) }) else {
      throw CanonicalError(offset: state.count, expected: "open questions with memos of this council's pool")
    }
    guard registry.isBalanced else {
      throw CanonicalError(offset: state.count, expected: "accounts that add up to zero")
    }
  }

  // Reads questions in the order of their numbers up to the end of the array, and reserves what they may cost.
  private mutating func openQuestions(_ reader: inout CanonicalReader) throws(CanonicalError) -> [OpenQuestion] {
    var questions: [OpenQuestion] = []
    while try reader.hasElement() {
      let question = try OpenQuestion(decoding: &reader, classCount: classCount)
      let seats = question.closed.table.seats
      guard questions.last.map({ $0.closed.id < question.closed.id }) ?? true, question.closed.id < nextQuestion,
        seats.last.map({ $0.index < registry.models.count }) ?? false
      else { throw CanonicalError(offset: reader.offset, expected: "an open question of this council") }
      guard reserve(question) else {
        throw CanonicalError(offset: reader.offset, expected: "stakes and rewards that the accounts can cover")
      }
      questions.append(question)
    }
    return questions
  }

  // Reserves what an open question may cost; `false` where it is more than the accounts hold.
  private mutating func reserve(_ question: OpenQuestion) -> Bool {
    reserve(question.closed.table.seats, question.terms)
  }

  private mutating func reserve(_ seats: [Seat], _ terms: [Terms]) -> Bool {
    for (seat, terms) in zip(seats, terms) {
      guard terms.stake <= registry.models[seat.index].free, !registry.models[seat.index].hasLeft,
        let owed = Amount.sum([registry.treasuryReserved, terms.reward])
      else { return false }
      registry.models[seat.index].reserved += terms.stake
      registry.models[seat.index].openAnswers += 1
      registry.treasuryReserved = owed
    }
    return true
  }

  // Reads sealed questions in the order of their numbers, and reserves what they may cost.
  private mutating func sealedQuestions(_ reader: inout CanonicalReader) throws(CanonicalError) {
    try reader.openArray()
    var last = QuestionID(0)
    while try reader.hasElement() {
      let question = try SealedQuestion(decoding: &reader)
      let (id, everyone) = (question.committed.question, question.committed.everyone)
      guard last < id, id < nextQuestion, open[id] == nil,
        everyone.last.map({ $0.index < registry.models.count }) ?? false,
        reserve(everyone, question.committed.terms)
      else { throw CanonicalError(offset: reader.offset, expected: "a sealed question of this council") }
      last = id
      sealed[id] = question
    }
    guard !sealed.isEmpty, rules.isSealed else {
      throw CanonicalError(offset: reader.offset, expected: "sealed questions only where there are any")
    }
  }
}

extension ModelState {
  func encode(into writer: inout CanonicalWriter) {
    writer.openObject()
    writer.key("balance")
    writer.amount(balance)
    writer.key("changed")
    writer.integer(lastChange.milliseconds)
    writer.key("id")
    writer.text(id.name)
    if hasLeft {
      writer.key("left")
      writer.integer(1)
    }
    writer.key("predictions")
    writer.integer(predictions)
    writer.key("predictor")
    writer.digest(predictor)
    writer.key("rewarded")
    writer.amount(rewardedTotal)
    writer.key("slashed")
    writer.amount(slashedTotal)
    writer.key("standing")
    standing.encode(into: &writer)
    if let unbonding {
      writer.key("unbonding")
      unbonding.encode(into: &writer)
    }
    writer.closeObject()
  }

  init(decoding reader: inout CanonicalReader, delay: UInt64, seat: Seat) throws(CanonicalError) {
    try reader.openObject()
    try reader.key("balance")
    let balance = try reader.amount()
    try reader.key("changed")
    let lastChange = try reader.tick()
    try reader.key("id")
    let id = try reader.model()
    let hasLeft = try reader.hasKey("left")
    if hasLeft { _ = try reader.integer(in: 1...1) }
    try reader.key("predictions")
    let predictions = UInt64(try reader.count())
    try reader.key("predictor")
    let predictor = try reader.digest()
    self.init(id: id, seat: seat, predictor: predictor, balance: balance, lastChange: lastChange)
    self.predictions = predictions
    self.hasLeft = hasLeft
    try reader.key("rewarded")
    rewardedTotal = try reader.amount()
    try reader.key("slashed")
    slashedTotal = try reader.amount()
    try reader.key("standing")
    standing = try Standing(decoding: &reader)
    if try reader.hasKey("unbonding") { unbonding = try Unbonding(decoding: &reader, delay: delay) }
    guard balance >= .zero, !hasLeft || balance == .zero, rewardedTotal >= .zero, slashedTotal >= .zero else {
      throw CanonicalError(offset: reader.offset, expected: "a balance and totals that are not negative")
    }
    try reader.closeObject()
  }
}
