import Learning
import ProtocolCore
import Runtime

/// The JSON schemas of everything that goes in and out.
struct APISchemas {
  private let panel: Panel
  private let settings: ServerSettings

  init(panel: Panel, settings: ServerSettings) {
    self.panel = panel
    self.settings = settings
  }

  /// All of them, by name.
  var all: JSONValue { .object(requests + answers + pages) }

  private var requests: [(String, JSONValue)] {
    let columns = panel.predictor.encoding.columns
    let ordered: JSONValue = [
      "type": "array", "description": .string("In this order: " + columns.map(\.name).joined(separator: ", ")),
      "minItems": .integer(columns.count), "maxItems": .integer(columns.count), "items": orderedItem,
    ]
    let named = Self.object(columns.map { ($0.name, Self.value(of: $0)) })
    return [
      ("Features", ["oneOf": [ordered, named]]),
      ("PredictRequest", ["oneOf": [request("features"), request("instances")]]),
      (
        "OutcomeRequest",
        Self.object([
          ("question", Self.question),
          ("class", ["oneOf": [["type": "string", "enum": classNames], classIndex]]),
        ])
      ),
    ]
  }

  private func request(_ form: String) -> JSONValue {
    let features = Self.ref("Features")
    let rows: JSONValue =
      form == "features"
      ? features
      : ["type": "array", "minItems": 1, "maxItems": .integer(settings.instancesMax), "items": features]
    let names = panel.ids.map { JSONValue.string($0.name) } + [.string(PredictRequest.consensus)]
    let model: JSONValue = [
      "type": "string", "enum": .array(names), "description": "Absent: the consensus of all models.",
    ]
    return [
      "type": "object", "additionalProperties": false, "required": [.string(form)],
      "properties": .object([("model", model), (form, rows)]),
    ]
  }

  // JSON Schema's older drafts, which many tools follow, have no way to give each place of an array its own schema
  // within OpenAPI 3.1; a mixed row is described exactly in its form as an object.
  private var orderedItem: JSONValue {
    let columns = panel.predictor.encoding.columns
    guard columns.contains(where: { $0.width > 1 || Self.isText($0) }) else { return Self.number }
    return ["type": ["number", "string"]]
  }

  private static func isText(_ column: Encoding.Column) -> Bool {
    if case .categories = column { true } else { false }
  }

  private static func value(of column: Encoding.Column) -> JSONValue {
    switch column {
    case .number: number
    case .categories(_, let values): ["type": "string", "enum": .array(values.map { .string($0) })]
    }
  }

  private var answers: [(String, JSONValue)] {
    let single = Self.object(
      [("model", ["type": "string", "enum": .array(panel.ids.map { .string($0.name) })])] + prediction + counting
        + [("weight", Self.share)] + asking)
    let member = Self.object(prediction + counting + [("weight_used", Self.share), ("weight", Self.share)])
    let silent = Self.object([
      ("model", ["type": "string"]), ("status", ["type": "string", "enum": ["active", "silent", "suspended"]]),
    ])
    let consensus = Self.object(
      [("model", ["type": "string", "enum": [.string(PredictRequest.consensus)]])] + prediction + asking + [
        ("models", ["type": "object", "additionalProperties": Self.ref("MemberAnswer")]),
        ("silent", ["type": "array", "items": silent]),
      ])
    let one: JSONValue = ["oneOf": [Self.ref("ModelAnswer"), Self.ref("ConsensusAnswer")]]
    let row: JSONValue = [
      "oneOf": [Self.ref("ModelAnswer"), Self.ref("ConsensusAnswer"), Self.ref("Refusal")]
    ]
    let batch = Self.object([("predictions", ["type": "array", "minItems": 1, "items": row])])
    return [
      ("ModelAnswer", single), ("MemberAnswer", member), ("ConsensusAnswer", consensus), ("BatchAnswer", batch),
      ("PredictAnswer", ["oneOf": .array([one, Self.ref("BatchAnswer")])]),
      (
        "Settlement",
        Self.object([
          ("question", Self.question), ("outcome", ["type": "string", "enum": classNames]), ("class", classIndex),
          ("position", Self.count),
          (
            "models",
            [
              "type": "object",
              "additionalProperties": Self.object([("payment", Self.credits), ("balance", Self.credits)]),
            ]
          ),
        ])
      ),
      ("Refusal", Self.object([("error", ["type": "string"]), ("code", ["type": "string", "pattern": "^[a-z_]+$"])])),
    ]
  }

