import ProtocolCore
import Quantities
import Runtime

/// The names of classes and models as they stand in answers, quoted and escaped once.
struct Names: Sendable {
  /// By class.
  let classes: [[UInt8]]
  /// By seat; empty for seats of models that do not answer here.
  let models: [[UInt8]]

  init(_ panel: Panel, seats: [Seat]) {
    classes = panel.predictor.classNames.map(JSONWriter.quoted)
    var models = [[UInt8]](repeating: [], count: (seats.map(\.index).max() ?? -1) + 1)
    for (id, seat) in zip(panel.ids, seats) { models[seat.index] = JSONWriter.quoted(id.name) }
    self.models = models
  }
}

extension JSONWriter {
  /// What a prediction says: its class by name and by index, and the probability of each class.
  mutating func prediction(_ shares: some Collection<UInt32>, _ names: Names) {
    let top = Billionths.top(shares)
    key("prediction")
    raw(names.classes[top])
    key("class")
    integer(top)
    key("probabilities")
    openObject()
    for (name, share) in zip(names.classes, shares) {
      key(raw: name)
      billionths(share)
    }
    closeObject()
  }
}
