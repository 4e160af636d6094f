import Foundation
import Ledger
import ProtocolCore
import Quantities
import Testing

@Suite struct RegistryViewTests {
  @Test func `holds what people look for, as JSON`() throws {
    let some = try SomeCouncil(seed: 21, questions: 80)
    let view = RegistryView(some.council, head: some.chain.head)
    let json = try #require(try JSONSerialization.jsonObject(with: Data(view.text.utf8)) as? [String: Any])
    let ledger = try #require(json["ledger"] as? [String: Any])
    #expect(ledger["position"] as? UInt64 == some.council.position)
    #expect(ledger["head"] as? String == some.chain.head.hash.hex)
    let models = try #require(json["models"] as? [String: [String: Any]])
    #expect(models.keys.sorted() == ["ada", "bob", "cid", "dora"])
    for model in some.council.registry.models {
      let entry = try #require(models[model.id.name])
      #expect(
        Set(entry.keys).isSuperset(of: [
          "balance", "stake", "weight", "predictions", "right", "wrong", "accuracy", "running_accuracy",
          "slashed_total",
          "status", "last_change",
        ]))
      // Double holds these amounts to far below half a micro-credit.
      let balance = try #require(entry["balance"] as? Double)
      #expect(Int64((balance * 1e6).rounded()) == model.balance.micro)
      #expect(entry["predictions"] as? UInt64 == model.predictions)
      #expect(entry["right"] as? UInt64 == model.standing.right)
      #expect(entry["wrong"] as? UInt64 == model.standing.wrong)
      #expect(entry["status"] as? String == some.council.status(model).rawValue)
      #expect(entry["last_change"] as? String == Timestamp.text(model.lastChange))
    }
    let weights = models.values.compactMap { $0["weight"] as? Double }
    #expect(abs(weights.reduce(0, +) - 1) < 1e-12)
    let outside = try #require(json["outside"] as? Double)
    let treasury = try #require(json["treasury"] as? Double)
    let balances = models.values.compactMap { $0["balance"] as? Double }.reduce(0, +)
    #expect(abs(outside + treasury + balances) < 1e-6)
  }

  @Test func `names its head, and nothing else has one`() throws {
    let some = try SomeCouncil(seed: 22, questions: 3)
    let view = RegistryView(some.council, head: some.chain.head)
    #expect(RegistryView.head(in: Array(view.text.utf8)) == some.chain.head)
    for text in [
      "", "{}", "null", "[1]", "{\"ledger\":{\"position\":1}}", "{\"ledger\":{\"position\":-1,\"head\":\"00\"}}",
      "{\"ledger\":{\"position\":1,\"head\":\"00\"}}",
      view.text.replacingOccurrences(of: "\"position\": ", with: "\"position\": 1.5"),
    ] {
      #expect(RegistryView.head(in: Array(text.utf8)) == nil)
    }
    #expect(RegistryView.head(in: [0xFF, 0xFE]) == nil)
  }

  @Test func `a council without a model, or not begun, has a view as well`() throws {
    let view = RegistryView(Council(), head: .empty)
    #expect(RegistryView.head(in: Array(view.text.utf8)) == .empty)
    #expect(throws: Never.self) { try JSONSerialization.jsonObject(with: Data(view.text.utf8)) }
  }

  @Test func `a model that has not been judged has no accuracy`() throws {
    let some = try SomeCouncil(seed: 23, questions: 1)
    var fresh = some
    try fresh.take(.register(try #require(ModelID("eve")), predictor: .zero))
    let view = RegistryView(fresh.council, head: fresh.chain.head)
    let json = try #require(try JSONSerialization.jsonObject(with: Data(view.text.utf8)) as? [String: Any])
    let models = try #require(json["models"] as? [String: [String: Any]])
    #expect(models["eve"]?["accuracy"] is NSNull)
    #expect(models["eve"]?["running_accuracy"] as? Double == 1)
  }
}
