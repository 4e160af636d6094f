import Foundation
import Testing

@Suite struct TroubleTests {
  private static let ask = #"{"features": \#(Row.setosa)}"#

  @Test func `a full disk leads to refusals, and there is no restart needed once there is room`() async throws {
    try await TestCouncil.with { council in
      let connection = try council.connect()
      #expect(await connection.exchange("GET", "/readyz").status == 200)
      council.ledger.setFull(true)
      let before = council.state
      let refused = await connection.exchange("POST", "/predict", Self.ask)
      #expect(refused.status == 503)
      #expect(refused.code == "disk_full")
      #expect(refused.headers["retry-after"] == "5")
      #expect(council.state == before)
      let ready = await connection.exchange("GET", "/readyz")
      #expect(ready.status == 503)
      #expect(ready.code == "ledger_stalled")
      #expect(await connection.exchange("GET", "/metrics").body.contains("witan_ledger_stalled 1\n"))
      council.ledger.setFull(false)
      let taken = await connection.exchange("POST", "/predict", Self.ask)
      #expect(taken.json["question"] as? String == "q1")
      #expect(await connection.exchange("GET", "/readyz").status == 200)
    }
  }

  @Test func `more than may wait is refused with 429`() async throws {
    try await TestCouncil.with(waitingMax: 1) { council in
      council.ledger.hold()
      // The first is being committed, the second waits, the third is one too many.
      let first = try council.connect()
      let second = try council.connect()
      async let one = first.exchange("POST", "/predict", Self.ask)
      while council.host.waiting > 0 { try await Task.sleep(for: .milliseconds(5)) }
      try await Task.sleep(for: .milliseconds(300))
      async let two = second.exchange("POST", "/predict", Self.ask)
      while council.host.waiting < 1 { try await Task.sleep(for: .milliseconds(5)) }
      let refused = await council.exchange("POST", "/predict", Self.ask)
      #expect(refused.status == 429)
      #expect(refused.code == "busy")
      #expect(refused.headers["retry-after"] == "1")
      council.ledger.release()
      #expect(await one.status == 200)
      #expect(await two.status == 200)
    }
  }

  @Test func `a stopping server finishes what it has and takes nothing new`() async throws {
    try await TestCouncil.with { council in
      let idle = try council.connect()
      #expect(await idle.exchange("GET", "/healthz").status == 200)
      council.ledger.hold()
      let busy = try council.connect()
      async let answer = busy.exchange("POST", "/predict", Self.ask)
      try await Task.sleep(for: .milliseconds(300))
      await council.stop()
      #expect(await idle.isClosed())
      var isRefused = false
      for _ in 0..<100 where !isRefused {
        isRefused = (try? council.connect()) == nil
        if !isRefused { try await Task.sleep(for: .milliseconds(20)) }
      }
      #expect(isRefused)
      council.ledger.release()
      let reply = await answer
      #expect(reply.status == 200)
      #expect(reply.headers["connection"] == "close")
      #expect(await busy.isClosed())
      #expect(council.host.read { $0.council.nextQuestion.number } == 2)
    }
  }

  @Test func `a host that stops before its server refuses with 503`() async throws {
    try await TestCouncil.with { council in
      council.host.stop()
      let reply = await council.exchange("POST", "/predict", Self.ask)
      #expect(reply.status == 503)
      #expect(reply.code == "stopping")
    }
  }
}
