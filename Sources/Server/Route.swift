import HTTPTypes

/// Everything that the server answers to; the description at `/openapi.json` is made from the same list.
enum Route: Int, CaseIterable {
  case index, predict, outcomes, models, model, ledger, health, ready, metrics, openAPI

  /// The path, with the one variable part in braces.
  var path: String {
    switch self {
    case .index: "/"
    case .predict: "/predict"
    case .outcomes: "/outcomes"
    case .models: "/models"
    case .model: "/models/{id}"
    case .ledger: "/ledger"
    case .health: "/healthz"
    case .ready: "/readyz"
    case .metrics: "/metrics"
    case .openAPI: "/openapi.json"
    }
  }

  /// The method; those that are read with GET answer HEAD too, and all answer OPTIONS.
  var method: HTTPRequest.Method {
    switch self {
    case .predict, .outcomes: .post
    default: .get
    }
  }

  /// What may stand in `Allow`.
  var allow: String { method == .post ? "POST, OPTIONS" : "GET, HEAD, OPTIONS" }

  /// What it is for, in a sentence.
  var summary: String {
    switch self {
    case .index: "What is here."
    case .predict: "Asks one model, or all of them and their consensus, about a feature row or several."
    case .outcomes: "Reports the true class of a question, once, and settles it."
    case .models: "All models with their balances, weights and track records."
    case .model: "One model."
    case .ledger: "Events of the ledger, in order, each with the hash that chains it to the one before."
    case .health: "Whether the program runs."
    case .ready: "Whether the ledger takes writes."
    case .metrics: "Figures for Prometheus."
    case .openAPI: "The description of all of this."
    }
  }

  /// The route at `path`, with the value of its variable part; `nil` where there is none.
  static func at(_ path: Substring) -> (route: Route, variable: Substring)? {
    switch path {
    case "/predict": return (.predict, "")
    case "/outcomes": return (.outcomes, "")
    case "/models": return (.models, "")
    case "/ledger": return (.ledger, "")
    case "/healthz": return (.health, "")
    case "/readyz": return (.ready, "")
    case "/metrics": return (.metrics, "")
    case "/openapi.json": return (.openAPI, "")
    case "/": return (.index, "")
    default:
      guard path.hasPrefix("/models/") else { return nil }
      let id = path.dropFirst("/models/".count)
      return id.isEmpty || id.contains("/") ? nil : (.model, id)
    }
  }
}
