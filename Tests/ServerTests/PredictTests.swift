import Foundation
import Ledger
import Learning
import ProtocolCore
import Quantities
import Runtime
import Server
import Testing

@Suite struct PredictTests {
  @Test func `the curl of the base system is answered with class, judgement, payment and balance`() async throws {
    try await TestCouncil.with(failureRate: 1) { council in
      let reply = await council.exchange(
        "POST", "/predict", #"{"model": "random_forest", "features": \#(Row.setosa)}"#)
      #expect(reply.status == 200)
      #expect(reply.headers["content-type"] == "application/json")
      #expect(reply.json["model"] as? String == "random_forest")
      #expect(reply.json["prediction"] as? String == "setosa")
      #expect(reply.json["class"] as? Int == 0)
      #expect(reply.json["question"] as? String == "q1")
      #expect(reply.json["counted_as"] as? String == "failure")
      #expect(reply.json["simulated"] as? Bool == true)
      // Money keeps its six places, weights and probabilities their nine.
      #expect(reply.body.contains(#""stake":20.000000,"payment":-20.000000,"balance":980.000000,"weight":0."#))
      let probabilities = reply.json["probabilities"] as? [String: Double] ?? [:]
      #expect(Set(probabilities.keys) == ["setosa", "versicolor", "virginica"])
      #expect(abs(probabilities.values.reduce(0, +) - 1) < 1e-9)  // three roundings to nine places
      #expect(council.host.read { $0.head.position } == UInt64(reply.json["position"] as? Int ?? 0))
    }
  }

  @Test(arguments: [#"{"features": \#(Row.virginica)}"#, #"{"model": "consensus", "features": \#(Row.virginica)}"#])
  func `the consensus tells what each model said and weighed`(body: String) async throws {
    try await TestCouncil.with { council in
      let reply = await council.exchange("POST", "/predict", body)
      #expect(reply.status == 200)
      #expect(reply.json["model"] as? String == "consensus")
      #expect(reply.json["prediction"] as? String == "virginica")
      #expect(reply.json["simulated"] as? Bool == false)
      let models = try #require(reply.json["models"] as? [String: [String: Any]])
      #expect(models.keys.sorted() == ["gradient_boosting", "logistic_regression", "random_forest"])
      #expect(models.values.allSatisfy { $0["counted_as"] as? String == "pending" && $0["payment"] is NSNull })
      let weights = models.values.compactMap { $0["weight_used"] as? Double }
      #expect(abs(weights.reduce(0, +) - 1) < 1e-9)  // three numbers with nine places
      #expect((reply.json["silent"] as? [Any])?.isEmpty == true)
    }
  }

  @Test func `features by name give the same as in the order of the columns`() async throws {
    try await TestCouncil.with { council in
      let named = #"{"petal_width": 0.2, "sepal_length": 5.1, "petal_length": 1.4, "sepal_width": 3.5}"#
      let first = await council.exchange("POST", "/predict", #"{"features": \#(Row.setosa)}"#)
      let second = await council.exchange("POST", "/predict", #"{"features": \#(named)}"#)
      #expect(second.status == 200)
      #expect(first.json["probabilities"] as? [String: Double] == second.json["probabilities"] as? [String: Double])
    }
  }

  @Test func `every row of a batch is a question of its own, in order`() async throws {
    try await TestCouncil.with { council in
      let rows = [Row.setosa, Row.virginica, Row.setosa].joined(separator: ",")
      let reply = await council.exchange(
        "POST", "/predict", #"{"model": "logistic_regression", "instances": [\#(rows)]}"#)
      let answers = try #require(reply.json["predictions"] as? [[String: Any]])
      #expect(answers.map { $0["question"] as? String } == ["q1", "q2", "q3"])
      #expect(answers.map { $0["prediction"] as? String } == ["setosa", "virginica", "setosa"])
    }
  }

  @Test func `a suspended model is refused by name, left out of the consensus, and said to be silent`() async throws {
    var rules = Rules()
    rules.judging.suspendedAfter = 1
    rules.judging.runningRate = 1_000_000_000  // the last answer alone counts
    try await TestCouncil.with(failureRate: 1, rules: rules) { council in
      let ask = #"{"model": "random_forest", "features": \#(Row.setosa)}"#
      #expect(await council.exchange("POST", "/predict", ask).status == 200)
      let before = council.state
      let refused = await council.exchange("POST", "/predict", ask)
      #expect(refused.status == 409)
      #expect(refused.code == "model_suspended")
      #expect(council.state == before)
      let consensus = await council.exchange("POST", "/predict", #"{"features": \#(Row.setosa)}"#)
      #expect((consensus.json["models"] as? [String: Any])?.count == 2)
      #expect((consensus.json["silent"] as? [[String: String]]) == [["model": "random_forest", "status": "suspended"]])
      // That answer was a failure of the other two, so now nobody is left.
      let nobody = await council.exchange("POST", "/predict", #"{"features": \#(Row.setosa)}"#)
      #expect(nobody.status == 503)
      #expect(nobody.code == "nobody_there")
      #expect(nobody.headers["retry-after"] != nil)
    }
  }

  @Test func `a batch of which only a part is taken tells each row's fate`() async throws {
    var rules = Rules()
    rules.openQuestionsMax = 2
    try await TestCouncil.with(rules: rules) { council in
      let rows = Array(repeating: Row.setosa, count: 3).joined(separator: ",")
      let reply = await council.exchange("POST", "/predict", #"{"instances": [\#(rows)]}"#)
      #expect(reply.status == 200)
      let answers = try #require(reply.json["predictions"] as? [[String: Any]])
      #expect(answers.map { $0["question"] as? String } == ["q1", "q2", nil])
      #expect(answers[2]["code"] as? String == "too_many_open_questions")
      let full = await council.exchange("POST", "/predict", #"{"instances": [\#(rows)]}"#)
      #expect(full.status == 429)
      #expect(full.headers["retry-after"] == "1")
    }
  }

  @Test(arguments: [
    "1", "-0", "0.1", "5.1", "1e3", "1E+2", "-2.5e-3", "123456789.123456789", "0.30000000000000004", "9007199254740993",
    "4.9e-324", "1e100", "-9.999999999999999e99", "12345678901234567890", "0.000000000000000000000000001", "1e-400",
    "1e22",
    "1e23",
  ])
  func `a number is read as the nearest Double`(text: String) async throws {
    try await TestCouncil.with { council in
      let reply = await council.exchange("POST", "/predict", #"{"features": [\#(text), 1, 1, 1]}"#)
      #expect(reply.status == 200)
      let nonce = try #require(reply.json["nonce"] as? String)
      let bytes = stride(from: 0, to: nonce.count, by: 2).map { place in
        UInt8(nonce.dropFirst(place).prefix(2), radix: 16)!
      }
      let digest = Panel.digest([try #require(Double(text)), 1, 1, 1], nonce: bytes)
      let ledger = await council.exchange("GET", "/ledger?after=4")
      #expect(ledger.body.contains(digest.hex))
    }
  }
}
