import Foundation
import Quantities

/// Why a run folder cannot be written or read.
public enum RunFolderError: Error, Hashable, Sendable, CustomStringConvertible {
  /// Something else stands where the folder should be.
  case occupied(path: String)
  /// The disk refused.
  case unwritable(path: String, reason: String)
  /// There is no run.
  case missing(path: String)
  /// What is there cannot be read as a run.
  case unreadable(path: String, reason: String)

  /// What was wrong, and what to do.
  public var description: String {
    switch self {
    case .occupied(let path):
      "\(path) exists and is not a run folder, so it is left alone: give another folder, or remove it"
    case .unwritable(let path, let reason): "\(path) could not be written (\(reason)): make room or give another folder"
    case .missing(let path): "\(path) holds no run.json: give a folder that `witan simulate --output` has written"
    case .unreadable(let path, let reason):
      "\(path) cannot be read as a run (\(reason)): run the scenario again, or give another folder"
    }
  }
}

/// A folder that holds all that a scenario came to.
///
/// - `scenario.yaml`: the scenario as expanded.
/// - `run.json`: versions, seed, hashes, and the figures of all runs.
/// - `metrics.csv`: a row for each cell, replicate, question, group and measure; without a question it is a figure of the
///   whole run.
/// - `members.csv`: a row for each member.
/// - `report.html`: the same for people.
public struct RunFolder: Sendable {
  /// Where it is.
  public let path: String

  /// The folder at `path`, which need not exist.
  public init(path: String) { self.path = path }

  /// How many rows of `metrics.csv` and `members.csv` there may be before they are thinned.
  private static let rowsMax = 1_000_000

  /// Writes everything: first aside, then in place of what was there, so that there is never half a run.
  ///
  /// - Parameters:
  ///   - scenarioText: the scenario as expanded, in YAML.
  ///   - version: of the program.
  /// - Throws: `.occupied` where something that is no run folder stands at `path`; `.unwritable` where the disk refuses.
  public func write(_ results: RunResults, scenarioText: String, version: String) throws(RunFolderError) {
    let files = FileManager.default
    let isThere = files.fileExists(atPath: path)
    if isThere, !isOurs { throw .occupied(path: path) }
    let aside = "\(path).writing"
    do {
      try? files.removeItem(atPath: aside)
      try files.createDirectory(atPath: aside, withIntermediateDirectories: true)
      let report = SimulationReport(results, scenarioText: scenarioText, version: version)
      let contents = [
        ("scenario.yaml", scenarioText), ("run.json", json(results, version: version) + "\n"),
        ("metrics.csv", metrics(results)), ("members.csv", members(results)), ("report.html", report.html),
      ]
      for (name, text) in contents {
        try Data(text.utf8).write(to: URL(fileURLWithPath: "\(aside)/\(name)"))
      }
      let old = "\(path).replaced"
      try? files.removeItem(atPath: old)
      if isThere { try files.moveItem(atPath: path, toPath: old) }
      try files.moveItem(atPath: aside, toPath: path)
      try? files.removeItem(atPath: old)
    } catch {
      throw .unwritable(path: path, reason: error.localizedDescription)
    }
  }

  // A folder that we wrote, or one with nothing in it.
  private var isOurs: Bool {
    guard let names = try? FileManager.default.contentsOfDirectory(atPath: path) else { return false }
    return names.isEmpty || names.contains("run.json")
  }

  // MARK: What is in the files

  private func json(_ results: RunResults, version: String) -> String {
    let scenario = results.scenario
    let members = scenario.groups.reduce(0) { $0 + $1.count }
    return JSONValue.object([
      ("format", .integer(1)), ("program", .text("witan")), ("version", .text(version)),
      ("name", .text(scenario.name)), ("about", .text(scenario.about)), ("depth", .text(scenario.depth.rawValue)),
      // As text, since it may pass 2^53.
      ("seed", .text("\(scenario.seed)")), ("questions", .integer(scenario.questionCount)),
      ("members", .integer(members)), ("replicates", .integer(results.cells.map(\.records.count).max() ?? 0)),
      ("hash", .text(results.hash.hex)), ("cells", .list(results.cells.map(Self.json))),
    ]).rendered()
  }

