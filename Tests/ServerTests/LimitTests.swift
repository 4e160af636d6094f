import Foundation
import NIOCore
import Server
import Testing

@Suite struct LimitTests {
  private static let ask = #"{"features": \#(Row.setosa)}"#

  @Test func `a body over the limit is refused before it is sent, and the connection closed`() async throws {
    var settings = ServerSettings()
    settings.bodyMax = 1_000
    try await TestCouncil.with(settings: settings) { council in
      let before = council.state
      let connection = try council.connect()
      await connection.send(
        "POST /predict HTTP/1.1\r\nHost: t\r\nContent-Type: application/json\r\nContent-Length: 1001\r\n\r\n")
      let reply = await connection.reply()
      #expect(reply.status == 413)
      #expect(reply.code == "body_too_large")
      #expect(reply.headers["connection"] == "close")
      #expect(council.state == before)
    }
  }

  @Test func `a body in chunks is cut at the limit, and the answer survives what is still on its way`() async throws {
    var settings = ServerSettings()
    settings.bodyMax = 1_000
    try await TestCouncil.with(settings: settings) { council in
      let connection = try council.connect()
      await connection.send(
        "POST /predict HTTP/1.1\r\nHost: t\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n")
      let chunk = "400\r\n" + String(repeating: " ", count: 1_024) + "\r\n"
      await connection.send(String(repeating: chunk, count: 200))
      let reply = await connection.reply()
      #expect(reply.status == 413)
      #expect(reply.code == "body_too_large")
    }
  }

  @Test func `a body of exactly the limit is taken`() async throws {
    var settings = ServerSettings()
    settings.bodyMax = 200
    try await TestCouncil.with(settings: settings) { council in
      let body = Self.ask + String(repeating: " ", count: 200 - Self.ask.utf8.count)
      #expect(await council.exchange("POST", "/predict", body).status == 200)
    }
  }

