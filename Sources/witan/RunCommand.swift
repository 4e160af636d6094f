import ArgumentParser
import Consensus
import Learning
import Ledger
import LedgerSQLite
import Logging
import ProtocolCore
import Quantities
import Runtime
import Server

/// `witan run`: trains, shows, and serves.
struct RunCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "run",
    abstract: "Train the models, show the council at work, then serve the prediction API.",
    discussion: """
      Examples:
        witan run
        witan run --failure-rate 0 --consensus fixed_share --state ~/council
        witan run --data flowers.csv --label species --models random_forest,logistic_regression
        witan run --no-serve --json
      """)

  @OptionGroup var data: DataOptions
  @OptionGroup var models: ModelOptions
  @OptionGroup var state: StateOption
  @OptionGroup var output: OutputOption

  @Option(help: "The share of answers that count as failures whatever they say; 0 waits for true outcomes.")
  var failureRate = 0.3

  @OptionGroup var rules: RuleOptions

  @Option(help: "The address to serve on.")
  var host = "127.0.0.1"

  @Option(help: "The port to serve on; 0 takes a free one.")
  var port = 5000

  @Flag(name: .customLong("no-serve"), help: "End after the demonstration.")
  var isNotServing = false

  func run() async throws {
    guard (0...1).contains(failureRate) else {
      throw CommandFailure(.wrongUse, "--failure-rate is \(failureRate), but must lie between 0 and 1")
    }
    guard (0...65_535).contains(port) else {
      throw CommandFailure(.wrongUse, "--port is \(port), but must lie between 0 and 65535")
    }
    let manager = try data.manager()
    let prepared = try data.split(manager)
    let rules = try rules.rules(
      areJudged: failureRate > 0, modelCount: models.kinds().count, classCount: manager.classNames.count)
    let predictor = try models.train(on: prepared, seed: data.seed)
    let panel = Panel(predictor)
    let host = try open(manager, panel, rules)
    do {
      try await show(host, panel, manager, prepared)
    } catch {
      host.stop()
      throw error
    }
    host.stop()
  }

  private func open(_ manager: DatasetManager, _ panel: Panel, _ rules: Rules) throws(CommandFailure) -> Host {
    var settings = HostSettings()
    settings.failure = SimulatedFailure(rate: UInt32((failureRate * 1e9).rounded()), seed: data.seed)
    settings.viewPath = state.viewPath
    settings.warn = { Console.note("witan: warning: \($0)") }
    var models: [(id: ModelID, predictor: Digest)] = []
    for (id, file) in zip(panel.ids, panel.predictor.files) {
      let json = try CommandFailure.wrap { () throws(LearningError) in try file.json() }
      models.append((id, Digest.sha256(json)))
    }
    var random = SystemRandomNumberGenerator()
    var purpose = HostPurpose(
      data: Digest.sha256(manager.canonicalBytes), classes: manager.classNames, models: models,
      ledger: (0..<16).map { _ in UInt8.random(in: .min ... .max, using: &random) })
    purpose.rules = rules
    let store = try CommandFailure.wrap { () throws(LedgerError) in
      try SQLiteLedger.open(folder: state.state, mode: .write)
    }
    do throws(HostError) {
      let host = try Host(store, for: purpose, settings: settings)
      let recorded = host.read { $0.council.rules }
      if recorded != rules {
        settings.warn(
          "this ledger goes by the rules with which it began (\(Self.words(recorded))), not by those asked for "
            + "(\(Self.words(rules))), which are for a new one")
      }
      return host
    } catch {
      store.close()
      throw CommandFailure(error)
    }
  }

  private static func words(_ rules: Rules) -> String {
    var words = [rules.consensus.kind.rawValue, rules.incentive.kind.rawValue, rules.unresolved.kind.rawValue]
    if rules.influence != InfluenceRule() {
      words.append("influence up to \(Billionths.text(rules.influence.cap))")
      words.append("full stake \(Listing.brief(rules.influence.fullStake))")
    }
    return words.joined(separator: ", ")
  }

  private func show(
    _ host: Host, _ panel: Panel, _ manager: DatasetManager, _ prepared: PreparedData
  ) async throws {
    let rules = host.read { $0.council.rules }
    let showing = Showing(panel.predictor, prepared, rule: rules.consensus)
    let demonstration = host.isNew ? try await Demonstration(host, panel, prepared) : nil
    let (registry, head) = host.read { (Listing(registryOf: $0.council), $0.head) }
    let report = RunReport(
      manager: manager, data: prepared, rules: rules, failureRate: failureRate, showing: showing,
      demonstration: demonstration, registry: registry, head: head)
    if !output.json { report.say() }
    guard !isNotServing else {
      if output.json { Console.say(report.json(address: nil).rendered()) }
      return
    }
    try await serve(host, panel) { port in
      let address = "http://\(self.host.contains(":") ? "[\(self.host)]" : self.host):\(port)"
      if output.json { Console.say(report.json(address: address).rendered()) } else { report.say(address: address) }
    }
  }

  private func serve(_ host: Host, _ panel: Panel, onReady: @escaping @Sendable (Int) async -> Void) async throws {
    var settings = ServerSettings()
    settings.host = self.host
    settings.port = port
    var logger = Logger(label: "witan") { StreamLogHandler.standardError(label: $0) }
    logger.logLevel = .warning
    do {
      try await CouncilServer(host: host, panel: panel, settings: settings, logger: logger).run(onReady: onReady)
    } catch {
      throw CommandFailure(
        .addressTaken, "\(self.host):\(port) cannot be served on (\(error)): choose another with --port or --host")
    }
  }
}

extension StateOption {
  /// Where the registry lies.
  var viewPath: String { state.hasSuffix("/") ? state + RegistryView.fileName : "\(state)/\(RegistryView.fileName)" }
}
