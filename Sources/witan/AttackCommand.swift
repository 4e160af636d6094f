import ArgumentParser
import Foundation
import Quantities
import Simulation

/// `witan attack`: what pays an adversary best against a scenario's rules.
struct AttackCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "attack",
    abstract: "Search for the attack that pays best, or does most damage, against a scenario's rules.",
    discussion: """
      Examples:
        witan attack council.yaml
        witan attack council.yaml --members 0.2 --stake 0.3 --budget 5000
        witan attack council.yaml --group weak --goal damage --budget 60s --output found
        witan attack council.yaml --except bribery --set rules.sealed=true

      The adversary has members with a skill like the others', and money; it may share the money among many names. It
      looks through all strategies with their settings, mixtures and times. What it finds is measured under fresh seeds,
      against being honest with the same skill and money and against not taking part. docs/attacks.md says how.
      """)

  @Argument(help: "The file of the scenario.")
  var scenario: String

  @Option(help: "How much to run: a number of runs, such as 2000, or of seconds, such as 60s.")
  var budget = "2000"

  @Option(help: "The adversary's members: a number, or below 1 a share of all. A tenth by default.")
  var members: String?

  @Option(help: "The adversary's money: credits, or below 1 a share of all. A fifth by default.")
  var stake: String?

  @Option(help: "The group whose place the adversary takes, with its members and money; it is added where left out.")
  var group: String?

  @Option(help: "What it wants: profit, or damage (accuracy taken for what it loses).")
  var goal = AttackGoal.profit.rawValue

  @Option(help: "The only strategies that it may play, separated by commas.")
  var strategies: String?

  @Option(help: "Strategies that it may not play, separated by commas.")
  var except: String?

  @Option(name: .customLong("set"), help: "A value of the scenario to change, as PATH=VALUE; as often as needed.")
  var changes: [String] = []

  @Option(help: "A folder for attack.yaml, which replays the attack, attack.json and attack.html.")
  var output: String?

  @Option(help: "How many runs at the same time; all processors by default. The result does not depend on it.")
  var threads: Int?

  @OptionGroup var form: OutputOption

  func run() throws {
    let wanted = try search()
    defer { Console.endProgress() }
    let report = try CommandFailure.wrap {
      try wanted.run { done, total, stage in Console.progress("\(stage): \(done) of about \(total) runs") }
    }
    Console.endProgress()
    if let output {
      try OutputFolder(path: output).write([
        ("attack.yaml", report.scenario.yaml), ("attack.json", report.json.rendered() + "\n"),
        ("attack.html", report.html),
      ])
    }
    if form.json {
      Console.say(report.json.rendered())
    } else {
      for line in report.lines { Console.say(line) }
      if let output { Console.say("To see it at work: witan simulate \(output)/attack.yaml") }
    }
  }

  private func search() throws -> AttackSearch {
    guard let goal = AttackGoal(rawValue: goal) else {
      throw CommandFailure.unknown("--goal", goal, among: AttackGoal.allCases.map(\.rawValue))
    }
    var settings = AttackSearch.Settings()
    settings.goal = goal
    guard let budget = AttackSearch.Budget(budget) else {
      throw CommandFailure(.wrongUse, "--budget is \(budget): give a number of runs, 2000, or of seconds, 60s")
    }
    settings.budget = budget
    settings.threads = try Threads.checked(threads)
    settings.strategies = try StrategyNames.chosen(only: strategies, except: except)
    return try CommandFailure.wrap {
      let scenario = try Scenario(file: scenario, changes: try changes.map { try Scenario.Change($0) })
      let adversary = try Adversary(
        in: scenario, members: try Holding.read(members, "--members"), stake: try Holding.read(stake, "--stake"),
        group: group)
      return AttackSearch(adversary, settings: settings)
    }
  }
}

/// A number or a share on the command line.
enum Holding {
  static func read(_ text: String?, _ option: String) throws(CommandFailure) -> Adversary.Holding? {
    guard let text else { return nil }
    guard let holding = Adversary.Holding(text) else {
      throw CommandFailure(.wrongUse, "\(option) is \(text): give a number from 1 on, or a share above 0 and below 1")
    }
    return holding
  }
}

/// Which strategies an adversary may play.
enum StrategyNames {
  static func chosen(only: String?, except: String?) throws(CommandFailure) -> [any Strategy.Type] {
    let all = AttackSearch.strategies
    let wanted = try names(only, "--strategies", among: all)
    let unwanted = try names(except, "--except", among: all) ?? []
    let chosen = all.filter { (wanted?.contains($0.name) ?? true) && !unwanted.contains($0.name) }
    guard !chosen.isEmpty else { throw CommandFailure(.wrongUse, "no strategy is left: take some from --except") }
    return chosen
  }

  private static func names(
    _ text: String?, _ option: String, among all: [any Strategy.Type]
  ) throws(CommandFailure) -> [String]? {
    guard let text else { return nil }
    let names = text.split(separator: ",").map { $0.trimmingCharacters(in: .whitespaces) }
    for name in names where !all.contains(where: { $0.name == name }) {
      throw .unknown(option, name, among: all.map { $0.name })
    }
    return names
  }
}

/// A folder of results: made where it is not there; files of the same names are written anew.
struct OutputFolder {
  let path: String

  func write(_ files: [(name: String, text: String)]) throws(CommandFailure) {
    do {
      try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
      for file in files {
        try Data(file.text.utf8).write(to: URL(fileURLWithPath: "\(path)/\(file.name)"), options: .atomic)
      }
    } catch {
      throw CommandFailure(
        .inputOutput, "\(path) cannot be written (\(error.localizedDescription)): give another folder with --output")
    }
  }
}
