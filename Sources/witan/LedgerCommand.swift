import ArgumentParser
import Ledger
import LedgerSQLite
import ProtocolCore
import Quantities

/// `witan ledger`: reads the events.
struct LedgerCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "ledger",
    abstract: "List, filter and export the events of the ledger.",
    subcommands: [LedgerListCommand.self, LedgerExportCommand.self],
    defaultSubcommand: LedgerListCommand.self)
}

/// Which events.
struct LedgerFilter: ParsableArguments {
  @OptionGroup var state: StateOption

  @Option(help: "Only events of this kind: founded, registered, retrained, asked, settled, snapshotted.")
  var kind: String?

  @Option(help: "Only events about this question, as in q17.")
  var question: String?

  @Option(help: "Only events that speak of this model.")
  var model: String?

  @Option(help: "Only events after this position.")
  var after: UInt64 = 0

  /// An event with its envelope.
  struct Entry {
    let record: LedgerRecord
    let envelope: Envelope
    let event: Event
  }

  /// Calls `visit` with each event that passes, until it returns `false`. Checks the chain on the way.
  func visit(_ visit: (Entry) throws -> Bool) throws {
    if let kind, !Event.kinds.contains(kind) { throw CommandFailure.unknown("--kind", kind, among: Event.kinds) }
    let question = try question.map { text in
      guard let id = QuestionID(text) else {
        throw CommandFailure(.wrongUse, "--question is `\(text)`, but questions are written like q17")
      }
      return id
    }
    let store = try CommandFailure.wrap { () throws(LedgerError) in
      try SQLiteLedger.open(folder: state.state, mode: .read)
    }
    defer { store.close() }
    let seat = try seat(in: store)
    var position = after
    while true {
      let records = try CommandFailure.wrap { () throws(LedgerError) in
        try store.records(after: position, limit: 1_000)
      }
      guard let last = records.last else { return }
      for record in records {
        let entry = try Self.entry(record)
        if let kind, entry.event.kind != kind { continue }
        if let question, entry.event.question != question { continue }
        if let seat, !entry.event.seats.contains(seat) { continue }
        guard try visit(entry) else { return }
      }
      position = last.position
    }
  }

  private func seat(in store: SQLiteLedger) throws -> Seat? {
    guard let model else { return nil }
    let registry = try CommandFailure.wrap { () throws(LedgerError) in
      try Replay.latest(of: store).council.registry
    }
    guard let id = ModelID(model), let state = registry[id] else {
      throw CommandFailure.unknown("--model", model, among: registry.models.map(\.id.name))
    }
    return state.seat
  }

  private static func entry(_ record: LedgerRecord) throws(CommandFailure) -> Entry {
    try CommandFailure.wrap { () throws(LedgerError) in
      let envelope = try Envelope(reading: record)
      do throws(CanonicalError) {
        return Entry(
          record: record, envelope: envelope, event: try Event(kind: envelope.kind, decoding: envelope.data))
      } catch {
        throw .chainBroken(
          position: record.position, expected: "an event of kind \(envelope.kind)", found: error.description)
      }
    }
  }
}

/// `witan ledger list`.
struct LedgerListCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "list",
    abstract: "List events as a table, oldest first.",
    discussion: """
      Examples:
        witan ledger list
        witan ledger list --kind settled --model random_forest
        witan ledger list --question q17 --json
      """)

  @OptionGroup var filter: LedgerFilter
  @OptionGroup var output: OutputOption

  @Option(help: "At most so many events.")
  var limit = 100

  func run() throws {
    guard limit > 0 else { throw CommandFailure(.wrongUse, "--limit is \(limit), but must be at least 1") }
    var listing = Listing("position", "time", "kind", "question", "what", "hash")
    try filter.visit { entry in
      listing.append(
        .integer(Int(entry.record.position)), .text(Timestamp.text(entry.envelope.tick)), .text(entry.event.kind),
        entry.event.question.map { .text($0.description) } ?? .none, .text(entry.event.summary),
        .text(output.json ? entry.record.hash.description : String(entry.record.hash.description.prefix(12))))
      return listing.rows.count < limit
    }
    Console.say(output.json ? listing.json.rendered() : listing.text)
    if !output.json, listing.rows.count == limit, case .integer(let last)? = listing.rows.last?[0] {
      Console.note("witan: more with --after \(last)")
    }
  }
}

/// `witan ledger export`.
struct LedgerExportCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "export",
    abstract: "Write events as JSON Lines: each line is an event's canonical body, whose SHA-256 is its hash.",
    discussion: """
      Examples:
        witan ledger export > ledger.jsonl
        witan ledger export --kind asked --after 1000
      """)

  @OptionGroup var filter: LedgerFilter

  func run() throws {
    try filter.visit { entry in
      print(String(decoding: entry.record.body, as: UTF8.self))
      return true
    }
  }
}
