import ArgumentParser
import Foundation
import Ledger
import LedgerSQLite
import ProtocolCore
import Quantities
import Simulation

/// `witan replay`: a ledger as it would have been under other circumstances.
struct ReplayCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "replay",
    abstract: "Say what a ledger would have come to under other rules, without a model, or with another deposit.",
    discussion: """
      Predictions, outcomes and judgements stay as they are recorded; consensus, weights, pay and balances are decided
      anew, event by event. Checks the whole ledger on the way, as verify does, and writes nothing into its folder; the
      host may be running. Without any option the same ledger must come out, to the byte.

      Examples:
        witan replay .                                              the same ledger, to the byte
        witan replay . --set rules.incentive=weighted_score
        witan replay ~/council --set rules.consensus=meta --set rules.outcome_deadline=3600000
        witan replay . --without random_forest --output replays/without-forest
        witan replay . --with-stake gradient_boosting=5000 --json
      """)

  @Argument(help: "The folder of the ledger.")
  var ledger: String

  @Option(
    name: .customLong("set"),
    help: "A rule to change, as in --set rules.incentive=kelly; as often as you like. `witan simulate` has the same.")
  var changes: [String] = []

  @Option(help: "A model that never joins; as often as you like.")
  var without: [String] = []

  @Option(help: "A model and the credits that it brings in, as in --with-stake ada=5000; as often as you like.")
  var withStake: [String] = []

  @Option(help: "A folder for the report: report.html, replay.json and CSV files.")
  var output: String?

  @OptionGroup var format: OutputOption

  func run() throws {
    let result = try replay()
    if let output {
      do { try ReplayFolder(path: output).write(result, title: title) } catch { throw CommandFailure(error) }
    }
    Console.say(format.json ? result.json.rendered() : text(result))
    if !format.json, let output { Console.note("witan: the report is in \(output)/report.html") }
    // A ledger that does not come out as it is would be a fault of this program or of its file.
    if isUnchanged, !result.isSame { throw ExitCode(CommandFailure.Code.faultsFound.rawValue) }
  }

  private var isUnchanged: Bool { changes.isEmpty && without.isEmpty && withStake.isEmpty }

  private var title: String {
    let parts = changes + without.map { "without \($0)" } + withStake.map { "with \($0)" }
    return parts.isEmpty ? "nothing is otherwise" : parts.joined(separator: ", ")
  }

  private func replay() throws(CommandFailure) -> ReplayResult {
    let store = try CommandFailure.wrap { () throws(LedgerError) in
      try SQLiteLedger.open(folder: ledger, mode: .read)
    }
    defer { store.close() }
    defer { Console.endProgress() }
    let founding: Founding
    do { founding = try CounterfactualReplay.founding(of: store) } catch { throw CommandFailure(error) }
    let counterfactual = try counterfactual(founding.rules)
    do {
      return try CounterfactualReplay.run(of: store, counterfactual) { count in
        if count % 100_000 == 0 { Console.progress("\(count) events are replayed …") }
      }
    } catch { throw CommandFailure(error) }
  }

  private func counterfactual(_ rules: Rules) throws(CommandFailure) -> Counterfactual {
    var counterfactual = Counterfactual(rules: rules)
    for setting in changes {
      let (path, value) = try Self.parts(of: setting, "--set", "rules.incentive=kelly")
      do { try counterfactual.set(path, value) } catch { throw CommandFailure(.wrongUse, error.description) }
    }
    for name in without { counterfactual.without.insert(try Self.model(name, "--without")) }
    for stake in withStake {
      let (name, value) = try Self.parts(of: stake, "--with-stake", "ada=5000")
      guard let credits = Double(value), credits.isFinite, abs(credits) <= 1e9 else {
        throw CommandFailure(.wrongUse, "--with-stake \(stake): give credits as a number, as in ada=5000")
      }
      counterfactual.deposits[try Self.model(name, "--with-stake")] = Amount(micro: Int64((credits * 1e6).rounded()))
    }
    return counterfactual
  }

  private static func parts(
    of text: String, _ option: String, _ example: String
  ) throws(CommandFailure) -> (name: String, value: String) {
    guard let sign = text.firstIndex(of: "="), sign != text.startIndex else {
      throw CommandFailure(
        .wrongUse, "\(option) is `\(text)`, but wants a name and a value, as in \(option) \(example)")
    }
    return (String(text[..<sign]), String(text[text.index(after: sign)...]))
  }

  private static func model(_ name: String, _ option: String) throws(CommandFailure) -> ModelID {
    guard let id = ModelID(name) else {
      throw CommandFailure(
        .wrongUse, "\(option) is `\(name)`, which cannot be the name of a model: `witan models` lists them")
    }
    return id
  }

  private func text(_ result: ReplayResult) -> String {
    var models = Listing(
      "model", "balance", "otherwise", "difference", "earned", "earned otherwise", "lost", "lost otherwise", "accuracy",
      "accuracy otherwise", "weight", "weight otherwise")
    func share(_ billionths: UInt32?) -> Listing.Cell { billionths.map { .share($0) } ?? .none }
    func credits(_ amount: Amount?) -> Listing.Cell { amount.map { .amount($0) } ?? .none }
    for model in result.models {
      models.append(
        .text(model.id.name), .amount(model.real.balance), credits(model.other?.balance), credits(model.balanceChange),
        .amount(model.real.rewarded), credits(model.other?.rewarded), .amount(model.real.slashed),
        credits(model.other?.slashed), share(model.real.accuracy), share(model.other?.accuracy),
        .share(model.real.weight), share(model.other?.weight))
    }
    var totals = Listing("", "ledger", "otherwise")
    func decimal(_ value: Double?, _ places: Int) -> Listing.Cell {
      value.map { .decimal($0, places: places) } ?? .none
    }
    totals.append(
      .text("consensus accuracy"), decimal(result.tally.real.accuracy, 4), decimal(result.tally.other.accuracy, 4))
    totals.append(
      .text("consensus log loss"), decimal(result.tally.real.logLoss, 5), decimal(result.tally.other.logLoss, 5))
    totals.append(.text("treasury"), .amount(result.real.treasury), .amount(result.other.treasury))
    totals.append(.text("rewards short"), .amount(result.real.shortfall), .amount(result.other.shortfall))
    totals.append(.text("questions open"), .integer(result.real.openCount), .integer(result.other.openCount))
    return (result.sentences + ["", models.text, "", totals.text]).joined(separator: "\n")
  }
}

extension CommandFailure {
  fileprivate init(_ error: ReplayError) {
    switch error {
    case .empty, .unsound: self.init(.badData, error.description)
    case .rules, .unknownModel, .deposit: self.init(.wrongUse, error.description)
    }
  }
}
