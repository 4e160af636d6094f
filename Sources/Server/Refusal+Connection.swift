import HTTPTypes
import NIOHTTP1

extension Refusal {
  /// The header fields of a response with `length` bytes that tells of it.
  func fields(length: Int) -> HTTPFields {
    var fields = HTTPFields()
    fields[.contentType] = MediaType.json
    fields[.contentLength] = String(length)
    if let retryAfter { fields[.retryAfter] = String(retryAfter) }
    if let allow { fields[.allow] = allow }
    if closes { fields[.connection] = "close" }
    return fields
  }

  /// One connection too many.
  static func tooManyConnections(_ limit: Int) -> Refusal {
    Refusal(
      .serviceUnavailable, "too_many_connections",
      "\(limit) connections are open, which is the limit: close some, or try again in a few seconds", retryAfter: 5)
  }

  /// Bytes that are not an HTTP request, or one with too large a header.
  static func malformed(_ error: any Error, _ settings: ServerSettings) -> Refusal {
    if case .headerOverflow? = error as? HTTPParserError {
      return Refusal(
        .requestHeaderFieldsTooLarge, "header_too_large",
        "the header has more than \(settings.headerBytesMax) bytes or \(settings.headerFieldsMax) fields: send less")
    }
    return malformedRequest
  }

  /// Bytes that are not an HTTP request.
  static var malformedRequest: Refusal {
    var refusal = Refusal(
      .badRequest, "malformed_request", "these bytes are not an HTTP/1.1 request: send one as RFC 9112 describes")
    refusal.closes = true
    return refusal
  }

  /// A body over the limit.
  static func bodyTooLarge(_ limit: Int) -> Refusal {
    var refusal = Refusal(
      .contentTooLarge, "body_too_large",
      "the body has more than \(limit) bytes, which is the limit: send the rows in several requests")
    refusal.closes = true
    return refusal
  }

  /// A body that took too long.
  static var bodyTooSlow: Refusal {
    var refusal = Refusal(.requestTimeout, "body_too_slow", "the body did not arrive in time: send the request again")
    refusal.closes = true
    return refusal
  }
}
