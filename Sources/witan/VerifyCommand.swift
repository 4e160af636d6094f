import ArgumentParser
import Foundation
import Ledger
import LedgerSQLite
import Quantities

/// `witan verify`: trusts nothing and checks everything from the first event.
struct VerifyCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "verify",
    abstract: "Check the whole ledger: file, hash chain, every decision and sum, snapshots, registry.",
    discussion: """
      Every stake, weight, consensus and payment is computed anew and compared. Writes nothing. Exit code 1 if anything
      does not hold.

      Examples:
        witan verify
        witan verify --state ~/council --json
      """)

  @OptionGroup var state: StateOption
  @OptionGroup var output: OutputOption

  func run() throws {
    // The view is read first, so that a ledger that grows meanwhile is never behind it.
    let view = FileManager.default.contents(atPath: state.viewPath).map { [UInt8]($0) }
    let verification = try CommandFailure.wrap { () throws(LedgerError) in
      let store = try SQLiteLedger.open(folder: state.state, mode: .read)
      defer { store.close() }
      return Verification(of: store, view: view) { count in
        if count % 100_000 == 0 { Console.progress("\(count) events hold …") }
      }
    }
    Console.endProgress()
    if output.json { Console.say(json(verification).rendered()) } else { say(verification) }
    guard verification.faults.isEmpty else { throw ExitCode(CommandFailure.Code.faultsFound.rawValue) }
  }

  private func say(_ verification: Verification) {
    let registry = verification.council.registry
    Console.say("  events     \(verification.events), head \(verification.head.hash)")
    Console.say(
      "  accounts   models \(verification.balances), treasury \(registry.treasury), outside \(registry.outside)")
    Console.say("  snapshots  \(verification.snapshots) computed anew")
    Console.say("  registry   \(verification.isViewChecked ? "as it follows from the ledger" : "not compared")")
    if verification.faults.isEmpty {
      Console.say("All of it holds: chain, decisions, sums, snapshots.")
    } else {
      for fault in verification.faults { Console.say("FAULT: \(fault)") }
    }
  }

  private func json(_ verification: Verification) -> JSONValue {
    .object([
      ("holds", .flag(verification.faults.isEmpty)),
      ("events", .integer(verification.events)),
      ("head", .text(verification.head.hash.description)),
      ("snapshots", .integer(verification.snapshots)),
      ("view_checked", .flag(verification.isViewChecked)),
      ("balances", .amount(verification.balances)),
      ("treasury", .amount(verification.council.registry.treasury)),
      ("outside", .amount(verification.council.registry.outside)),
      ("faults", .list(verification.faults.map(JSONValue.text))),
    ])
  }
}

extension Verification {
  fileprivate var balances: Amount { council.registry.models.reduce(.zero) { $0 + $1.balance } }
}
