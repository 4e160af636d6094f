import Quantities

extension Participant {
  /// Writes what must outlive a restart, one canonical value. The key is not part of it.
  ///
  /// A question that has no prediction yet is left out: the host will ask for it again.
  public func encode(into writer: inout CanonicalWriter) {
    writer.openObject()
    writer.key("answers")
    writer.openArray()
    for answer in answers where answer.stage != nil { answer.encode(into: &writer) }
    writer.closeArray()
    writer.key("finished")
    writer.openArray()
    for end in finished {
      writer.openArray()
      writer.text(end.question.description)
      writer.integer(end.opened.milliseconds)
      writer.closeArray()
    }
    writer.closeArray()
    writer.key("floor")
    writer.integer(floor)
    writer.key("ledger")
    writer.hex(ledger.bytes)
    writer.key("model")
    writer.text(model.name)
    writer.closeObject()
  }

  /// The canonical bytes of its state.
  public var state: [UInt8] {
    var writer = CanonicalWriter()
    encode(into: &writer)
    return writer.bytes
  }

  /// Brings a node back from its disk; it wants to be woken at once, and then says again what has had no echo.
  ///
  /// - Parameters:
  ///   - state: what `encode` wrote.
  ///   - key: the same secret as before.
  public init(
    decoding state: [UInt8], key: [UInt8], patience: Patience = Patience()
  ) throws(CanonicalError) {
    var reader = CanonicalReader(state)
    try reader.openObject()
    var answers: [Pending] = []
    try reader.key("answers")
    try reader.openArray()
    while try reader.hasElement() { answers.append(try Pending(decoding: &reader)) }
    var finished: [Finished] = []
    try reader.key("finished")
    try reader.openArray()
    while try reader.hasElement() {
      try reader.openArray()
      let question = try reader.question()
      finished.append(Finished(question: question, opened: try reader.tick()))
      try reader.closeArray()
    }
    try reader.key("floor")
    let floor = UInt64(try reader.count())
    try reader.key("ledger")
    guard let ledger = LedgerName(try reader.hex(count: LedgerName.byteCount)) else {
      throw CanonicalError(offset: reader.offset, expected: "a ledger's name")
    }
    try reader.key("model")
    let model = try reader.model()
    try reader.closeObject()
    try reader.finish()
    guard zip(answers, answers.dropFirst()).allSatisfy({ $0.question < $1.question }),
      zip(finished, finished.dropFirst()).allSatisfy({ $0.question < $1.question })
    else { throw CanonicalError(offset: state.count, expected: "each question once, in the order of numbers") }
    self.init(ledger: ledger, model: model, key: key, patience: patience)
    self.answers = answers
    self.finished = finished
    self.floor = floor
  }
}

extension Participant.Pending {
  func encode(into writer: inout CanonicalWriter) {
    guard let stage else { preconditionFailure("what has no prediction is not kept") }
    writer.openObject()
    writer.key("asking")
    writer.digest(asking)
    writer.key("deadline")
    writer.integer(deadline.milliseconds)
    writer.key("opened")
    writer.integer(opened.milliseconds)
    writer.key("prediction")
    writer.integers(prediction)
    writer.key("question")
    writer.text(question.description)
    writer.key("stage")
    writer.text(stage.rawValue)
    writer.closeObject()
  }

  init(decoding reader: inout CanonicalReader) throws(CanonicalError) {
    try reader.openObject()
    try reader.key("asking")
    let asking = try reader.digest()
    try reader.key("deadline")
    let deadline = try reader.tick()
    try reader.key("opened")
    let opened = try reader.tick()
    try reader.key("prediction")
    let prediction = try reader.integers()
    guard prediction.reduce(UInt64(0), { $0 + UInt64($1) }) == UInt64(Billionths.one) else {
      throw CanonicalError(offset: reader.offset, expected: "billionths that add up to one billion")
    }
    try reader.key("question")
    let question = try reader.question()
    try reader.key("stage")
    guard let stage = Stage(rawValue: try reader.text()) else {
      throw CanonicalError(offset: reader.offset, expected: "a known stage")
    }
    try reader.closeObject()
    self.init(
      question: question, asking: asking, opened: opened, deadline: deadline, stage: stage, isSealed: stage != .answer,
      classCount: prediction.count, prediction: prediction, due: Tick(0))
  }
}
