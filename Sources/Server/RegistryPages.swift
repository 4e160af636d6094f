import Incentives
import Ledger
import ProtocolCore
import Quantities
import Runtime

/// `GET /models`, `GET /models/{id}` and `GET /ledger`: what stands in the ledger, for anyone to read.
struct RegistryPages: Sendable {
  private let host: Host

  init(host: Host) { self.host = host }

  /// The registry, in the shape of `model_registry.json`.
  func models() -> [UInt8] {
    let (page, treasury, outside) = host.read { committed in
      let council = committed.council
      return (
        (
          models: council.registry.models.map { Entry($0, council) }, head: committed.head,
          questions: council.nextQuestion.number - 1, open: council.open.count
        ), council.registry.treasury, council.registry.outside
      )
    }
    var json = JSONWriter()
    json.openObject()
    json.key("ledger")
    json.head(page.head)
    json.key("treasury")
    json.amount(treasury)
    json.key("outside")
    json.amount(outside)
    json.key("questions")
    json.integer(page.questions)
    json.key("open_questions")
    json.integer(page.open)
    json.key("models")
    json.openObject()
    for entry in page.models {
      json.key(raw: JSONWriter.quoted(entry.model.id.name))
      entry.write(to: &json)
    }
    json.closeObject()
    json.closeObject()
    return json.bytes
  }

  /// The model called `name`, which may be percent-encoded.
  func model(_ name: Substring) throws(Refusal) -> [UInt8] {
    let name = Query.decoded(name) ?? String(name)
    let (entry, head) = host.read { committed in
      (
        ModelID(name).flatMap { committed.council.registry[$0] }.map { Entry($0, committed.council) }, committed.head
      )
    }
    guard let entry else {
      throw .unknownModel(name, known: host.read { $0.council.registry.models.map(\.id.name) })
    }
    var json = JSONWriter()
    json.openObject()
    json.key("model")
    json.text(entry.model.id.name)
    entry.writeFields(to: &json)
    json.key("ledger")
    json.head(head)
    json.closeObject()
    return json.bytes
  }

  /// A page of the ledger.
  func ledger(_ query: Substring?) throws(Refusal) -> [UInt8] {
    let query = try Query(query, known: ["after", "limit"])
    let after = try query.integer("after", in: 0...UInt64(1) << 53, default: 0)
    let limit = Int(try query.integer("limit", in: 1...1_000, default: 100))
    let head = host.read { $0.head }
    // Events beyond the head may be on the disk already; they are told once the council has taken them over.
    let count = after < head.position ? Int(clamping: min(UInt64(limit), head.position - after)) : 0
    let records: [LedgerRecord]
    do throws(LedgerError) { records = count > 0 ? try host.records(after: after, limit: count) : [] } catch {
      throw Refusal(error)
    }
    var json = JSONWriter()
    json.openObject()
    json.key("head")
    json.head(head)
    json.key("records")
    json.openArray()
    for record in records {
      json.openObject()
      json.key("position")
      json.integer(record.position)
      json.key("hash")
      json.hex(record.hash.bytes)
      json.key("body")
      json.raw(record.body)
      json.closeObject()
    }
    json.closeArray()
    json.key("next")
    if let last = records.last, last.position < head.position { json.integer(last.position) } else { json.null() }
    json.closeObject()
    return json.bytes
  }

  /// One model as it stands, apart from the council.
  private struct Entry: Sendable {
    let model: ModelState
    let status: ModelStatus
    let weight: UInt32

    init(_ model: ModelState, _ council: borrowing Council) {
      self.model = model
      status = council.status(model)
      weight = council.weights[model.seat.index]
    }

    func write(to json: inout JSONWriter) {
      json.openObject()
      writeFields(to: &json)
      json.closeObject()
    }

    func writeFields(to json: inout JSONWriter) {
      json.key("status")
      json.text(status.rawValue)
      json.key("balance")
      json.amount(model.balance)
      json.key("stake")
      json.amount(model.reserved)
      json.key("weight")
      json.billionths(weight)
      json.key("predictions")
      json.integer(model.predictions)
      json.key("right")
      json.integer(model.standing.right)
      json.key("wrong")
      json.integer(model.standing.wrong)
      json.key("accuracy")
      if let accuracy = model.standing.accuracy { json.billionths(accuracy) } else { json.null() }
      json.key("running_accuracy")
      json.billionths(model.standing.running.billionths)
      json.key("contribution")
      if let contribution = model.standing.contribution { json.billionths(contribution) } else { json.null() }
      json.key("rewarded_total")
      json.amount(model.rewardedTotal)
      json.key("slashed_total")
      json.amount(model.slashedTotal)
      json.key("seat")
      json.integer(model.seat.index)
      json.key("predictor")
      json.text(model.predictor.hex)
      json.key("last_change")
      json.text(Timestamp.text(model.lastChange))
    }
  }
}

extension JSONWriter {
  /// Where the ledger ends.
  fileprivate mutating func head(_ head: LedgerHead) {
    openObject()
    key("position")
    integer(head.position)
    key("head")
    text(head.hash.hex)
    closeObject()
  }
}
