import Learning
import Quantities

/// The body of `POST /predict`: which model is asked, and about which rows.
struct PredictRequest {
  /// One row as the caller gave it.
  enum Row {
    /// Values in the order of the columns.
    case ordered([FeatureValue])
    /// Values by the names of the columns.
    case named([String: FeatureValue])
  }

  /// The word that asks for all models, as the absence of a name does.
  static let consensus = "consensus"

  /// The model's name; `nil` or `consensus` for all of them.
  private(set) var model: String?
  /// The rows, at least one.
  private(set) var rows: [Row] = []
  /// Whether the rows came as `instances`, so that the answer is a list too.
  private(set) var isBatch = false

  /// Reads the JSON in `body`.
  init(_ body: [UInt8], instancesMax: Int) throws(Refusal) {
    var json = JSONReader(body)
    try json.expectObject()
    var isFirst = true
    var hasModel = false
    while let key = try json.member(&isFirst) {
      switch key {
      case "model":
        guard !hasModel else { throw .duplicateKey(key) }
        hasModel = true
        model = try json.text("\"model\"")
      case "features":
        guard !isBatch else { throw Self.bothForms }
        guard rows.isEmpty else { throw .duplicateKey(key) }
        rows = [try Self.row(&json, "\"features\"")]
      case "instances":
        guard !isBatch else { throw .duplicateKey(key) }
        guard rows.isEmpty else { throw Self.bothForms }
        isBatch = true
        try readInstances(&json, max: instancesMax)
      default:
        throw .unknownKey(key, known: ["model", "features", "instances"])
      }
    }
    try json.finish()
    guard !rows.isEmpty || isBatch else {
      throw Refusal(
        .badRequest, "no_features", "the request has no \"features\": give one row there, or several in \"instances\"")
    }
    guard !rows.isEmpty else {
      throw Refusal(.badRequest, "no_instances", "\"instances\" is empty: give at least one row")
    }
  }

  private static let bothForms = Refusal(
    .badRequest, "features_and_instances", "the request has both \"features\" and \"instances\": give one of them")

  private mutating func readInstances(_ json: inout JSONReader, max: Int) throws(Refusal) {
    guard case .array = try json.peek() else {
      throw .wrongType("\"instances\"", is: try json.peek().rawValue, expected: "an array of rows")
    }
    var isFirst = true
    while try json.element(&isFirst) {
      guard rows.count < max else {
        throw Refusal(
          .contentTooLarge, "too_many_instances",
          "\"instances\" has more than \(max) rows, which is the limit: send them in several requests")
      }
      rows.append(try Self.row(&json, "row \(rows.count) of \"instances\""))
    }
  }

  private static func row(_ json: inout JSONReader, _ what: @autoclosure () -> String) throws(Refusal) -> Row {
    var isFirst = true
    switch try json.peek() {
    case .array:
      var values: [FeatureValue] = []
      while try json.element(&isFirst) { values.append(try value(&json, "value \(values.count) of \(what())")) }
      return .ordered(values)
    case .object:
      var values: [String: FeatureValue] = [:]
      while let name = try json.member(&isFirst) {
        let value = try value(&json, "feature \"\(Refusal.shortened(name))\"")
        guard values.updateValue(value, forKey: name) == nil else { throw .duplicateKey(name) }
      }
      return .named(values)
    case let kind:
      throw .wrongType(what(), is: kind.rawValue, expected: "an array of values or an object of values by name")
    }
  }

  private static func value(_ json: inout JSONReader, _ what: @autoclosure () -> String) throws(Refusal) -> FeatureValue {
    switch try json.peek() {
    case .number: return .number(try json.number())
    case .string: return .text(try json.string())
    case let kind: throw .wrongType(what(), is: kind.rawValue, expected: "a number or text")
    }
  }
}

extension JSONReader {
  /// Refuses a body that is not an object.
  mutating func expectObject() throws(Refusal) {
    let kind = try peek()
    guard kind == .object else { throw .wrongType("the body", is: kind.rawValue, expected: "an object") }
  }

  /// Reads a string called `what`.
  mutating func text(_ what: @autoclosure () -> String) throws(Refusal) -> String {
    let kind = try peek()
    guard kind == .string else { throw .wrongType(what(), is: kind.rawValue, expected: "text") }
    return try string()
  }
}

extension Refusal {
  /// A key stands twice in one object, and nobody can say which value is meant.
  static func duplicateKey(_ key: String) -> Refusal {
    Refusal(.badRequest, "duplicate_key", "\"\(shortened(key))\" stands twice in one object: give it once")
  }

  /// A key that the request does not have.
  static func unknownKey(_ key: String, known: [String]) -> Refusal {
    let nearest = nearestName(to: key, among: known).map { "did you mean \"\($0)\"? Known: " } ?? "use one of: "
    return Refusal(
      .badRequest, "unknown_key",
      "there is no key \"\(shortened(key))\" in this request: \(nearest)\(known.joined(separator: ", "))")
  }
}
