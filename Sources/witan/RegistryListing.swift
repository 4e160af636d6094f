import ProtocolCore
import Quantities

extension Listing {
  /// The models of a council.
  init(registryOf council: borrowing Council) {
    self.init(
      "model", "status", "balance", "stake", "weight", "predictions", "right", "wrong", "accuracy", "running accuracy",
      "contribution", "slashed total", "last change")
    let weights = council.weights
    for model in council.registry.models {
      append(
        .text(model.id.name), .text(council.status(model).rawValue), .amount(model.balance), .amount(model.reserved),
        .share(weights[model.seat.index]), .integer(Int(model.predictions)), .integer(Int(model.standing.right)),
        .integer(Int(model.standing.wrong)), model.standing.accuracy.map { .share($0) } ?? .none,
        .share(model.standing.running.billionths),
        model.standing.contribution.map { .decimal(Double($0) / Double(Billionths.one), places: 4) } ?? .none,
        .amount(model.slashedTotal),
        .text(Timestamp.text(model.lastChange)))
    }
  }
}
