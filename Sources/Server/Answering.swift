import Dispatch
import HTTPTypes
import Hummingbird
import Logging
import NIOCore
import NIOHTTP1
import Runtime

/// Takes each request to the part that answers it.
///
/// A responder instead of Hummingbird's router: the paths are few and known, and a wrong method must be told from a
/// wrong path.
struct Answering: HTTPResponder {
  typealias Context = BasicRequestContext

  let settings: ServerSettings
  let traffic: Traffic
  let predicting: Predicting
  let reporting: Reporting
  let registry: RegistryPages
  let watching: Watching
  let description: [UInt8]

  /// Answers `request`; refusals are answers too. Throws only where the connection is beyond answering.
  func respond(to request: Request, context: BasicRequestContext) async throws -> Response {
    let began = DispatchTime.now().uptimeNanoseconds
    let (path, query) = Self.split(request.head.path ?? "")
    let place = Route.at(path)
    var response: Response
    do {
      response = try await answer(request, place, path, query)
    } catch let refusal as Refusal {
      let body = refusal.body
      response = Response(
        status: refusal.status, headers: refusal.fields(length: body.count),
        body: ResponseBody(byteBuffer: ByteBuffer(bytes: body)))
    }
    if request.method == .head { response = response.createHeadResponse() }
    let nanoseconds = DispatchTime.now().uptimeNanoseconds - began
    traffic.count(place?.route, response.status.code, nanoseconds: nanoseconds)
    context.logger.debug(
      "answered",
      metadata: [
        "method": "\(request.method)", "path": "\(path)", "status": "\(response.status.code)",
        "microseconds": "\(nanoseconds / 1_000)",
      ])
    return response
  }

  private func answer(
    _ request: Request, _ place: (route: Route, variable: Substring)?, _ path: Substring, _ query: Substring?
  ) async throws -> Response {
    if let length = request.headers[.contentLength].flatMap({ Int($0) }), length > settings.bodyMax {
      throw Refusal.bodyTooLarge(settings.bodyMax)
    }
    if request.method == .options {
      let allow = place?.route.allow ?? (path == "*" ? "GET, HEAD, POST, OPTIONS" : nil)
      guard let allow else { throw Self.unknownPath(path) }
      return Response(status: .noContent, headers: [.allow: allow])
    }
    guard let place else { throw Self.unknownPath(path) }
    guard request.method == place.route.method || (request.method == .head && place.route.method == .get) else {
      var refusal = Refusal(
        .methodNotAllowed, "wrong_method",
        "\(place.route.path) does not answer \(Refusal.shortened(request.method.rawValue)): use \(place.route.method)")
      refusal.allow = place.route.allow
      throw refusal
    }
    switch place.route {
    case .predict: return Self.json(try await predicting.answer(try await body(of: request)))
    case .outcomes: return Self.json(try await reporting.answer(try await body(of: request)))
    case .index: return Self.json(Self.index)
    case .models: return Self.json(registry.models())
    case .model: return Self.json(try registry.model(place.variable))
    case .ledger: return Self.json(try registry.ledger(query))
    case .health: return Self.json(Array(#"{"status":"ok"}"#.utf8))
    case .ready: return Self.json(try watching.ready())
    case .metrics: return Self.content(watching.metrics(), MediaType.metrics)
    case .openAPI: return Self.json(description)
    }
  }

  private func body(of request: Request) async throws -> [UInt8] {
    let type = request.headers[.contentType]
    guard let type, MediaType.isJSON(type) else {
      throw Refusal(
        .unsupportedMediaType, "wrong_content_type",
        "the content type is \(type.map { "\"\(Refusal.shortened($0))\"" } ?? "absent"): "
          + "send JSON with the header Content-Type: application/json")
    }
    if let encoding = request.headers[.contentEncoding], encoding.lowercased() != "identity" {
      throw Refusal(
        .unsupportedMediaType, "wrong_content_encoding",
        "the body is encoded as \"\(Refusal.shortened(encoding))\": send it as it is")
    }
    var bytes: [UInt8] = []
    do {
      for try await part in request.body {
        guard bytes.count + part.readableBytes <= settings.bodyMax else { throw Refusal.bodyTooLarge(settings.bodyMax) }
        bytes.append(contentsOf: part.readableBytesView)
      }
    } catch is BodyTimedOut {
      throw Refusal.bodyTooSlow
    } catch is HTTPParserError {
      throw Refusal.malformedRequest
    }
    return bytes
  }

  // The target of a request is a path, or a whole address when it went through a proxy (RFC 9112, 3.2.2).
  private static func split(_ target: String) -> (path: Substring, query: Substring?) {
    var rest = Substring(target)
    if !rest.hasPrefix("/"), rest.hasPrefix("http://") || rest.hasPrefix("https://") {
      let authority = rest.split(separator: "/", maxSplits: 2, omittingEmptySubsequences: false)[2]
      rest = authority.firstIndex(of: "/").map { authority[$0...] } ?? "/"
    }
    guard let mark = rest.utf8.firstIndex(of: UInt8(ascii: "?")) else { return (rest, nil) }
    return (rest[..<mark], rest[rest.utf8.index(after: mark)...])
  }

  private static func unknownPath(_ path: Substring) -> Refusal {
    Refusal(
      .notFound, "unknown_path",
      "there is nothing at \(Refusal.shortened(String(path))): use one of \(Route.allCases.map(\.path).joined(separator: ", "))")
  }

  private static func json(_ bytes: [UInt8]) -> Response { content(bytes, MediaType.json) }

  private static func content(_ bytes: [UInt8], _ type: String) -> Response {
    Response(
      status: .ok, headers: [.contentType: type], body: ResponseBody(byteBuffer: ByteBuffer(bytes: bytes)))
  }

  private static let index: [UInt8] = {
    var json = JSONWriter()
    json.openObject()
    json.key("name")
    json.word("witan")
    json.key("endpoints")
    json.openArray()
    for route in Route.allCases {
      json.openObject()
      json.key("method")
      json.text(route.method.rawValue)
      json.key("path")
      json.text(route.path)
      json.key("summary")
      json.text(route.summary)
      json.closeObject()
    }
    json.closeArray()
    json.closeObject()
    return json.bytes
  }()
}
