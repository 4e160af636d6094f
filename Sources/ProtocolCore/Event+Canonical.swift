import Consensus
import Incentives
import Quantities

extension Event {
  /// Writes the event's data, one canonical value. Its kind stands beside it in the envelope.
  public func encode(into writer: inout CanonicalWriter) {
    switch self {
    case .founded(let event): event.encode(into: &writer)
    case .registered(let event): event.encode(into: &writer)
    case .withdrawn(let event): event.encode(into: &writer)
    case .left(let event): event.encode(into: &writer)
    case .released(let event): event.encode(into: &writer)
    case .retrained(let event): event.encode(into: &writer)
    case .committed(let event): event.encode(into: &writer)
    case .revealed(let event): event.encode(into: &writer)
    case .asked(let event): event.encode(into: &writer)
    case .settled(let event): event.encode(into: &writer)
    case .expired(let event): event.encode(into: &writer)
    case .resolved(let event): event.encode(into: &writer)
    case .snapshotted(let event): event.encode(into: &writer)
    }
  }

  /// Reads the data of an event of `kind`, all of it.
  public init(kind: String, decoding data: [UInt8]) throws(CanonicalError) {
    var reader = CanonicalReader(data)
    switch kind {
    case "founded": self = .founded(try Founding(decoding: &reader))
    case "registered": self = .registered(try Registration(decoding: &reader))
    case "withdrawn": self = .withdrawn(try Withdrawn(decoding: &reader))
    case "left": self = .left(try Left(decoding: &reader))
    case "released": self = .released(try Released(decoding: &reader))
    case "retrained": self = .retrained(try Retraining(decoding: &reader))
    case "committed": self = .committed(try Committed(decoding: &reader))
    case "revealed": self = .revealed(try Revealed(decoding: &reader))
    case "asked": self = .asked(try Asked(decoding: &reader))
    case "settled": self = .settled(try Settled(decoding: &reader))
    case "expired": self = .expired(try Expired(decoding: &reader))
    case "resolved": self = .resolved(try Resolved(decoding: &reader))
    case "snapshotted": self = .snapshotted(try Snapshotted(decoding: &reader))
    default: throw CanonicalError(offset: 0, expected: "an event of a known kind, not \(kind)")
    }
    try reader.finish()
  }
}

extension Founding {
  func encode(into writer: inout CanonicalWriter) {
    writer.openObject()
    writer.key("classes")
    writer.texts(classes)
    writer.key("data")
    writer.digest(data)
    writer.key("ledger")
    writer.hex(ledger)
    writer.key("rules")
    rules.encode(into: &writer)
    writer.closeObject()
  }

  init(decoding reader: inout CanonicalReader) throws(CanonicalError) {
    try reader.openObject()
    try reader.key("classes")
    classes = try reader.texts()
    guard (1...Self.classesMax).contains(classes.count) else {
      throw CanonicalError(offset: reader.offset, expected: "1 to \(Self.classesMax) classes")
    }
    try reader.key("data")
    data = try reader.digest()
    try reader.key("ledger")
    ledger = try reader.hex(count: 16)
    try reader.key("rules")
    rules = try Rules(decoding: &reader)
    try reader.closeObject()
  }
}

extension Registration {
  func encode(into writer: inout CanonicalWriter) {
    writer.openObject()
    writer.key("deposit")
    writer.amount(deposit)
    writer.key("model")
    writer.text(model.name)
    writer.key("predictor")
    writer.digest(predictor)
    writer.key("seat")
    writer.integer(seat.index)
    writer.closeObject()
  }

  init(decoding reader: inout CanonicalReader) throws(CanonicalError) {
    try reader.openObject()
    try reader.key("deposit")
    deposit = try reader.amount()
    try reader.key("model")
    model = try reader.model()
    try reader.key("predictor")
    predictor = try reader.digest()
    try reader.key("seat")
    seat = Seat(try reader.count())
    try reader.closeObject()
  }
}

extension Retraining {
  func encode(into writer: inout CanonicalWriter) {
    writer.openObject()
    writer.key("predictor")
    writer.digest(predictor)
    writer.key("seat")
    writer.integer(seat.index)
    writer.closeObject()
  }

  init(decoding reader: inout CanonicalReader) throws(CanonicalError) {
    try reader.openObject()
    try reader.key("predictor")
    predictor = try reader.digest()
    try reader.key("seat")
    seat = Seat(try reader.count())
    try reader.closeObject()
  }
}

extension Settled {
  func encode(into writer: inout CanonicalWriter) {
    writer.openObject()
    if let outcome {
      writer.key("outcome")
      writer.integer(outcome)
    }
    writer.key("payments")
    writer.amounts(payments)
    writer.key("question")
    writer.text(question.description)
    writer.key("seats")
    writer.seats(seats)
    writer.closeObject()
  }

  init(decoding reader: inout CanonicalReader) throws(CanonicalError) {
    try reader.openObject()
    outcome = try reader.hasKey("outcome") ? try reader.count() : nil
    try reader.key("payments")
    payments = try reader.amounts()
    try reader.key("question")
    question = try reader.question()
    try reader.key("seats")
    seats = try reader.seats()
    guard seats.count == payments.count else {
      throw CanonicalError(offset: reader.offset, expected: "a payment for each seat")
    }
    try reader.closeObject()
  }
}

extension Expired {
  func encode(into writer: inout CanonicalWriter) {
    writer.openObject()
    writer.key("question")
    writer.text(question.description)
    writer.closeObject()
  }

  init(decoding reader: inout CanonicalReader) throws(CanonicalError) {
    try reader.openObject()
    try reader.key("question")
    question = try reader.question()
    try reader.closeObject()
  }
}

extension Resolved {
  func encode(into writer: inout CanonicalWriter) {
    writer.openObject()
    writer.key("questions")
    writer.openArray()
    for question in questions { question.encode(into: &writer) }
    writer.closeArray()
    writer.closeObject()
  }

  init(decoding reader: inout CanonicalReader) throws(CanonicalError) {
    try reader.openObject()
    try reader.key("questions")
    try reader.openArray()
    var questions: [Settled] = []
    while try reader.hasElement() { questions.append(try Settled(decoding: &reader)) }
    guard !questions.isEmpty, questions.allSatisfy({ $0.outcome == nil }) else {
      throw CanonicalError(offset: reader.offset, expected: "questions without an outcome, at least one")
    }
    self.questions = questions
    try reader.closeObject()
  }
}

extension Snapshotted {
  func encode(into writer: inout CanonicalWriter) {
    writer.openObject()
    writer.key("position")
    writer.integer(position)
    writer.key("state")
    writer.digest(state)
    writer.closeObject()
  }

  init(decoding reader: inout CanonicalReader) throws(CanonicalError) {
    try reader.openObject()
    try reader.key("position")
    position = UInt64(try reader.count())
    try reader.key("state")
    state = try reader.digest()
    try reader.closeObject()
  }
}

extension CanonicalReader {
  /// Expects the name of a model.
  mutating func model() throws(CanonicalError) -> ModelID {
    let start = offset
    guard let model = ModelID(try text()) else { throw CanonicalError(offset: start, expected: "a model's name") }
    return model
  }

  /// Expects a question, as in `q17`.
  mutating func question() throws(CanonicalError) -> QuestionID {
    let start = offset
    guard let question = QuestionID(try text()) else { throw CanonicalError(offset: start, expected: "a question") }
    return question
  }
}
