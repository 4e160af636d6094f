import ArgumentParser
import Ledger
import LedgerSQLite
import Quantities

/// `witan models`: the registry, out of the ledger.
struct ModelsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "models",
    abstract: "Show each model's balance, weight and accuracy, as the ledger has it.",
    discussion: """
      Works while `witan run` serves, and writes nothing.

      Examples:
        witan models
        witan models --state ~/council --json
      """)

  @OptionGroup var state: StateOption
  @OptionGroup var output: OutputOption

  func run() throws {
    let replay = try CommandFailure.wrap { () throws(LedgerError) in
      let store = try SQLiteLedger.open(folder: state.state, mode: .read)
      defer { store.close() }
      return try Replay.latest(of: store)
    }
    let listing = Listing(registryOf: replay.council)
    if output.json {
      Console.say(
        JSONValue.object([
          ("models", listing.json),
          ("treasury", .amount(replay.council.registry.treasury)),
          ("outside", .amount(replay.council.registry.outside)),
          ("questions", .integer(replay.council.nextQuestion.number - 1)),
          ("open_questions", .integer(replay.council.open.count)),
          ("position", .integer(replay.chain.head.position)),
          ("head", .text(replay.chain.head.hash.description)),
        ]).rendered())
    } else {
      Console.say(listing.text)
      Console.say("  treasury \(replay.council.registry.treasury), outside \(replay.council.registry.outside)")
      Console.say("  event \(replay.chain.head.position), \(replay.council.open.count) questions open")
    }
  }
}
