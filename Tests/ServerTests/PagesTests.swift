import Foundation
import Ledger
import Quantities
import Testing

@Suite struct PagesTests {
  private static let ask = #"{"features": \#(Row.setosa)}"#

  @Test func `the models are told as in model_registry.json, to the last digit`() async throws {
    try await TestCouncil.with(failureRate: 0.3) { council in
      for _ in 0..<7 { _ = await council.exchange("POST", "/predict", Self.ask) }
      let page = await council.exchange("GET", "/models")
      let view = council.host.read { RegistryView($0.council, head: $0.head).text }
      #expect(page.body == view.filter { !$0.isWhitespace })
    }
  }

  @Test func `one model is told with all its fields`() async throws {
    try await TestCouncil.with { council in
      _ = await council.exchange("POST", "/predict", Self.ask)
      let all = await council.exchange("GET", "/models").json["models"] as? [String: [String: Any]]
      let one = await council.exchange("GET", "/models/random%5Fforest").json
      #expect(one["model"] as? String == "random_forest")
      #expect(Set(one.keys) == Set(all?["random_forest"]?.keys.map { $0 } ?? []).union(["model", "ledger"]))
      #expect(one["stake"] as? Double == 20)
    }
  }

  @Test func `the ledger is told page by page, each event as it was hashed`() async throws {
    try await TestCouncil.with(failureRate: 0.3) { council in
      for _ in 0..<5 { _ = await council.exchange("POST", "/predict", Self.ask) }
      let expected = try council.host.records(after: 0, limit: 100)
      var after: Int? = 0
      var positions: [Int] = []
      while let start = after {
        let page = await council.exchange("GET", "/ledger?after=\(start)&limit=4")
        let records = try #require(page.json["records"] as? [[String: Any]])
        #expect(records.count <= 4)
        for record in records {
          let position = try #require(record["position"] as? Int)
          positions.append(position)
          let body = expected[position - 1].body
          #expect(page.body.contains(#""body":"# + String(decoding: body, as: UTF8.self)))
          #expect(record["hash"] as? String == Digest.sha256(body).hex)
        }
        after = page.json["next"] as? Int
      }
      #expect(positions == Array(1...expected.count))
      let beyond = await council.exchange("GET", "/ledger?after=9007199254740992")
      #expect((beyond.json["records"] as? [Any])?.isEmpty == true)
    }
  }

  @Test func `HEAD tells the length and sends no body, OPTIONS tells the methods`() async throws {
    try await TestCouncil.with { council in
      let connection = try council.connect()
      let head = await connection.exchange("HEAD", "/models")
      #expect(head.status == 200)
      #expect(Int(head.headers["content-length"] ?? "") ?? 0 > 100)
      let missing = await connection.exchange("HEAD", "/models/nobody")
      #expect(missing.status == 404)
      let options = await connection.exchange("OPTIONS", "/predict")
      #expect(options.status == 204)
      #expect(options.headers["allow"] == "POST, OPTIONS")
      #expect(options.headers["access-control-allow-origin"] == nil)
      #expect(await connection.exchange("GET", "/healthz").json["status"] as? String == "ok")
    }
  }

  @Test func `the metrics count requests, questions and commits, and every line is well formed`() async throws {
    try await TestCouncil.with(failureRate: 0.5) { council in
      let connection = try council.connect()
      for _ in 0..<3 { _ = await connection.exchange("POST", "/predict", Self.ask) }
      _ = await connection.exchange("POST", "/predict", "{")
      _ = await connection.exchange("GET", "/nowhere")
      let reply = await connection.exchange("GET", "/metrics")
      #expect(reply.headers["content-type"] == "text/plain; version=0.0.4; charset=utf-8")
      let lines = reply.body.split(separator: "\n").map(String.init)
      for line in [
        #"witan_http_requests_total{route="/predict",status="200"} 3"#,
        #"witan_http_requests_total{route="/predict",status="400"} 1"#,
        #"witan_http_requests_total{route="other",status="404"} 1"#,
        #"witan_http_request_seconds_count{route="/predict"} 4"#, "witan_questions_total 3", "witan_ledger_stalled 0",
        "witan_http_connections 1",
      ] {
        #expect(lines.contains(line), "\(line)")
      }
      let balance = council.host.read { $0.council.registry.models[0].balance }
      let name = council.host.read { $0.council.registry.models[0].id.name }
      #expect(lines.contains("witan_model_balance_credits{model=\"\(name)\"} \(balance)"))
      let sample = #/[a-z_]+(\{[a-z]+="[^"]*"(,[a-z]+="[^"]*")*\})? -?[0-9.]+/#
      for line in lines where !line.hasPrefix("#") { #expect(line.wholeMatch(of: sample) != nil, "\(line)") }
    }
  }

  @Test func `the description lists exactly the routes that are there, and each is there`() async throws {
    try await TestCouncil.with { council in
      let description = await council.exchange("GET", "/openapi.json").json
      let paths = try #require(description["paths"] as? [String: [String: Any]])
      let index = await council.exchange("GET", "/")
      let endpoints = try #require(index.json["endpoints"] as? [[String: String]])
      #expect(Set(paths.keys) == Set(endpoints.compactMap { $0["path"] }))
      for (path, operations) in paths {
        for method in operations.keys {
          let target = path.replacingOccurrences(of: "{id}", with: "random_forest")
          let body = method == "post" ? "{}" : nil
          let reply = await council.exchange(method.uppercased(), target, body)
          #expect(![404, 405, 501].contains(reply.status), "\(method) \(path)")
        }
      }
    }
  }

  @Test func `every status in the table of refusals is described`() async throws {
    try await TestCouncil.with { council in
      let description = await council.exchange("GET", "/openapi.json").json
      let paths = try #require(description["paths"] as? [String: [String: [String: Any]]])
      for request in RefusalTests.table where request.code != "wrong_method" && request.code != "unknown_path" {
        var path = String(request.path.prefix { $0 != "?" })
        if path.hasPrefix("/models/") { path = "/models/{id}" }
        let responses = try #require(paths[path]?[request.method.lowercased()]?["responses"] as? [String: Any])
        #expect(responses["\(request.status)"] != nil, "\(request.testDescription)")
      }
    }
  }
}
