import Learning
import ProtocolCore
import Quantities
import Runtime

/// `POST /predict`: asks the models, lets the host decide and commit, and tells what stands in the ledger.
struct Predicting: Sendable {
  private let host: Host
  private let panel: Panel
  private let names: Names
  private let instancesMax: Int

  init(host: Host, panel: Panel, names: Names, instancesMax: Int) {
    self.host = host
    self.panel = panel
    self.names = names
    self.instancesMax = instancesMax
  }

  /// The answer to the request in `body`.
  ///
  /// Refused is, in this order: what is not JSON or has the wrong shape, an unknown model, the first row that does not
  /// fit. All of it before anything is asked, so that a refusal of one row changes nothing for the others.
  func answer(_ body: [UInt8]) async throws(Refusal) -> [UInt8] {
    let request = try PredictRequest(body, instancesMax: instancesMax)
    let model = try place(of: request.model)
    var asked: [Answers] = []
    var nonces: [[UInt8]] = []
    for features in try encoded(request) {
      let (answers, nonce) = panel.answers(features, model: model, seats: host.seats, origin: .caller)
      asked.append(answers)
      nonces.append(nonce)
    }
    let results: [Result<AskReceipt, Rejection>]
    do throws(HostError) { results = try await host.ask(asked) } catch { throw Refusal(error) }
    if case .failure(let rejection) = results[0], results.allSatisfy({ if case .failure = $0 { true } else { false } }) {
      throw Refusal(rejection)
    }
    var json = JSONWriter()
    if request.isBatch {
      json.openObject()
      json.key("predictions")
      json.openArray()
    }
    for (result, nonce) in zip(results, nonces) {
      switch result {
      case .success(let receipt): write(receipt, nonce, isConsensus: model == nil, to: &json)
      case .failure(let rejection): Refusal(rejection).write(to: &json)
      }
    }
    if request.isBatch {
      json.closeArray()
      json.closeObject()
    }
    return json.bytes
  }

  /// The place of the model called `name` in the panel; `nil` for all.
  private func place(of name: String?) throws(Refusal) -> Int? {
    guard let name, name != PredictRequest.consensus else { return nil }
    if let index = panel.ids.firstIndex(where: { $0.name == name }) { return index }
    throw .unknownModel(name, known: panel.ids.map(\.name) + [PredictRequest.consensus])
  }

  private func encoded(_ request: PredictRequest) throws(Refusal) -> [[Double]] {
    var result: [[Double]] = []
    result.reserveCapacity(request.rows.count)
    for (number, row) in request.rows.enumerated() {
      do throws(LearningError) {
        switch row {
        case .ordered(let values): result.append(try panel.predictor.encoding.encode(values))
        case .named(let values): result.append(try panel.predictor.encoding.encode(values))
        }
      } catch {
        let refusal = Refusal(error)
        guard request.isBatch else { throw refusal }
        throw Refusal(refusal.status, refusal.code, "row \(number) of \"instances\": \(refusal.message)")
      }
    }
    return result
  }

  private func write(_ receipt: AskReceipt, _ nonce: [UInt8], isConsensus: Bool, to json: inout JSONWriter) {
    let event = receipt.event
    json.openObject()
    json.key("model")
    if isConsensus {
      json.word("consensus")
      json.prediction(event.consensus, names)
    } else {
      json.raw(names.models[event.table.seats[0].index])
      writeAnswer(0, receipt, isConsensus: false, to: &json)
    }
    json.key("question")
    json.question(event.question)
    json.key("simulated")
    json.bool(event.judged != nil)
    json.key("position")
    json.integer(receipt.position)
    json.key("nonce")
    json.hex(nonce)
    if isConsensus {
      json.key("models")
      json.openObject()
      for row in event.table.seats.indices {
        json.key(raw: names.models[event.table.seats[row].index])
        json.openObject()
        writeAnswer(row, receipt, isConsensus: true, to: &json)
        json.closeObject()
      }
      json.closeObject()
      writeSilent(event.table.seats, to: &json)
    }
    json.closeObject()
  }

  // What one model said, how it counts, and where that leaves the model.
  private func writeAnswer(_ row: Int, _ receipt: AskReceipt, isConsensus: Bool, to json: inout JSONWriter) {
    let event = receipt.event
    json.prediction(event.table.row(row), names)
    json.key("counted_as")
    json.word(event.judged.map { $0.right[row] ? "success" : "failure" } ?? "pending")
    json.key("stake")
    json.amount(event.terms[row].stake)
    json.key("payment")
    if let judged = event.judged { json.amount(judged.payments[row]) } else { json.null() }
    json.key("balance")
    json.amount(receipt.balances[row])
    if isConsensus {
      json.key("weight_used")
      json.billionths(event.weights[row])
    }
    json.key("weight")
    json.billionths(receipt.weights[row])
  }

  private func writeSilent(_ heard: [Seat], to json: inout JSONWriter) {
    json.key("silent")
    json.openArray()
    if heard.count < host.seats.count {
      let silent = host.seats.filter { !heard.contains($0) }
      let statuses = host.read { committed in
        silent.map { committed.council.status(committed.council.registry.models[$0.index]) }
      }
      for (seat, status) in zip(silent, statuses) {
        json.openObject()
        json.key("model")
        json.raw(names.models[seat.index])
        json.key("status")
        json.text(status.rawValue)
        json.closeObject()
      }
    }
    json.closeArray()
  }
}

extension Refusal {
  /// No model is called `name`.
  static func unknownModel(_ name: String, known: [String]) -> Refusal {
    let nearest = nearestName(to: name, among: known).map { "did you mean \"\($0)\"? Known: " } ?? "use one of: "
    return Refusal(
      .notFound, "unknown_model",
      "there is no model \"\(shortened(name))\": \(nearest)\(known.joined(separator: ", "))")
  }
}
