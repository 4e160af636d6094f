import Ledger
import ProtocolCore
import Quantities

/// The host of a simulated council: decides and applies in memory, seals each event into the chain and writes it to its
/// disk. What rests on an event is let out only after the flush (see the order in the architecture's plan).
struct SimulatedHost {
  /// An event with its record, as it was written.
  struct Fact {
    let event: Event
    let record: LedgerRecord
    let tick: Tick
  }

  /// An input that was taken and is not known to be durable.
  struct Wish {
    let input: Input
    let due: Tick
    /// The position after it.
    let end: UInt64
  }

  /// The running council.
  private(set) var council = Council()
  /// Its disk.
  var disk = SimulatedDisk()
  /// Events that were written and not flushed.
  private(set) var fresh: [Fact] = []
  /// Inputs that would be lost if power failed now.
  private(set) var journal: [Wish] = []
  /// Whether it runs.
  private(set) var isUp = true
  /// When it started last, in virtual milliseconds.
  private(set) var started: UInt64 = 0
  /// How often it has started.
  private(set) var epoch = 0
  /// Where the answers to each question stand, by question, from 1.
  private(set) var answered: [Answered] = []
  /// The last event that holds commitments or answers, with its place.
  private(set) var latest: (event: Event, entry: Entry)?
  /// A way in which it lies.
  let betrayal: Betrayal?

  private var chain = Chain()
  private var writer = CanonicalWriter()

  /// Where the answers to a question stand.
  struct Answered {
    let asking: Digest
    var entry: Entry
  }

  init(betrayal: Betrayal?) { self.betrayal = betrayal }

  /// The moment that an input due at `due` is recorded with: one that waited for the host comes when it is up again.
  func stamp(_ due: Tick) -> Tick { max(due, Tick(started)) }

  /// Decides an input, applies what it leads to and writes that to the disk.
  @discardableResult
  mutating func submit(_ input: Input, due: Tick) throws(Rejection) -> [Event] {
    let tick = stamp(due)
    var events = try council.decide(input, at: tick).events
    if let betrayal { events = betrayal.truth(events, of: input) }
    for event in events {
      council.apply(event, at: tick)
      write(event, at: tick)
    }
    if let betrayal { for event in betrayal.lies(events) { write(event, at: tick) } }
    journal.append(Wish(input: input, due: due, end: chain.head.position))
    return events
  }

  private mutating func write(_ event: Event, at tick: Tick) {
    let record = chain.seal(event, at: tick, with: &writer)
    disk.write(record)
    fresh.append(Fact(event: event, record: record, tick: tick))
    note(event, record)
  }

  private mutating func note(_ event: Event, _ record: LedgerRecord) {
    let entry = Entry(position: record.position, hash: record.hash)
    switch event {
    case .asked(let asked): answered.append(Answered(asking: asked.features, entry: entry))
    case .committed(let committed): answered.append(Answered(asking: committed.features, entry: entry))
    case .revealed(let revealed): answered[Int(revealed.question.number) - 1].entry = entry
    default: return
    }
    latest = (event, entry)
  }

  /// The end of what was written.
  var position: UInt64 { chain.head.position }
  /// The end of what was written, with its hash.
  var head: LedgerHead { chain.head }

  /// What was written up to `position` is durable; returns it, with the inputs behind it.
  mutating func flushed(upTo position: UInt64) -> (facts: [Fact], wishes: [Wish]) {
    disk.flush(upTo: position)
    if chain.head.position == position {
      defer {
        fresh.removeAll(keepingCapacity: true)
        journal.removeAll(keepingCapacity: true)
      }
      return (fresh, journal)
    }
    let facts = Array(fresh.prefix { $0.record.position <= position })
    let wishes = Array(journal.prefix { $0.end <= position })
    fresh.removeFirst(facts.count)
    journal.removeFirst(wishes.count)
    return (facts, wishes)
  }

  /// Stops: what was only in memory is gone.
  mutating func stop() {
    isUp = false
    epoch += 1
    fresh.removeAll()
  }

  /// Starts again from the disk. Returns the facts after `known` that survived on it, and the inputs that were lost.
  mutating func start(
    at now: UInt64, known: UInt64
  ) throws(LedgerError) -> (facts: [Fact], lost: [Wish]) {
    answered.removeAll()
    latest = nil
    var facts: [Fact] = []
    var replay = Replay()
    var seen: [Event] = []
    try replay.run(through: try disk.store()) { _, _, event, _ in seen.append(event) }
    for (event, record) in zip(seen, disk.records) {
      note(event, record)
      guard record.position > known else { continue }
      facts.append(Fact(event: event, record: record, tick: try Envelope(reading: record).tick))
    }
    council = replay.council
    chain = replay.chain
    let lost = journal.filter { $0.end > chain.head.position }
    journal.removeAll()
    isUp = true
    started = now
    return (facts, lost)
  }

  /// The event that holds what was answered to `question`; `nil` where none does.
  func event(of question: QuestionID, asking: Digest) throws(LedgerError) -> (event: Event, entry: Entry)? {
    guard question.number > 0, question.number <= UInt64(answered.count) else { return nil }
    let answered = answered[Int(question.number) - 1]
    guard answered.asking == asking, answered.entry.position <= UInt64(disk.records.count) else { return nil }
    let envelope = try Envelope(reading: disk.records[Int(answered.entry.position) - 1])
    guard let event = try? Event(kind: envelope.kind, decoding: envelope.data) else { return nil }
    return (event, answered.entry)
  }
}
