import Quantities

extension Message {
  /// Writes the message as one canonical value: what is signed, sent and kept as evidence.
  public func encode(into writer: inout CanonicalWriter) {
    writer.openObject()
    writer.key("asking")
    writer.digest(asking)
    writer.key("body")
    body.encode(into: &writer)
    writer.key("ledger")
    writer.hex(ledger.bytes)
    writer.key("model")
    writer.text(model.name)
    writer.key("question")
    writer.text(question.description)
    writer.closeObject()
  }

  /// Its canonical bytes.
  public var bytes: [UInt8] {
    var writer = CanonicalWriter()
    encode(into: &writer)
    return writer.bytes
  }

  /// Reads what `encode` wrote, and refuses everything else. Never traps, whatever the bytes.
  public init(decoding bytes: [UInt8]) throws(CanonicalError) {
    var reader = CanonicalReader(bytes)
    try reader.openObject()
    try reader.key("asking")
    asking = try reader.digest()
    try reader.key("body")
    body = try Body(decoding: &reader)
    try reader.key("ledger")
    guard let ledger = LedgerName(try reader.hex(count: LedgerName.byteCount)) else {
      throw CanonicalError(offset: reader.offset, expected: "a ledger's name")
    }
    self.ledger = ledger
    try reader.key("model")
    model = try reader.model()
    try reader.key("question")
    question = try reader.question()
    try reader.closeObject()
    try reader.finish()
  }
}

extension Message.Body {
  func encode(into writer: inout CanonicalWriter) {
    writer.openObject()
    switch self {
    case .call(let call):
      writer.key("call")
      call.encode(into: &writer)
    case .unsealing(let entry):
      writer.key("unsealing")
      entry.encode(into: &writer)
    case .receipt(let receipt):
      writer.key("receipt")
      receipt.encode(into: &writer)
    case .answer(let prediction):
      writer.key("answer")
      writer.integers(prediction)
    case .commitment(let digest):
      writer.key("commitment")
      writer.digest(digest)
    case .reveal(let prediction, let salt):
      writer.key("reveal")
      writer.integers(prediction)
      writer.key("salt")
      writer.digest(salt.bytes)
    case .decline:
      writer.key("decline")
      writer.integer(1)
    }
    writer.closeObject()
  }

  init(decoding reader: inout CanonicalReader) throws(CanonicalError) {
    try reader.openObject()
    if try reader.hasKey("call") {
      self = .call(try Call(decoding: &reader))
    } else if try reader.hasKey("unsealing") {
      self = .unsealing(try Entry(decoding: &reader))
    } else if try reader.hasKey("receipt") {
      self = .receipt(try Receipt(decoding: &reader))
    } else if try reader.hasKey("answer") {
      self = .answer(try reader.integers())
    } else if try reader.hasKey("commitment") {
      self = .commitment(try reader.digest())
    } else if try reader.hasKey("reveal") {
      let prediction = try reader.integers()
      try reader.key("salt")
      self = .reveal(prediction, Salt(try reader.digest()))
    } else if try reader.hasKey("decline") {
      self = .decline
      _ = try reader.integer(in: 1...1)
    } else {
      throw CanonicalError(offset: reader.offset, expected: "a message of a known kind")
    }
    try reader.closeObject()
  }
}

extension Call {
  func encode(into writer: inout CanonicalWriter) {
    writer.openObject()
    writer.key("classes")
    writer.integer(classCount)
    writer.key("content")
    writer.openArray()
    writer.integer(content.count)
    writer.hex(content)
    writer.closeArray()
    writer.key("deadline")
    writer.integer(deadline.milliseconds)
    writer.key("opened")
    writer.integer(opened.milliseconds)
    if isSealed {
      writer.key("sealed")
      writer.integer(1)
    }
    writer.closeObject()
  }

  init(decoding reader: inout CanonicalReader) throws(CanonicalError) {
    try reader.openObject()
    try reader.key("classes")
    classCount = Int(try reader.integer(in: 1...Int64(Founding.classesMax)))
    try reader.key("content")
    try reader.openArray()
    content = try reader.hex(count: Int(try reader.integer(in: 0...Self.contentMax)))
    try reader.closeArray()
    try reader.key("deadline")
    deadline = try reader.tick()
    try reader.key("opened")
    opened = try reader.tick()
    isSealed = try reader.hasKey("sealed")
    if isSealed { _ = try reader.integer(in: 1...1) }
    try reader.closeObject()
  }

  // The longest content that a node reads, in bytes: longer than any feature row, short enough for any memory.
  private static let contentMax: Int64 = 1 << 26
}

extension Entry {
  func encode(into writer: inout CanonicalWriter) {
    writer.openObject()
    writer.key("hash")
    writer.digest(hash)
    writer.key("position")
    writer.integer(position)
    writer.closeObject()
  }

  init(decoding reader: inout CanonicalReader) throws(CanonicalError) {
    try reader.openObject()
    try reader.key("hash")
    hash = try reader.digest()
    try reader.key("position")
    position = UInt64(try reader.count())
    try reader.closeObject()
  }
}

extension Receipt {
  func encode(into writer: inout CanonicalWriter) {
    writer.openObject()
    switch verdict {
    case .recorded(let entry):
      writer.key("recorded")
      entry.encode(into: &writer)
    case .refused(let refusal):
      writer.key("refused")
      writer.text(refusal.rawValue)
    }
    writer.key("stage")
    writer.text(stage.rawValue)
    writer.closeObject()
  }

  init(decoding reader: inout CanonicalReader) throws(CanonicalError) {
    try reader.openObject()
    if try reader.hasKey("recorded") {
      verdict = .recorded(try Entry(decoding: &reader))
    } else {
      try reader.key("refused")
      guard let refusal = Refusal(rawValue: try reader.text()) else {
        throw CanonicalError(offset: reader.offset, expected: "a known reason")
      }
      verdict = .refused(refusal)
    }
    try reader.key("stage")
    guard let stage = Stage(rawValue: try reader.text()) else {
      throw CanonicalError(offset: reader.offset, expected: "a known stage")
    }
    self.stage = stage
    try reader.closeObject()
  }
}
