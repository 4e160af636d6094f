import ArgumentParser
import Foundation
import Quantities
import Simulation

/// `witan simulate`: what becomes of a scenario.
struct SimulateCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "simulate",
    abstract: "Run a scenario: a population, its rules and its world, all drawn from one seed.",
    discussion: """
      Examples:
        witan simulate new first.yaml              a commented scenario to begin with
        witan simulate first.yaml                  who profits, and how good the consensus is
        witan simulate first.yaml --set rules.incentive=kelly --set groups.careless.count=8
        witan simulate first.yaml --output runs/first
        witan simulate schema > scenario.schema.json

      The same scenario and seed give the same hash, with any number of threads. With --output, a folder gets the scenario
      as expanded, metrics as CSV and JSON, and report.html; a run that was interrupted goes on where it stopped.
      Examples/ holds scenarios that tell the classic stories; docs/scenarios.md lists every key.
      """,
    subcommands: [RunScenario.self, NewScenario.self, PrintSchema.self], defaultSubcommand: RunScenario.self)
}

/// `witan simulate SCENARIO`.
struct RunScenario: ParsableCommand {
  static let configuration = CommandConfiguration(commandName: "run", abstract: "Run a scenario (the default).")

  @Argument(help: "The scenario, a YAML file.")
  var scenario: String

  @Option(name: .customLong("output"), help: "The folder for the run: report, metrics and the scenario as expanded.")
  var folder: String?

  @Option(
    name: .customLong("set"), parsing: .unconditionalSingleValue,
    help: "A value to change, PATH=VALUE: rules.incentive=kelly, groups.sybils.count=50. May stand several times.")
  var settings: [String] = []

  @Option(help: "How many threads; all processors by default. The result does not depend on it.")
  var threads: Int?

  @Option(help: "From which everything random is drawn, in place of the scenario's.")
  var seed: UInt64?

  @Option(help: "mechanism or protocol, in place of the scenario's.")
  var depth: String?

  @Option(help: "How many runs with seeds of their own, in place of the scenario's.")
  var replicates: Int?

  @OptionGroup var output: OutputOption

  func run() throws {
    let threads = try Threads.checked(threads)
    let file = try CommandFailure.wrap { () throws(ScenarioError) in
      try ScenarioFile(path: scenario, changes: try changes())
    }
    switch file {
    case .council(let scenario): try simulate(scenario, threads: threads)
    case .cabal(let game): try play(game)
    }
  }

  private func changes() throws(ScenarioError) -> [Scenario.Change] {
    var changes: [Scenario.Change] = []
    for setting in settings { changes.append(try Scenario.Change(setting)) }
    if let seed { changes.append(Scenario.Change(path: "seed", value: "\(seed)", source: "--seed \(seed)")) }
    if let depth { changes.append(Scenario.Change(path: "depth", value: depth, source: "--depth \(depth)")) }
    if let replicates {
      changes.append(
        Scenario.Change(path: "replicates", value: "\(replicates)", source: "--replicates \(replicates)"))
    }
    return changes
  }

  private func simulate(_ scenario: Scenario, threads: Int) throws {
    let version = Witan.configuration.version
    let folder = folder ?? scenario.output
    let store = folder.map { RunStore(folder: "\($0).unfinished", version: version) }
    defer { Console.endProgress() }
    let batch = try CommandFailure.wrap { () throws(ScenarioError) in try Batch(scenario) }
    if let store, store.count > 0 {
      Console.note("\(store.folder) holds \(store.count) finished runs: going on from there")
    }
    let results = try CommandFailure.wrap { () throws in
      try batch.run(threads: threads, store: store) { Console.progress($0.line) }
    }
    if let folder {
      Console.progress("writing \(folder) …")
      try CommandFailure.wrap { () throws(RunFolderError) in
        try RunFolder(path: folder).write(results, scenarioText: scenario.yaml, version: version)
      }
      store?.remove()
    }
    Console.endProgress()
    let summary = BatchSummary(results)
    if output.json {
      Console.say(summary.json.rendered())
      return
    }
    let runs = batch.runCount
    Console.say(
      "\(scenario.name), \(scenario.depth.rawValue) depth, seed \(scenario.seed), \(runs) run\(runs == 1 ? "" : "s")")
    for table in [summary.groups, summary.consensus] + results.cells.flatMap(\.tables) {
      Console.heading(table.title)
      Console.say(Listing(table).text)
    }
    Console.say()
    if let folder { Console.say("report  \(folder)/report.html") }
    Console.say("hash    \(results.hash)")
  }

  private func play(_ game: CabalScenario) throws {
    guard folder == nil else {
      throw CommandFailure(
        .wrongUse, "--output is for councils: this scenario is a game, whose figures are all printed")
    }
    defer { Console.endProgress() }
    let result = CabalGame(game.settings).run { done, all in Console.progress("\(done) of \(all) networks") }
    Console.endProgress()
    var listing = Listing("weight deviation", "least honest utility", "± 95 %", "cabal's self-weight", "networks lost")
    for retention in result.retentions {
      listing.append(
        .decimal(retention.weightDeviation, places: 2), .decimal(retention.utility.mean, places: 4),
        retention.utility.halfWidth.map { .decimal($0, places: 4) } ?? .none,
        .decimal(retention.bestSelfWeight, places: 2),
        .integer(retention.lostCount))
    }
    let hash = game.hash(of: result)
    if output.json {
      Console.say(
        JSONValue.object([("name", .text(game.name)), ("hash", .text(hash.hex)), ("retentions", listing.json)])
          .rendered())
      return
    }
    Console.say("\(game.name), seed \(game.settings.seed), \(game.settings.networkCount) networks for each deviation")
    Console.heading("How useful honest members must be to keep their share, whatever the cabal does")
    Console.say(listing.text)
    Console.say()
    Console.say("hash    \(hash)")
  }
}

/// `witan simulate new`.
struct NewScenario: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "new", abstract: "Write a commented scenario to begin with.")

  @Argument(help: "The file to write.")
  var file = "scenario.yaml"

  func run() throws {
    // Creating and refusing what is there are one step, so that no file is lost to a race.
    do {
      try Data(ScenarioTemplate.text.utf8).write(to: URL(fileURLWithPath: file), options: .withoutOverwriting)
    } catch {
      guard !FileManager.default.fileExists(atPath: file) else {
        throw CommandFailure(.wrongUse, "\(file) is there already: give another name")
      }
      throw CommandFailure(.inputOutput, "\(file) could not be written (\(error.localizedDescription))")
    }
    Console.say("\(file) is written: run it with `witan simulate \(file)`")
  }
}

/// `witan simulate schema`.
struct PrintSchema: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "schema", abstract: "Print the JSON Schema of scenarios, for editors.")

  func run() { Console.say(ScenarioSchema.json) }
}

extension Listing {
  /// A table of a report, numbers with four digits after the point.
  init(_ table: ReportTable) {
    self.init(columns: table.columns)
    for row in table.rows {
      append(
        cells: row.map { value in
          switch value {
          case .text(let text): .text(text)
          case .number(let number):
            number == number.rounded() && abs(number) < 1e15 ? .integer(Int(number)) : .decimal(number, places: 4)
          case .empty: .none
          }
        })
    }
  }
}
