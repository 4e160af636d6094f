import Consensus
import Incentives
import Ledger
import ProtocolCore
import Quantities
import Simulation

/// The ledger of an honest run that can be altered event by event and shown to the auditor anew, well sealed.
struct DoctoredLedger {
  /// An event as text: its kind, its canonical data, its time.
  struct Entry {
    var kind: String
    var data: String
    var tick: UInt64
  }

  var entries: [Entry]
  /// The council at the honest end.
  let council: Council

  /// Runs a small scenario honestly: members that come and go, outcomes that come and do not, open or sealed.
  init(isSealed: Bool = false) throws {
    var scenario = Scenario()
    scenario.questionCount = 12
    scenario.rules.isSealed = isSealed
    scenario.rules.incentive = Incentive(.rewardAndSlash)
    scenario.rules.consensus = ConsensusRule(.linearPool)
    scenario.rules.unbonding = 1_500
    scenario.rules.outcomeDeadline = 2_500
    scenario.outcomes.delay = .constant(1_200)
    scenario.outcomes.neverShare = 0.3
    scenario.groups = [Group(name: "stays"), Group(name: "goes")]
    scenario.groups[0].count = 3
    scenario.groups[1].leaves = .constant(4)
    let population = try Population(scenario, replicate: 0)
    var recorder = Recorder(scenario: scenario, isDetailed: false)
    var run = ProtocolRun(population: population, scenario: scenario)
    _ = try run.run(recorder: &recorder) { _ in }
    entries = try run.ledger.map { record in
      let envelope = try Envelope(reading: record)
      return Entry(
        kind: envelope.kind, data: String(decoding: envelope.data, as: UTF8.self), tick: envelope.tick.milliseconds)
    }
    let store = MemoryLedger()
    try store.append(run.ledger, snapshot: nil)
    council = try Replay.latest(of: store).council
  }

  /// The place of the `count`-th event of `kind`, from 0.
  func place(of kind: String, _ count: Int = 0) -> Int {
    entries.indices.filter { entries[$0].kind == kind }[count]
  }

  /// Replaces the value of `key` in the data of the `count`-th event of `kind`.
  mutating func set(_ kind: String, _ count: Int = 0, _ key: String, to value: String) {
    let place = place(of: kind, count)
    let data = entries[place].data
    guard let start = data.firstRange(of: "\"\(key)\":")?.upperBound else { return }
    let opening = data[start]
    let end: String.Index
    if opening == "[" {
      end = data.index(after: data[start...].firstIndex(of: "]") ?? start)
    } else {
      end = data[start...].firstIndex { $0 == "," || $0 == "}" } ?? data.endIndex
    }
    entries[place].data = data.replacingCharacters(start..<end, with: value)
  }

  /// Shows all of it to an auditor that has heard every answer; says what it finds first.
  ///
  /// - Parameter listens: whether the auditor hears what nodes say.
  func audit(listens: Bool = true, until last: Int? = nil, then: (inout Auditor) throws -> Void = { _ in }) -> String? {
    var auditor = Auditor()
    var chain = Chain()
    var asking = Digest.zero
    do {
      for entry in entries.prefix(last ?? entries.count) {
        let event = try Event(kind: entry.kind, decoding: Array(entry.data.utf8))
        switch event {
        case .asked(let asked):
          auditor.opened(asked.features)
          if listens { hear(asked.table, asked.features, &auditor) }
        case .committed(let committed):
          asking = committed.features
          auditor.opened(asking)
        case .revealed(let revealed): if listens { hear(revealed.table, asking, &auditor) }
        default: break
        }
        try auditor.read(event, chain.seal(event, at: Tick(entry.tick)), at: Tick(entry.tick))
      }
      try then(&auditor)
      return nil
    } catch let finding as Auditor.Finding {
      return finding.what
    } catch {
      return "unreadable: \(error)"
    }
  }

  private func hear(_ table: PredictionTable, _ asking: Digest, _ auditor: inout Auditor) {
    for (row, seat) in table.seats.enumerated() { auditor.said(Array(table.row(row)), by: seat.index, to: asking) }
  }
}

extension String {
  fileprivate func replacingCharacters(_ range: Range<String.Index>, with text: String) -> String {
    String(self[..<range.lowerBound]) + text + String(self[range.upperBound...])
  }
}
