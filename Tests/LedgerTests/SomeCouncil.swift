import Consensus
import Incentives
import Ledger
import ProtocolCore
import Quantities

/// A ledger with the history of a council: models that join, questions judged at once and later, snapshots.
struct SomeCouncil {
  let store = MemoryLedger()
  private(set) var council = Council()
  private(set) var chain = Chain()
  private var random: CounterStream
  private var tick = Tick(1_700_000_000_000)

  /// - Parameter snapshots: after how many questions a snapshot is stored, each time.
  init(seed: UInt64, questions: Int, snapshots: Int = .max, kind: ConsensusRule.Kind = .fixedShare) throws {
    random = CounterStream(seed: seed, purpose: 40)
    var rules = Rules()
    rules.consensus.kind = kind
    rules.outcomeDeadline = 40_000
    try take(.found(Founding(ledger: [UInt8](0..<16), data: .zero, classes: ["a", "b", "c"], rules: rules)))
    for name in ["ada", "bob", "cid"] { try join(name) }
    for number in 1...questions {
      try ask(number)
      if number == questions / 2 { try join("dora") }
      if number % snapshots == 0 { try snapshot() }
    }
  }

  mutating func take(_ input: Input, snapshot: StoredSnapshot? = nil) throws {
    tick = Tick(tick.milliseconds + UInt64(random.below(3_000)))
    for event in try council.decide(input, at: tick).events {
      council.apply(event, at: tick)
      try store.append([chain.seal(event, at: tick)], snapshot: snapshot)
    }
  }

  private mutating func join(_ name: String) throws {
    if let id = ModelID(name) { try take(.register(id, predictor: .sha256(Array(name.utf8)))) }
  }

  private mutating func ask(_ number: Int) throws {
    var table = PredictionTable(classCount: 3)
    for model in council.registry.models where council.status(model) == .active {
      table.append(model.seat, Billionths.shares((0..<3).map { _ in UInt64(1 + random.below(100)) }))
    }
    let judgement = SimulatedJudgement(
      failureRate: 300_000_000, right: table.seats.map { _ in random.below(10) >= 3 })
    try take(
      .ask(
        Asking(
          question: council.nextQuestion, features: .sha256([UInt8(number & 255)]), origin: .caller, table: table,
          judgement: random.below(3) == 0 ? judgement : nil)))
    if let oldest = council.open.keys.min(), random.below(2) == 0 {
      try? take(.report(oldest, class: random.below(3)))
    }
    try take(.tick)
  }

  /// Stores a snapshot with the event that vouches for it.
  mutating func snapshot() throws {
    let snapshot = StoredSnapshot(position: council.position, state: council.state)
    try take(.snapshot(snapshot.digest), snapshot: snapshot)
  }

  /// All records.
  func records() throws -> [LedgerRecord] { try store.records(after: 0, limit: .max) }
}

/// A ledger of `events`, sealed anew from the first one: what a forger who can compute hashes would leave.
func resealed(_ records: [LedgerRecord], _ change: (Int, Event) throws -> Event) throws -> [LedgerRecord] {
  var chain = Chain()
  return try records.enumerated().map { index, record in
    let envelope = try Envelope(reading: record)
    let event = try Event(kind: envelope.kind, decoding: envelope.data)
    return chain.seal(try change(index, event), at: envelope.tick)
  }
}

extension MemoryLedger {
  /// A ledger of `records` and `snapshots`.
  convenience init(_ records: [LedgerRecord], _ snapshots: [StoredSnapshot] = []) throws {
    self.init()
    try append(records, snapshot: nil)
    for snapshot in snapshots.reversed() { try append([], snapshot: snapshot) }
  }
}

extension Event {
  /// This event with `old` replaced by `new` in its text; `nil` if that leaves it as it is or unreadable.
  func replacing(_ old: String, with new: String) -> Event? {
    var writer = CanonicalWriter()
    encode(into: &writer)
    let parts = String(decoding: writer.bytes, as: UTF8.self).components(old)
    guard parts.count > 1 else { return nil }
    let text = parts[0] + new + parts[1...].joined(separator: old)
    return try? Event(kind: kind, decoding: Array(text.utf8))
  }
}

extension String {
  /// The parts between occurrences of `separator`.
  fileprivate func components(_ separator: String) -> [String] {
    var parts: [String] = []
    var rest = self[...]
    while let range = rest.firstRange(of: separator) {
      parts.append(String(rest[..<range.lowerBound]))
      rest = rest[range.upperBound...]
    }
    return parts + [String(rest)]
  }
}
