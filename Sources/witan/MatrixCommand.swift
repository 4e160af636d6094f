import ArgumentParser
import Consensus
import Incentives
import Quantities
import Simulation

/// `witan matrix`: every mechanism against every strategy.
struct MatrixCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "matrix",
    abstract: "Put every mechanism against every strategy: attacker's profit, honest return, accuracy lost.",
    discussion: """
      Examples:
        witan matrix
        witan matrix --incentive weighted_score,no_arbitrage,dmi --output tables
        witan matrix --consensus all --strategy sleeper,collusion,label_flipper
        witan matrix --scenario council.yaml --members 0.2 --stake 0.3 --json

      Each cell puts one adversary into a small scenario, or into yours, and compares it with itself being honest under
      the same seeds. Strategies play with their standard settings; `witan attack` looks for better ones.
      """)

  @Option(
    help: "Rows that pay: incentives and rules for outcomes that never come, separated by commas. All by default.")
  var incentive: String?

  @Option(help: "Rows that pool, instead: kinds of consensus, separated by commas, or all.")
  var consensus: String?

  @Option(help: "The strategies, separated by commas; all, and honesty under many names, by default.")
  var strategy: String?

  @Option(help: "A scenario to put the mechanisms into; a small one by default.")
  var scenario: String?

  @Option(name: .customLong("set"), help: "A value of --scenario to change, as PATH=VALUE; as often as needed.")
  var changes: [String] = []

  @Option(help: "The adversary's members: a number, or below 1 a share of all. A fifth by default.")
  var members: String?

  @Option(help: "The adversary's money: credits, or below 1 a share of all. A third by default.")
  var stake: String?

  @Option(help: "The group of --scenario whose place the adversary takes.")
  var group: String?

  @Option(help: "How many runs for each cell.")
  var replicates = 16

  @Option(help: "A folder for matrix.html, matrix.csv and matrix.json.")
  var output: String?

  @Option(help: "How many runs at the same time; all processors by default. The result does not depend on it.")
  var threads: Int?

  @OptionGroup var form: OutputOption

  func run() throws {
    guard (1...100_000).contains(replicates) else {
      throw CommandFailure(.wrongUse, "--replicates is \(replicates), but must lie between 1 and 100000")
    }
    guard scenario != nil || (changes.isEmpty && group == nil) else {
      throw CommandFailure(.wrongUse, "--set and --group speak of a scenario: give it with --scenario FILE")
    }
    let mechanisms = try rows()
    let attacks = try columns()
    let threads = try Threads.checked(threads)
    defer { Console.endProgress() }
    let matrix = try CommandFailure.wrap {
      try MechanismMatrix(
        scenario: try scenario.map { try Scenario(file: $0, changes: try changes.map { try Scenario.Change($0) }) }
          ?? MechanismMatrix.standard,
        mechanisms: mechanisms, attacks: attacks, members: try Holding.read(members, "--members"),
        stake: try Holding.read(stake, "--stake"), group: group, replicates: replicates, threads: threads
      ) { done, total in Console.progress("\(done) of \(total) runs") }
    }
    Console.endProgress()
    if let output {
      try OutputFolder(path: output).write([
        ("matrix.html", matrix.html), ("matrix.csv", matrix.table.csv), ("matrix.json", matrix.json.rendered() + "\n"),
      ])
    }
    if form.json {
      Console.say(matrix.json.rendered())
      return
    }
    for measure in MechanismMatrix.Measure.allCases {
      for line in matrix.lines(measure) { Console.say(line) }
      Console.say()
    }
    for line in matrix.legend { Console.say(line) }
  }

  private func rows() throws(CommandFailure) -> [MechanismMatrix.Mechanism] {
    guard incentive == nil || consensus == nil else {
      throw CommandFailure(.wrongUse, "--incentive and --consensus are rows both: give one of them")
    }
    if consensus == "all" { return MechanismMatrix.consensusMechanisms }
    guard let text = incentive ?? consensus, text != "all" else { return MechanismMatrix.standardMechanisms }
    let all = incentive == nil ? MechanismMatrix.consensusMechanisms : MechanismMatrix.standardMechanisms
    return try names(text).map { name throws(CommandFailure) in
      guard let row = all.first(where: { $0.name == name }) else {
        throw .unknown(incentive == nil ? "--consensus" : "--incentive", name, among: all.map(\.name))
      }
      return row
    }
  }

  private func columns() throws(CommandFailure) -> [MechanismMatrix.Attack] {
    guard let strategy else { return MechanismMatrix.Attack.all }
    return try names(strategy).map { name throws(CommandFailure) in
      guard let column = MechanismMatrix.Attack.all.first(where: { $0.name == name }) else {
        throw .unknown("--strategy", name, among: MechanismMatrix.Attack.all.map(\.name))
      }
      return column
    }
  }

  private func names(_ text: String) -> [String] {
    text.split(separator: ",").map { String($0.filter { !$0.isWhitespace }) }
  }
}
