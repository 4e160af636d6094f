import Foundation
import Testing

@Suite struct OutcomeTests {
  private static let ask = #"{"features": \#(Row.setosa)}"#

  @Test(arguments: [#""setosa""#, "0", "0.0"])
  func `an outcome settles its question once`(label: String) async throws {
    try await TestCouncil.with { council in
      #expect(await council.exchange("POST", "/predict", Self.ask).status == 200)
      let body = #"{"question": "q1", "class": \#(label)}"#
      let reply = await council.exchange("POST", "/outcomes", body)
      #expect(reply.status == 200)
      #expect(reply.json["outcome"] as? String == "setosa")
      #expect(reply.body.contains(#""payment":10.000000,"balance":1010.000000"#))
      let before = council.state
      let again = await council.exchange("POST", "/outcomes", body)
      #expect(again.status == 409)
      #expect(again.code == "already_settled")
      #expect(council.state == before)
    }
  }

  @Test func `a wrong answer loses its stake`() async throws {
    try await TestCouncil.with { council in
      _ = await council.exchange("POST", "/predict", Self.ask)
      let reply = await council.exchange("POST", "/outcomes", #"{"class": "virginica", "question": "q1"}"#)
      #expect(reply.body.contains(#""payment":-20.000000,"balance":980.000000"#))
    }
  }

  @Test func `a question judged by simulation has no outcome to report`() async throws {
    try await TestCouncil.with(failureRate: 0.3) { council in
      _ = await council.exchange("POST", "/predict", Self.ask)
      let reply = await council.exchange("POST", "/outcomes", #"{"question": "q1", "class": 0}"#)
      #expect(reply.status == 409)
    }
  }
}
