import HTTPTypes
import Learning
import Ledger
import ProtocolCore
import Runtime

/// An answer that says no: nothing was changed.
struct Refusal: Error, Hashable {
  /// The status of the response.
  let status: HTTPResponse.Status
  /// A stable name for programs.
  let code: String
  /// What was wrong, and what to do.
  let message: String
  /// After how many seconds to try again.
  var retryAfter: Int?
  /// The methods that would have been right.
  var allow: String?
  /// Whether the connection cannot be used for another request.
  var closes = false

  init(_ status: HTTPResponse.Status, _ code: String, _ message: String, retryAfter: Int? = nil) {
    self.status = status
    self.code = code
    self.message = message
    self.retryAfter = retryAfter
  }

  /// The fields of the JSON object that tells of it.
  func write(to json: inout JSONWriter) {
    json.openObject()
    json.key("error")
    json.text(message)
    json.key("code")
    json.text(code)
    json.closeObject()
  }

  /// The JSON document that tells of it.
  var body: [UInt8] {
    var json = JSONWriter()
    write(to: &json)
    return json.bytes
  }
}

extension Refusal {
  init(_ error: LearningError) {
    let code =
      switch error {
      case .wrongWidth: "wrong_width"
      case .unknownFeature: "unknown_feature"
      case .absentFeature: "absent_feature"
      case .featureNotANumber: "not_a_number"
      case .featureOutOfRange: "out_of_range"
      case .unknownCategory: "unknown_category"
      default: "bad_features"
      }
    self.init(.badRequest, code, error.description)
  }

  init(_ rejection: Rejection) {
    let (status, retryAfter): (HTTPResponse.Status, Int?) =
      switch rejection {
      case .nobodyThere, .notFounded, .clockWentBack, .wrongQuestion: (.serviceUnavailable, 5)
      case .silent, .alreadySettled, .alreadyFounded, .alreadyRegistered, .alreadyRevealed, .stillSealed, .unsettled,
        .notFree:
        (.conflict, nil)
      case .tooManyOpen: (.tooManyRequests, 1)
      case .unknownQuestion, .unknownModel: (.notFound, nil)
      case .misshapen, .depositTooSmall, .falseReveal: (.badRequest, nil)
      }
    self.init(status, rejection.code, rejection.description, retryAfter: retryAfter)
  }

  init(_ error: HostError) {
    switch error {
    case .rejected(let rejection):
      self.init(rejection)
    case .busy:
      self.init(.tooManyRequests, "busy", error.description, retryAfter: 1)
    case .stopping:
      self.init(.serviceUnavailable, "stopping", error.description, retryAfter: 5)
    case .ledger(let error):
      self.init(error)
    case .otherData, .viewAhead:
      preconditionFailure("told when a ledger is opened, not later: \(error)")
    }
  }

  init(_ error: LedgerError) {
    let code = if case .diskFull = error { "disk_full" } else { "ledger_unavailable" }
    self.init(.serviceUnavailable, code, error.description, retryAfter: 5)
  }
}

extension Refusal {
  /// The bytes are not JSON.
  static func notJSON(at place: Int, expected: String) -> Refusal {
    Refusal(.badRequest, "not_json", "the body is not JSON at byte \(place), where \(expected) should be: correct it")
  }

  /// A value has a type that is not allowed there.
  static func wrongType(_ what: String, is found: String, expected: String) -> Refusal {
    Refusal(.badRequest, "wrong_type", "\(what) is \(found), but must be \(expected): correct it")
  }

  /// At most 80 characters of what a caller sent, so that a message stays a sentence.
  static func shortened(_ text: String) -> String { text.count > 80 ? "\(text.prefix(80))…" : text }
}
