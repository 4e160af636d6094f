import ProtocolCore
import Quantities

/// Why a ledger cannot be replayed.
public enum ReplayError: Error, Hashable, Sendable {
  /// There is no event in it.
  case empty
  /// It does not hold, as `verify` says: each fault with its remedy.
  case unsound([String])
  /// The rules it shall be replayed under are out of bounds or do not fit it.
  case rules(String)
  /// A model that never joined; the nearest name that did.
  case unknownModel(ModelID, nearest: String?)
  /// A deposit that no council takes.
  case deposit(ModelID, Amount)
}

extension ReplayError: CustomStringConvertible {
  /// What was wrong, and what to do.
  public var description: String {
    switch self {
    case .empty: "the ledger holds no event, so there is nothing to replay: give the folder of one that was used"
    case .unsound(let faults): "the ledger does not hold and is not replayed: \(faults.joined(separator: "; "))"
    case .rules(let fault): "these rules cannot be replayed: \(fault)"
    case .unknownModel(let model, let nearest):
      "\(model) never joined"
        + (nearest.map { ", did you mean \($0)?" } ?? ": `witan ledger list --kind registered` lists who did")
    case .deposit(let model, let amount):
      "a deposit of \(amount) for \(model): take 0 to \(Rules.depositMax) credits"
    }
  }
}