  private var prediction: [(String, JSONValue)] {
    let probabilities = Self.object(panel.predictor.classNames.map { ($0, Self.share) })
    return [
      ("prediction", ["type": "string", "enum": classNames]), ("class", classIndex), ("probabilities", probabilities),
    ]
  }

  private var counting: [(String, JSONValue)] {
    [
      ("counted_as", ["type": "string", "enum": ["success", "failure", "pending"]]), ("stake", Self.credits),
      ("payment", ["type": ["number", "null"], "description": "Null while the outcome is open."]),
      ("balance", Self.credits),
    ]
  }

  private var asking: [(String, JSONValue)] {
    [
      ("question", Self.question),
      ("simulated", ["type": "boolean", "description": "Whether the judgement was drawn and not observed."]),
      ("position", Self.count),
      (
        "nonce",
        [
          "type": "string", "pattern": "^[0-9a-f]{32}$",
          "description": "With the features, proves what was asked: it salts the digest in the ledger.",
        ]
      ),
    ]
  }

  private var pages: [(String, JSONValue)] {
    let head = Self.object([("position", Self.count), ("head", Self.digest)])
    let model = modelFields
    let record = Self.object([("position", Self.count), ("hash", Self.digest), ("body", ["type": "object"])])
    let endpoint = Self.object([
      ("method", ["type": "string"]), ("path", ["type": "string"]), ("summary", ["type": "string"]),
    ])
    return [
      ("Model", Self.object(model)),
      ("ModelPage", Self.object([("model", ["type": "string"])] + model + [("ledger", head)])),
      (
        "Registry",
        Self.object([
          ("ledger", head), ("treasury", Self.credits), ("outside", Self.credits), ("questions", Self.count),
          ("open_questions", Self.count), ("models", ["type": "object", "additionalProperties": Self.ref("Model")]),
        ])
      ),
      (
        "LedgerPage",
        Self.object([
          ("head", head), ("records", ["type": "array", "items": record]),
          (
            "next",
            ["type": ["integer", "null"], "description": "What to give as `after` for more; null at the end."]
          ),
        ])
      ),
      ("Index", Self.object([("name", ["type": "string"]), ("endpoints", ["type": "array", "items": endpoint])])),
      ("Health", Self.object([("status", ["type": "string", "enum": ["ok"]])])),
      ("Readiness", Self.object([("status", ["type": "string", "enum": ["ready"]]), ("position", Self.count)])),
      ("Document", ["type": "object", "required": ["openapi", "info", "paths"]]),
    ]
  }

  private var modelFields: [(String, JSONValue)] {
    [
      ("status", ["type": "string", "enum": .array(ModelStatus.allCases.map { .string($0.rawValue) })]),
      ("balance", Self.credits), ("stake", Self.credits), ("weight", Self.share), ("predictions", Self.count),
      ("right", Self.count), ("wrong", Self.count),
      ("accuracy", ["type": ["number", "null"], "description": "Null before the first settled answer."]),
      ("running_accuracy", Self.share),
      (
        "contribution",
        [
          "type": ["number", "null"], "minimum": .number("-1"), "maximum": 1,
          "description": "How much better the consensus is for having it, in Brier score of late; null at first.",
        ]
      ), ("rewarded_total", Self.credits), ("slashed_total", Self.credits),
      ("seat", Self.count), ("predictor", Self.digest), ("last_change", ["type": "string", "format": "date-time"]),
    ]
  }

  private var classNames: JSONValue { .array(panel.predictor.classNames.map { .string($0) }) }
  private var classIndex: JSONValue {
    ["type": "integer", "minimum": 0, "maximum": .integer(panel.predictor.classCount - 1)]
  }

  private static let question: JSONValue = ["type": "string", "pattern": "^q[1-9][0-9]{0,18}$"]
  private static let count: JSONValue = ["type": "integer", "minimum": 0]
  private static let share: JSONValue = ["type": "number", "minimum": 0, "maximum": 1]
  private static let credits: JSONValue = ["type": "number"]
  private static let digest: JSONValue = ["type": "string", "pattern": "^[0-9a-f]{64}$"]
  private static let number: JSONValue = [
    "type": "number", "minimum": .number("-1e100"), "maximum": .number("1e100"),
  ]

  private static func ref(_ name: String) -> JSONValue { ["$ref": .string("#/components/schemas/\(name)")] }

  /// An object with exactly these members.
  private static func object(_ members: [(String, JSONValue)]) -> JSONValue {
    [
      "type": "object", "additionalProperties": false, "required": .array(members.map { .string($0.0) }),
      "properties": .object(members),
    ]
  }
}
