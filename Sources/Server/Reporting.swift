import ProtocolCore
import Quantities
import Runtime

/// `POST /outcomes`: settles a question by its true class, once.
struct Reporting: Sendable {
  private let host: Host
  private let names: Names
  private let classNames: [String]

  init(host: Host, panel: Panel, names: Names) {
    self.host = host
    self.names = names
    classNames = panel.predictor.classNames
  }

  /// The answer to the request in `body`.
  func answer(_ body: [UInt8]) async throws(Refusal) -> [UInt8] {
    let request = try OutcomeRequest(body)
    let outcome = try request.classIndex(among: classNames)
    let receipt: SettlementReceipt
    do throws(HostError) { receipt = try await host.report(request.question, class: outcome) } catch {
      throw Refusal(error)
    }
    var json = JSONWriter()
    json.openObject()
    json.key("question")
    json.question(request.question)
    json.key("outcome")
    json.raw(names.classes[outcome])
    json.key("class")
    json.integer(outcome)
    json.key("position")
    json.integer(receipt.position)
    json.key("models")
    json.openObject()
    for (row, seat) in receipt.event.seats.enumerated() {
      json.key(raw: name(of: seat))
      json.openObject()
      json.key("payment")
      json.amount(receipt.event.payments[row])
      json.key("balance")
      json.amount(receipt.balances[row])
      json.closeObject()
    }
    json.closeObject()
    json.closeObject()
    return json.bytes
  }

  // A question may be older than this run, and so may a model that answered it.
  private func name(of seat: Seat) -> [UInt8] {
    if names.models.indices.contains(seat.index), !names.models[seat.index].isEmpty { return names.models[seat.index] }
    return JSONWriter.quoted(host.read { $0.council.registry.models[seat.index].id.name })
  }
}
