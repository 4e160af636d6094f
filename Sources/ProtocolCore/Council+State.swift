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
    writer.key("treasury")
    writer.amount(registry.treasury)
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
      let model = try ModelState(decoding: &reader, seat: Seat(registry.models.count))
      guard registry[model.id] == nil else {
        throw CanonicalError(offset: reader.offset, expected: "a name that has not joined")
      }
      registry.append(model)
    }
    try reader.key("next")
    nextQuestion = try reader.question()
    try reader.key("now")
    now = Tick(UInt64(try reader.count()))
    try reader.key("open")
    try reader.openArray()
    while try reader.hasElement() {
      let question = try OpenQuestion(decoding: &reader, classCount: founding.classes.count)
      let seats = question.closed.table.seats
      guard open[question.closed.id] == nil, question.closed.id < nextQuestion,
        seats.last.map({ $0.index < registry.models.count }) ?? false
      else { throw CanonicalError(offset: reader.offset, expected: "an open question of this council") }
      for (seat, terms) in zip(seats, question.terms) { registry.models[seat.index].reserved += terms.stake }
      registry.treasuryReserved += question.rewards
      open[question.closed.id] = question
    }
    oldestOpen = open.keys.min() ?? nextQuestion
    try reader.key("outside")
    registry.outside = try reader.amount()
    try reader.key("pool")
    pool = try founding.rules.consensus.mechanism(decoding: &reader, classCount: founding.classes.count)
    try reader.key("position")
    position = UInt64(try reader.count())
    try reader.key("treasury")
    registry.treasury = try reader.amount()
    try reader.closeObject()
    try reader.finish()
    let total = registry.models.reduce(registry.treasury + registry.outside) { $0 + $1.balance }
    guard total == .zero, registry.treasury >= registry.treasuryReserved,
      registry.models.allSatisfy({ $0.balance >= $0.reserved })
    else { throw CanonicalError(offset: state.count, expected: "accounts that add up to zero") }
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
    writer.closeObject()
  }

  init(decoding reader: inout CanonicalReader, seat: Seat) throws(CanonicalError) {
    try reader.openObject()
    try reader.key("balance")
    let balance = try reader.amount()
    try reader.key("changed")
    let lastChange = Tick(UInt64(try reader.count()))
    try reader.key("id")
    let id = try reader.model()
    try reader.key("predictions")
    let predictions = UInt64(try reader.count())
    try reader.key("predictor")
    let predictor = try reader.digest()
    self.init(id: id, seat: seat, predictor: predictor, balance: balance, lastChange: lastChange)
    self.predictions = predictions
    try reader.key("rewarded")
    rewardedTotal = try reader.amount()
    try reader.key("slashed")
    slashedTotal = try reader.amount()
    try reader.key("standing")
    standing = try Standing(decoding: &reader)
    try reader.closeObject()
  }
}