  @Test func `more rows than the limit are refused together`() async throws {
    var settings = ServerSettings()
    settings.instancesMax = 3
    try await TestCouncil.with(settings: settings) { council in
      let before = council.state
      let four = Array(repeating: Row.setosa, count: 4).joined(separator: ",")
      let reply = await council.exchange("POST", "/predict", #"{"instances": [\#(four)]}"#)
      #expect(reply.status == 413)
      #expect(reply.code == "too_many_instances")
      #expect(council.state == before)
      let three = Array(repeating: Row.setosa, count: 3).joined(separator: ",")
      #expect(await council.exchange("POST", "/predict", #"{"instances": [\#(three)]}"#).status == 200)
    }
  }

  @Test(arguments: [1, 65])
  func `a header too large, in bytes or in fields, is answered with 431`(count: Int) async throws {
    try await TestCouncil.with { council in
      let value = String(repeating: "a", count: count == 1 ? 20_000 : 1)
      let headers = (0..<count).map { "X-\($0): \(value)" }
      let reply = await council.exchange("GET", "/healthz", headers: headers)
      #expect(reply.status == 431)
      #expect(reply.code == "header_too_large")
    }
  }

  @Test(arguments: [
    "HELLO\r\n\r\n", "GET / HTTP/9.9\r\n\r\n", "\u{0}\u{1}\u{2}\r\n\r\n", "GET /healthz HTTP/1.1\r\nHo st: a\r\n\r\n",
  ])
  func `bytes that are not HTTP are answered in JSON`(bytes: String) async throws {
    try await TestCouncil.with { council in
      let connection = try council.connect()
      await connection.send(bytes)
      let reply = await connection.reply()
      #expect(reply.status == 400)
      #expect(reply.code == "malformed_request")
      #expect(await connection.isClosed())
    }
  }

  @Test func `a body with broken chunks is refused and changes nothing`() async throws {
    try await TestCouncil.with { council in
      let before = council.state
      let connection = try council.connect()
      await connection.send(
        "POST /predict HTTP/1.1\r\nHost: t\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n"
      )
      let reply = await connection.reply()
      #expect(reply.status == 400)
      #expect(reply.code == "malformed_request")
      #expect(council.state == before)
    }
  }

  @Test func `a body that ends early is never taken for a whole one`() async throws {
    try await TestCouncil.with { council in
      let before = council.state
      let connection = try council.connect()
      await connection.send(
        "POST /predict HTTP/1.1\r\nHost: t\r\nContent-Type: application/json\r\nContent-Length: 500\r\n\r\n\(Self.ask)")
      connection.finishSending()
      #expect(await connection.reply().status == 400)
      #expect(council.state == before)
    }
  }

  @Test func `a header that trickles in is cut off at its deadline`() async throws {
    var settings = ServerSettings()
    settings.headerTimeout = .milliseconds(300)
    try await TestCouncil.with(settings: settings) { council in
      let connection = try council.connect()
      let clock = ContinuousClock()
      let began = clock.now
      let drip = Task {
        while !Task.isCancelled {
          await connection.send("X")
          try await Task.sleep(for: .milliseconds(50))
        }
      }
      #expect(await connection.isClosed())
      drip.cancel()
      // The bound is far above the deadline since the machine may be busy; without a deadline it would be endless.
      #expect(clock.now - began < .seconds(10))
    }
  }

  @Test func `a body that trickles in is answered with 408 at its deadline`() async throws {
    var settings = ServerSettings()
    settings.bodyTimeout = .milliseconds(300)
    try await TestCouncil.with(settings: settings) { council in
      let before = council.state
      let connection = try council.connect()
      await connection.send(
        "POST /predict HTTP/1.1\r\nHost: t\r\nContent-Type: application/json\r\nContent-Length: 900\r\n\r\n")
      let drip = Task {
        while !Task.isCancelled {
          await connection.send(" ")
          try await Task.sleep(for: .milliseconds(50))
        }
      }
      let reply = await connection.reply()
      drip.cancel()
      #expect(reply.status == 408)
      #expect(reply.code == "body_too_slow")
      #expect(council.state == before)
    }
  }

  @Test func `a connection that rests after an answer is closed`() async throws {
    var settings = ServerSettings()
    settings.idleTimeout = .milliseconds(200)
    try await TestCouncil.with(settings: settings) { council in
      let connection = try council.connect()
      #expect(await connection.exchange("GET", "/healthz").status == 200)
      #expect(await connection.isClosed())
    }
  }

  @Test func `one connection too many is told so, and there is room again when others close`() async throws {
    var settings = ServerSettings()
    settings.connectionsMax = 2
    try await TestCouncil.with(settings: settings) { council in
      let first = try council.connect()
      #expect(await first.exchange("GET", "/healthz").status == 200)
      do {
        let second = try council.connect()
        #expect(await second.exchange("GET", "/healthz").status == 200)
        let third = try council.connect()
        let reply = await third.exchange("GET", "/healthz")
        #expect(reply.status == 503)
        #expect(reply.code == "too_many_connections")
        #expect(reply.headers["retry-after"] != nil)
        #expect(await third.isClosed())
        #expect(await first.exchange("GET", "/metrics").body.contains("witan_http_connections_refused_total 1\n"))
      }
      var status = 503
      for _ in 0..<100 where status == 503 {
        status = await council.exchange("GET", "/healthz").status
        if status == 503 { try await Task.sleep(for: .milliseconds(50)) }
      }
      #expect(status == 200)
    }
  }

  @Test func `requests sent ahead are answered in order, and the last word of the caller closes`() async throws {
    try await TestCouncil.with { council in
      let connection = try council.connect()
      let one =
        "POST /predict HTTP/1.1\r\nHost: t\r\nContent-Type: application/json\r\nContent-Length: \(Self.ask.utf8.count)\r\n"
      await connection.send(one + "\r\n" + Self.ask + one + "Connection: close\r\n\r\n" + Self.ask)
      #expect(await connection.reply().json["question"] as? String == "q1")
      let last = await connection.reply()
      #expect(last.json["question"] as? String == "q2")
      #expect(last.headers["connection"] == "close")
      #expect(await connection.isClosed())
    }
  }

  @Test func `a caller that asks first is told to go on`() async throws {
    try await TestCouncil.with { council in
      let connection = try council.connect()
      await connection.send(
        "POST /predict HTTP/1.1\r\nHost: t\r\nContent-Type: application/json\r\nExpect: 100-continue\r\nContent-Length: \(Self.ask.utf8.count)\r\n\r\n"
      )
      #expect(await connection.reply().status == 100)
      await connection.send(Self.ask)
      #expect(await connection.reply().status == 200)
    }
  }
}