  private static func json(_ cell: RunResults.Cell) -> JSONValue {
    let figures = FigureSeries.all(of: cell.figures).map { series -> JSONValue in
      let estimate = series.estimate
      return .object([
        ("measure", .text(series.key.measure.rawValue)), ("group", series.key.group.map(JSONValue.text) ?? .null),
        ("unit", .text(series.key.measure.unit)), ("mean", .decimal(estimate.mean)),
        ("low", estimate.halfWidth == nil ? .null : .decimal(estimate.low)),
        ("high", estimate.halfWidth == nil ? .null : .decimal(estimate.high)),
        ("values", .list(series.values.map(JSONValue.decimal))),
      ])
    }
    return .object([
      ("label", .text(cell.label)), ("seed", .text("\(cell.scenario.seed)")),
      ("hashes", .list(cell.records.map { .text($0.hash.hex) })), ("figures", .list(figures)),
    ])
  }

  private func metrics(_ results: RunResults) -> String {
    var text = "cell,replicate,question,group,measure,value\n"
    let rows = results.cells.reduce(0) { sum, cell in
      sum + cell.records.reduce(0) { $0 + $1.measures.checkpoints.count * (9 + 7 * cell.scenario.groups.count) }
    }
    let step = max(1, (rows + Self.rowsMax - 1) / Self.rowsMax)
    for cell in results.cells {
      let label = CSVText.cell(cell.label)
      let names = cell.scenario.groups.map { CSVText.cell($0.name) }
      for (replicate, record) in cell.records.enumerated() {
        for entry in Figures(record, scenario: cell.scenario).entries {
          let group = entry.key.group.map(CSVText.cell) ?? ""
          text += "\(label),\(replicate),,\(group),\(entry.key.measure.rawValue),\(entry.value)\n"
        }
        let checkpoints = record.measures.checkpoints
        for (place, checkpoint) in checkpoints.enumerated()
        where place % step == 0 || place == checkpoints.count - 1 {
          Self.add(checkpoint, to: &text, stem: "\(label),\(replicate),\(checkpoint.question)", names: names)
        }
      }
    }
    return text
  }

  private static func add(_ checkpoint: Checkpoint, to text: inout String, stem: String, names: [String]) {
    let settled = Double(max(1, checkpoint.settled))
    let whole: [(String, Double)] = [
      ("outcomes", Double(checkpoint.settled)), ("consensus_accuracy", Double(checkpoint.right) / settled),
      ("consensus_log_loss", checkpoint.logLossSum / settled), ("balance_gini", checkpoint.balances.gini),
      ("balance_effective_members", checkpoint.balances.effectiveCount),
      ("balance_nakamoto", Double(checkpoint.balances.nakamoto)), ("weight_gini", checkpoint.weights.gini),
      ("weight_effective_members", checkpoint.weights.effectiveCount),
      ("weight_nakamoto", Double(checkpoint.weights.nakamoto)),
    ]
    // Before the first outcome there is no accuracy.
    for (name, value) in whole where checkpoint.settled > 0 || !name.hasPrefix("consensus") {
      text += "\(stem),,\(name),\(value)\n"
    }
    for (name, group) in zip(names, checkpoint.groups) {
      text += "\(stem),\(name),weight,\(group.weight)\n"
      guard group.count > 0 else { continue }
      text += "\(stem),\(name),balance,\(group.mean)\n"
      for (share, value) in zip(Checkpoint.quantileShares, group.quantiles) {
        text += "\(stem),\(name),balance_q\(Int((share * 100).rounded())),\(value)\n"
      }
    }
  }

  private func members(_ results: RunResults) -> String {
    var text =
      "cell,replicate,group,place,answered,accuracy,log_loss,deposited,withdrawn,balance,bribes,staked,profit\n"
    let rows = results.cells.reduce(0) { sum, cell in sum + cell.records.reduce(0) { $0 + $1.members.count } }
    for cell in results.cells {
      let label = CSVText.cell(cell.label)
      let names = cell.scenario.groups.map { CSVText.cell($0.name) }
      // Of very many, the first replicate stands for all.
      for (replicate, record) in cell.records.prefix(rows > Self.rowsMax ? 1 : .max).enumerated() {
        var places = [Int](repeating: 0, count: names.count)
        for (index, member) in record.members.enumerated() {
          places[member.group] += 1
          let score = record.measures.detail.flatMap { index < $0.members.count ? $0.members[index] : nil }
          text += "\(label),\(replicate),\(names[member.group]),\(places[member.group]),\(Self.judged(score)),"
          text += "\(member.deposited),\(member.withdrawn),\(member.balance),\(member.bribes),\(member.staked),"
          text += "\(member.profit)\n"
        }
      }
    }
    return text
  }

  private static func judged(_ score: Detail.MemberScore?) -> String {
    guard let score else { return ",," }
    guard score.answered > 0 else { return "0,," }
    let count = Double(score.answered)
    return "\(score.answered),\(Double(score.right) / count),\(score.logLossSum / count)"
  }
}
