import Consensus
import ProtocolCore
import Quantities

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// The registry as people read it: the content of `model_registry.json`.
///
/// It follows from the council and the head of the ledger alone, so it can be written anew at any time and compared
/// byte for byte. It is a view: nothing is ever read from it to decide pay. It carries position and head hash, so that
/// a ledger that lost its tail is found out.
public struct RegistryView: Hashable, Sendable {
  /// The name of the file in the state folder.
  public static let fileName = "model_registry.json"

  /// The JSON, indented, ending in a line break.
  public let text: String

  /// The view of `council` at `head`.
  public init(_ council: borrowing Council, head: LedgerHead) {
    let registry = council.registry
    let weights = council.weights
    var lines = ["{"]
    lines.append("  \"ledger\": {\"position\": \(head.position), \"head\": \"\(head.hash)\"},")
    lines.append("  \"treasury\": \(registry.treasury),")
    lines.append("  \"outside\": \(registry.outside),")
    lines.append("  \"questions\": \(council.nextQuestion.number - 1),")
    lines.append("  \"open_questions\": \(council.open.count),")
    lines.append("  \"models\": {")
    for model in registry.models {
      let isLast = model.seat.index == registry.models.count - 1
      lines.append(
        Self.entry(model, status: council.status(model), weight: weights[model.seat.index]) + (isLast ? "" : ","))
    }
    lines.append("  }")
    lines.append("}")
    text = lines.joined(separator: "\n") + "\n"
  }

  private static func entry(_ model: ModelState, status: ModelStatus, weight: UInt32) -> String {
    let standing = model.standing
    let fields = [
      "\"status\": \"\(status.rawValue)\"",
      "\"balance\": \(model.balance)",
      "\"stake\": \(model.reserved)",
      "\"weight\": \(Billionths.text(weight))",
      "\"predictions\": \(model.predictions)",
      "\"right\": \(standing.right)",
      "\"wrong\": \(standing.wrong)",
      "\"accuracy\": \(standing.accuracy.map(Billionths.text) ?? "null")",
      "\"running_accuracy\": \(Billionths.text(standing.running.billionths))",
      "\"contribution\": \(standing.contribution.map(Billionths.text) ?? "null")",
      "\"rewarded_total\": \(model.rewardedTotal)",
      "\"slashed_total\": \(model.slashedTotal)",
      "\"seat\": \(model.seat.index)",
      "\"predictor\": \"\(model.predictor)\"",
      "\"last_change\": \"\(Timestamp.text(model.lastChange))\"",
    ]
    return "    \"\(model.id)\": {\n" + fields.map { "      \($0)" }.joined(separator: ",\n") + "\n    }"
  }

  /// The head that a view's text speaks of; `nil` if the text is not a view.
  public static func head(in text: [UInt8]) -> LedgerHead? {
    struct Header: Decodable {
      struct Place: Decodable {
        let position: UInt64
        let head: String
      }
      let ledger: Place
    }
    guard let header = try? JSONDecoder().decode(Header.self, from: Data(text)) else { return nil }
    guard let hash = Digest(hex: header.ledger.head) else { return nil }
    return LedgerHead(position: header.ledger.position, hash: hash)
  }
}
