import Foundation
import Testing

/// A request that is refused, and how.
struct RefusedRequest: Sendable, CustomTestStringConvertible {
  var method = "POST"
  var path = "/predict"
  var body: String?
  var type: String? = "application/json"
  var headers: [String] = []
  let status: Int
  let code: String
  /// Words that the sentence must have.
  var words: [String] = []

  var testDescription: String { "\(method) \(path) \(body ?? "") \(type ?? "")" }
}

@Suite struct RefusalTests {
  static let table: [RefusedRequest] = [
    // What is not JSON.
    .init(body: "", status: 400, code: "not_json"),
    .init(body: "{", status: 400, code: "not_json", words: ["byte 1"]),
    .init(body: "nonsense", status: 400, code: "not_json", words: ["byte 0"]),
    .init(body: #"{"features": [tru, 2, 3, 4]}"#, status: 400, code: "not_json"),
    .init(body: #"{"features": [1, 2, 3, NaN]}"#, status: 400, code: "not_json"),
    .init(body: #"{"features": [1, 2, 3, Infinity]}"#, status: 400, code: "not_json"),
    .init(body: #"{"features": [1, 2, 3, 4],}"#, status: 400, code: "not_json"),
    .init(body: #"{"features": [1, 2, 3, 4]} x"#, status: 400, code: "not_json"),
    .init(body: #"{"features": [01, 2, 3, 4]}"#, status: 400, code: "not_json"),
    .init(body: #"{"features": [1., 2, 3, 4]}"#, status: 400, code: "not_json"),
    .init(body: #"{"features": [+1, 2, 3, 4]}"#, status: 400, code: "not_json"),
    .init(body: #"{'features': [1, 2, 3, 4]}"#, status: 400, code: "not_json"),
    .init(body: #"{"model": "\ud800", "features": [1, 2, 3, 4]}"#, status: 400, code: "not_json"),
    .init(body: #"{"model": "\x", "features": [1, 2, 3, 4]}"#, status: 400, code: "not_json"),
    .init(body: "{\"model\": \"a\nb\", \"features\": [1, 2, 3, 4]}", status: 400, code: "not_json"),
    .init(body: "\u{FEFF}{}", status: 400, code: "not_json"),
    // JSON of the wrong shape.
    .init(body: "[]", status: 400, code: "wrong_type", words: ["an object"]),
    .init(body: "7", status: 400, code: "wrong_type"),
    .init(body: "{}", status: 400, code: "no_features"),
    .init(body: #"{"model": 7, "features": [1, 2, 3, 4]}"#, status: 400, code: "wrong_type"),
    .init(body: #"{"model": null, "features": [1, 2, 3, 4]}"#, status: 400, code: "wrong_type"),
    .init(body: #"{"feature": [1, 2, 3, 4]}"#, status: 400, code: "unknown_key", words: [#"did you mean "features""#]),
    .init(body: #"{"features": [1, 2, 3, 4], "features": [1, 2, 3, 4]}"#, status: 400, code: "duplicate_key"),
    .init(body: #"{"model": "consensus", "model": "consensus", "features": []}"#, status: 400, code: "duplicate_key"),
    .init(body: #"{"features": [1, 2, 3, 4], "instances": []}"#, status: 400, code: "features_and_instances"),
    .init(body: #"{"instances": [[1, 2, 3, 4]], "features": [1]}"#, status: 400, code: "features_and_instances"),
    .init(body: #"{"instances": []}"#, status: 400, code: "no_instances"),
    .init(body: #"{"instances": [[1, 2, 3, 4]], "instances": []}"#, status: 400, code: "duplicate_key"),
    .init(body: #"{"instances": {}}"#, status: 400, code: "wrong_type"),
    .init(body: #"{"features": 5.1}"#, status: 400, code: "wrong_type"),
    .init(body: #"{"features": [[1], 2, 3, 4]}"#, status: 400, code: "wrong_type"),
    .init(body: #"{"features": [null, 2, 3, 4]}"#, status: 400, code: "wrong_type", words: ["value 0"]),
    .init(body: #"{"features": [true, 2, 3, 4]}"#, status: 400, code: "wrong_type"),
    // Rows that do not fit.
    .init(body: #"{"features": [5.1, 3.5, 1.4]}"#, status: 400, code: "wrong_width", words: ["3 values", "4"]),
    .init(body: #"{"features": []}"#, status: 400, code: "wrong_width"),
    .init(body: #"{"features": [1, 2, 3, 4, 5]}"#, status: 400, code: "wrong_width"),
    .init(body: #"{"features": [1, 2, 3, "4"]}"#, status: 400, code: "not_a_number", words: ["petal_width"]),
    .init(body: #"{"features": [1, 2, 3, 1e999]}"#, status: 400, code: "out_of_range"),
    .init(body: #"{"features": [1, 2, 3, -1.1e100]}"#, status: 400, code: "out_of_range"),
    .init(
      body: #"{"features": {"sepal_length": 1, "sepal_width": 1, "petal_length": 1, "petal_widht": 1}}"#, status: 400,
      code: "unknown_feature", words: [#"did you mean "petal_width""#]),
    .init(body: #"{"features": {"sepal_length": 1}}"#, status: 400, code: "absent_feature"),
    .init(body: #"{"features": {"sepal_length": 1, "sepal_length": 1}}"#, status: 400, code: "duplicate_key"),
    .init(body: #"{"instances": [[1, 2, 3, 4], [1, 2]]}"#, status: 400, code: "wrong_width", words: ["row 1"]),
    // Models.
    .init(
      body: #"{"model": "random_forrest", "features": [1, 2, 3, 4]}"#, status: 404, code: "unknown_model",
      words: [#"did you mean "random_forest""#, "gradient_boosting", "consensus"]),
    .init(body: #"{"model": "", "features": [1, 2, 3, 4]}"#, status: 404, code: "unknown_model"),
    // Outcomes.
    .init(path: "/outcomes", body: "{}", status: 400, code: "no_question"),
    .init(path: "/outcomes", body: #"{"question": "q1"}"#, status: 400, code: "no_class"),
    .init(path: "/outcomes", body: #"{"question": "17", "class": 0}"#, status: 400, code: "malformed_question"),
    .init(path: "/outcomes", body: #"{"question": "q01", "class": 0}"#, status: 400, code: "malformed_question"),
    .init(path: "/outcomes", body: #"{"question": 1, "class": 0}"#, status: 400, code: "wrong_type"),
    .init(path: "/outcomes", body: #"{"question": "q99", "class": 0}"#, status: 404, code: "unknown_question"),
    .init(
      path: "/outcomes", body: #"{"question": "q1", "class": "setossa"}"#, status: 400, code: "unknown_class",
      words: [#"did you mean "setosa""#]),
    .init(path: "/outcomes", body: #"{"question": "q1", "class": 3}"#, status: 400, code: "unknown_class"),
    .init(path: "/outcomes", body: #"{"question": "q1", "class": 0.5}"#, status: 400, code: "unknown_class"),
    .init(path: "/outcomes", body: #"{"question": "q1", "class": -1}"#, status: 400, code: "unknown_class"),
    .init(path: "/outcomes", body: #"{"question": "q1", "class": [0]}"#, status: 400, code: "wrong_type"),
    .init(path: "/outcomes", body: #"{"question": "q1", "classes": 0}"#, status: 400, code: "unknown_key"),
    // Pages.
    .init(method: "GET", path: "/models/random_forrest", status: 404, code: "unknown_model", words: ["did you mean"]),
    .init(method: "GET", path: "/models/%E0%A4%A", status: 404, code: "unknown_model"),
    .init(method: "GET", path: "/ledger?limit=0", status: 400, code: "parameter_out_of_range"),
    .init(method: "GET", path: "/ledger?limit=1001", status: 400, code: "parameter_out_of_range"),
    .init(method: "GET", path: "/ledger?after=-1", status: 400, code: "parameter_out_of_range"),
    .init(method: "GET", path: "/ledger?after=", status: 400, code: "parameter_out_of_range"),
    .init(method: "GET", path: "/ledger?after=1&after=1", status: 400, code: "duplicate_parameter"),
    .init(method: "GET", path: "/ledger?from=1", status: 400, code: "unknown_parameter"),
    .init(method: "GET", path: "/ledger?after=%ff", status: 400, code: "malformed_query"),
    // Paths, methods, types.
    .init(method: "GET", path: "/nowhere", status: 404, code: "unknown_path"),
    .init(method: "GET", path: "/models/", status: 404, code: "unknown_path"),
    .init(method: "GET", path: "/models/a/b", status: 404, code: "unknown_path"),
    .init(method: "GET", path: "/predict", status: 405, code: "wrong_method", words: ["POST"]),
    .init(method: "DELETE", path: "/models", status: 405, code: "wrong_method", words: ["GET"]),
    .init(method: "PROPFIND", path: "/ledger", status: 405, code: "wrong_method"),
    .init(body: #"{"features": [1, 2, 3, 4]}"#, type: "text/plain", status: 415, code: "wrong_content_type"),
    .init(body: #"{"features": [1, 2, 3, 4]}"#, type: nil, status: 415, code: "wrong_content_type"),
    .init(
      body: #"{"features": [1, 2, 3, 4]}"#, type: "application/json; charset=utf-16", status: 415,
      code: "wrong_content_type"),
    .init(
      body: #"{"features": [1, 2, 3, 4]}"#, headers: ["Content-Encoding: gzip"], status: 415,
      code: "wrong_content_encoding"),
  ]

  @Test func `every bad request gets its status, its code and a sentence, and changes nothing`() async throws {
    try await TestCouncil.with { council in
      _ = await council.exchange("POST", "/predict", #"{"features": \#(Row.setosa)}"#)
      let before = council.state
      let connection = try council.connect()
      for request in Self.table {
        let reply = await connection.exchange(
          request.method, request.path, request.body, type: request.type, headers: request.headers)
        #expect(reply.status == request.status, "\(request.testDescription): \(reply.body)")
        #expect(reply.code == request.code, "\(request.testDescription): \(reply.body)")
        #expect(Set(reply.json.keys) == ["error", "code"])
        #expect(reply.headers["content-type"] == "application/json")
        let sentence = reply.json["error"] as? String ?? ""
        for word in request.words { #expect(sentence.contains(word), "\(word) in: \(sentence)") }
        if reply.status == 405 { #expect(reply.headers["allow"]?.isEmpty == false) }
      }
      #expect(council.state == before)
    }
  }

  @Test func `text that is not UTF-8 is refused`() async throws {
    try await TestCouncil.with { council in
      let body = Array(#"{"model": ""#.utf8) + [0xC3, 0x28] + Array(#"", "features": [1, 2, 3, 4]}"#.utf8)
      let reply = try await council.connect().exchange("POST", "/predict", bytes: body)
      #expect(reply.status == 400)
      #expect(reply.code == "not_json")
    }
  }

  @Test(arguments: ["application/json;charset=utf-8", "Application/JSON; charset=\"UTF-8\"", "application/json; v=1"])
  func `JSON in UTF-8 is taken whatever else the content type says`(type: String) async throws {
    try await TestCouncil.with { council in
      let reply = await council.exchange("POST", "/predict", #"{"features": \#(Row.setosa)}"#, type: type)
      #expect(reply.status == 200)
    }
  }

  @Test(arguments: UInt64(0)..<8)
  func `whatever bytes come, the answer is JSON, and what is taken is JSON to others too`(seed: UInt64) async throws {
    try await TestCouncil.with { council in
      var random = SplitMix(state: seed)
      let connection = try council.connect()
      for _ in 0..<250 {
        var body = Array(#"{"model": "random_forest", "features": [5.1, -3.5e0, 1.4, 2]}"#.utf8)
        for _ in 0..<Int.random(in: 1...3, using: &random) {
          let place = Int.random(in: 0..<body.count, using: &random)
          switch Int.random(in: 0..<3, using: &random) {
          case 0: body[place] = UInt8.random(in: 0...255, using: &random)
          case 1: body.remove(at: place)
          default: body.insert(Array("{}[]\",:\\e.-0 ".utf8).randomElement(using: &random)!, at: place)
          }
        }
        let reply = await connection.exchange("POST", "/predict", bytes: body)
        #expect([200, 400, 404].contains(reply.status))
        #expect(!reply.json.isEmpty)
        if reply.status == 200 {
          #expect(
            (try? JSONSerialization.jsonObject(with: Data(body))) != nil, "\(String(decoding: body, as: UTF8.self))")
        }
      }
    }
  }
}

/// A small generator whose sequence a seed fixes (Steele, Lea, Flood 2014).
struct SplitMix: RandomNumberGenerator {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }
}
