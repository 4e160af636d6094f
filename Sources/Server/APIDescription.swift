import HTTPTypes
import Learning
import Runtime

/// The OpenAPI description of the server, made for the panel it serves: with the names of its models, classes and
/// features, so that a program that follows it is never refused for the shape of a request.
struct APIDescription {
  private let panel: Panel
  private let settings: ServerSettings

  init(panel: Panel, settings: ServerSettings) {
    self.panel = panel
    self.settings = settings
  }

  /// The document.
  var bytes: [UInt8] {
    var json = JSONWriter()
    document.write(to: &json)
    return json.bytes
  }

  private var document: JSONValue {
    let schemas = APISchemas(panel: panel, settings: settings)
    return [
      "openapi": "3.1.0",
      "info": [
        "title": "Witan",
        "version": "1",
        "description": .string(
          "A council of models with a stake behind what they predict. A refusal has the status of its kind, says what "
            + "to do, and changes nothing. A method that a path does not have is answered with 405, a path that is not "
            + "here with 404, a header over \(settings.headerBytesMax) bytes or \(settings.headerFieldsMax) fields with "
            + "431. Credits are exact decimal numbers with six places, probabilities and weights with nine."),
        "license": ["name": "Apache-2.0", "identifier": "Apache-2.0"],
      ],
      "paths": .object(Route.allCases.map { ($0.path, item(for: $0)) }),
      "components": ["schemas": schemas.all],
    ]
  }

  private func item(for route: Route) -> JSONValue {
    var operation: [(String, JSONValue)] = [
      ("operationId", .string("\(route)")), ("summary", .string(route.summary)),
    ]
    let parameters = parameters(of: route)
    if !parameters.isEmpty { operation.append(("parameters", .array(parameters))) }
    if route.method == .post {
      let schema = route == .predict ? "PredictRequest" : "OutcomeRequest"
      operation.append(("requestBody", ["required": true, "content": Self.json(schema)]))
    }
    operation.append(("responses", responses(of: route)))
    return .object([(route.method.rawValue.lowercased(), .object(operation))])
  }

  private func parameters(of route: Route) -> [JSONValue] {
    switch route {
    case .model:
      return [
        [
          "name": "id", "in": "path", "required": true, "description": "The model's name.",
          "example": .string(panel.ids[0].name), "schema": ["type": "string", "minLength": 1],
        ]
      ]
    case .ledger:
      return [
        [
          "name": "after", "in": "query", "description": "The position after which to begin.",
          "schema": ["type": "integer", "minimum": 0, "maximum": .number("9007199254740992"), "default": 0],
        ],
        [
          "name": "limit", "in": "query", "description": "The most records to return.",
          "schema": ["type": "integer", "minimum": 1, "maximum": 1_000, "default": 100],
        ],
      ]
    default: return []
    }
  }

  private func responses(of route: Route) -> JSONValue {
    var answers: [(String, JSONValue)] = [("200", success(of: route))]
    func refuse(_ status: String, _ description: String, retries: Bool = false) {
      var response: [(String, JSONValue)] = [("description", .string(description))]
      if retries {
        let header: JSONValue = [
          "description": "After how many seconds to try again.", "required": true,
          "schema": ["type": "integer", "minimum": 1],
        ]
        response.append(("headers", ["Retry-After": header]))
      }
      response.append(("content", Self.json("Refusal")))
      answers.append((status, .object(response)))
    }
    refuse("400", "The request is not as it should be; the code says what.")
    switch route {
    case .predict:
      refuse("404", "unknown_model.")
      refuse("408", "body_too_slow.")
      refuse("409", "model_silent, model_suspended.")
      refuse("413", "body_too_large, too_many_instances.")
      refuse("415", "wrong_content_type, wrong_content_encoding.")
      refuse("429", "busy, too_many_open_questions.", retries: true)
    case .outcomes:
      refuse("404", "unknown_question.")
      refuse("408", "body_too_slow.")
      refuse("409", "already_settled.")
      refuse("413", "body_too_large.")
      refuse("415", "wrong_content_type, wrong_content_encoding.")
      refuse("429", "busy.", retries: true)
    case .model:
      refuse("404", "unknown_model.")
      refuse("413", "body_too_large.")
    default:
      refuse("413", "body_too_large.")
    }
    refuse("431", "header_too_large.")
    refuse("503", unavailable(route), retries: true)
    return .object(answers)
  }

  private func unavailable(_ route: Route) -> String {
    switch route {
    case .predict: "nobody_there, disk_full, ledger_unavailable, stopping, too_many_connections."
    case .outcomes: "disk_full, ledger_unavailable, stopping, too_many_connections."
    case .ledger: "ledger_unavailable, too_many_connections."
    case .ready: "ledger_stalled, too_many_connections."
    default: "too_many_connections."
    }
  }

  private func success(of route: Route) -> JSONValue {
    let schema =
      switch route {
      case .index: "Index"
      case .predict: "PredictAnswer"
      case .outcomes: "Settlement"
      case .models: "Registry"
      case .model: "ModelPage"
      case .ledger: "LedgerPage"
      case .health: "Health"
      case .ready: "Readiness"
      case .openAPI: "Document"
      case .metrics: ""
      }
    let text: JSONValue = ["schema": ["type": "string"]]
    let content = schema.isEmpty ? .object([(MediaType.metrics, text)]) : Self.json(schema)
    return ["description": .string(route.summary), "content": content]
  }

  private static func json(_ schema: String) -> JSONValue {
    let content: JSONValue = ["schema": ["$ref": .string("#/components/schemas/\(schema)")]]
    return .object([(MediaType.json, content)])
  }
}
