import Learning
import Ledger
import ProtocolCore
import Quantities

/// What `witan run` tells, as text in the order of reading or as one JSON document.
struct RunReport: Sendable {
  let manager: DatasetManager
  let data: PreparedData
  let rules: Rules
  let failureRate: Double
  let showing: Showing
  let demonstration: Demonstration?
  let registry: Listing
  let head: LedgerHead

  /// Everything up to the address.
  func say() {
    Console.heading("Data")
    Console.say("  \(dataLine)")
    Console.heading("Models, each trained by itself on \(data.train.rowCount) rows, judged on \(data.test.rowCount)")
    Console.say(showing.models.text)
    Console.heading("Predictions for a few test rows, each with its probability")
    Console.say(showing.predictions.text)
    Console.heading("Consensus by \(rules.consensus.kind.rawValue) over the test rows")
    Console.say(showing.consensus.text)
    Console.say("  \(showing.verdict)")
    if let demonstration {
      Console.heading("A short run, marked in the ledger as a demonstration: \(settlementLine)")
      Console.say("  Balances in credits after so many questions:")
      Console.say(demonstration.balances.text)
      Console.say("  Weights:")
      Console.say(demonstration.weights.text)
    }
    Console.heading("The council at event \(head.position) of its ledger")
    Console.say(registry.text)
  }

  /// Where the API answers.
  func say(address: String) {
    Console.heading("Serving at \(address)")
    Console.say("  \(curl(address))")
    Console.say("  Stop with Ctrl-C. Balances are in model_registry.json and survive a restart.")
  }

  func json(address: String?) -> JSONValue {
    .object([
      ("data", .object(dataMembers)),
      ("models", showing.models.json),
      ("predictions", showing.predictions.json),
      ("consensus", showing.consensus.json),
      ("verdict", .text(showing.verdict)),
      ("failure_rate", .decimal(failureRate)),
      (
        "rules",
        .object([
          ("consensus", .text(rules.consensus.kind.rawValue)), ("incentive", .text(rules.incentive.kind.rawValue)),
          ("unresolved", .text(rules.unresolved.kind.rawValue)),
        ])
      ),
      ("demonstration", demonstration.map(Self.json) ?? .null),
      ("registry", registry.json),
      ("ledger", .object([("position", .integer(head.position)), ("head", .text(head.hash.description))])),
      ("address", address.map(JSONValue.text) ?? .null),
    ])
  }

  private static func json(_ demonstration: Demonstration) -> JSONValue {
    .object([("balances", demonstration.balances.json), ("weights", demonstration.weights.json)])
  }

  private var dataLine: String {
    let columns = manager.encoding.columns.count
    let dropped = manager.droppedRowCount > 0 ? ", \(manager.droppedRowCount) rows with missing values left out" : ""
    let classes = manager.classNames.prefix(8).joined(separator: ", ") + (manager.classNames.count > 8 ? ", …" : "")
    return "\(manager.name): \(manager.rowCount) rows, \(columns) columns, \(manager.encoding.featureCount) features, "
      + "\(manager.classNames.count) classes (\(classes))\(dropped)"
  }

  private var dataMembers: [(key: String, value: JSONValue)] {
    [
      ("name", .text(manager.name)), ("rows", .integer(manager.rowCount)),
      ("features", .list(manager.encoding.featureNames.map(JSONValue.text))),
      ("classes", .list(manager.classNames.map(JSONValue.text))),
      ("training_rows", .integer(data.train.rowCount)), ("test_rows", .integer(data.test.rowCount)),
      ("dropped_rows", .integer(manager.droppedRowCount)),
    ]
  }

  private var settlementLine: String {
    failureRate > 0
      ? "\(Listing.fixed(failureRate * 100, 0)) % of answers count as failures, by chance"
      : "settled by the true classes, paid by \(rules.incentive.kind.rawValue)"
  }

  private func curl(_ address: String) -> String {
    let model = showing.models.rows.first.map { row in if case .text(let name) = row[0] { name } else { "consensus" } }
    let row = data.test.rowCount > 0 && manager.name == "iris" ? "[5.1, 3.5, 1.4, 0.2]" : exampleRow
    return "curl -X POST \(address)/predict -H \"Content-Type: application/json\" "
      + "-d '{\"model\": \"\(model ?? "consensus")\", \"features\": \(row)}'"
  }

  // The first test row, one value for each column of the file.
  private var exampleRow: String {
    var place = 0
    let values = data.encoding.columns.map { column -> String in
      defer { place += column.width }
      switch column {
      case .number: return "\(data.test.features[0, place])"
      case .categories(_, let values):
        let chosen = (0..<column.width).first { data.test.features[0, place + $0] == 1 } ?? 0
        return JSONValue.text(values[chosen]).rendered()
      }
    }
    return "[" + values.joined(separator: ", ") + "]"
  }
}
