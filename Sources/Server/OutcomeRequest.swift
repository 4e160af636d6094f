import Quantities

/// The body of `POST /outcomes`: what a question turned out to be.
struct OutcomeRequest {
  /// A class as the caller names it.
  enum Label {
    /// Text is a class's name.
    case name(String)
    /// A number is its index.
    case index(Double)
  }

  /// Which question.
  let question: QuestionID
  /// Its class.
  let label: Label

  /// Reads the JSON in `body`.
  init(_ body: [UInt8]) throws(Refusal) {
    var json = JSONReader(body)
    try json.expectObject()
    var question: String?
    var label: Label?
    var isFirst = true
    while let key = try json.member(&isFirst) {
      switch key {
      case "question":
        guard question == nil else { throw .duplicateKey(key) }
        question = try json.text("\"question\"")
      case "class":
        guard label == nil else { throw .duplicateKey(key) }
        switch try json.peek() {
        case .string: label = .name(try json.string())
        case .number: label = .index(try json.number())
        case let kind: throw .wrongType("\"class\"", is: kind.rawValue, expected: "a class's name or its index")
        }
      default: throw .unknownKey(key, known: ["question", "class"])
      }
    }
    try json.finish()
    guard let question else {
      throw Refusal(.badRequest, "no_question", "the request has no \"question\": give the id from a prediction's answer")
    }
    guard let label else {
      throw Refusal(.badRequest, "no_class", "the request has no \"class\": give the true class's name or index")
    }
    guard let id = QuestionID(question) else {
      throw Refusal(
        .badRequest, "malformed_question",
        "\"\(Refusal.shortened(question))\" is not a question: take the id from a prediction's answer, such as q17")
    }
    self.question = id
    self.label = label
  }

  /// The index of the class among `names`.
  func classIndex(among names: [String]) throws(Refusal) -> Int {
    switch label {
    case .name(let name):
      if let index = names.firstIndex(of: name) { return index }
      let nearest = nearestName(to: name, among: names).map { "did you mean \"\($0)\"? Known: " } ?? "use one of: "
      throw Refusal(
        .badRequest, "unknown_class",
        "there is no class \"\(Refusal.shortened(name))\": \(nearest)\(names.joined(separator: ", "))")
    case .index(let index):
      if let index = Int(exactly: index), names.indices.contains(index) { return index }
      throw Refusal(
        .badRequest, "unknown_class",
        "there is no class \(index): give a whole number from 0 to \(names.count - 1), or the class's name")
    }
  }
}
