import ArgumentParser
import Consensus
import Foundation

/// `witan infer FILE`: the truth behind the answers of workers, without any ledger.
struct InferCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "infer",
    abstract: "Infer the truth behind the answers of many workers, and how good each worker is.",
    discussion: """
      The file has a line for each answer, with the columns worker, task and label. Labels may be any text. Gold tasks
      are known beforehand and teach the method; --truth is only compared with.

      Methods for classes: \(TruthMethod.allCases.map(\.name).joined(separator: ", ")).
      Methods for numbers: \(NumericMethod.allCases.map(\.name).joined(separator: ", ")).

      Examples:
        witan infer labels.csv
        witan infer labels.csv --truth truth.csv --confusion
        witan infer ratings.csv --numeric --label-column score --output truth.csv
      """)

  @Argument(help: "A CSV file with a header and a line for each answer.")
  var file: String

  @Option(help: "A CSV file with the columns task and label, to compare with.")
  var truth: String?

  @Option(help: "A CSV file with the columns task and label: tasks whose label is known beforehand.")
  var gold: String?

  @Option(help: "How to infer; auto chooses by evidence, mean is the default for numbers.")
  var method: String?

  @Flag(help: "The answers are numbers, not classes.")
  var numeric = false

  @Option(help: "The column that says who answered.")
  var workerColumn = CrowdFile.Columns().worker

  @Option(help: "The column that says what was asked; in all files.")
  var taskColumn = CrowdFile.Columns().task

  @Option(help: "The column that says what was answered; in all files.")
  var labelColumn = CrowdFile.Columns().label

  @Option(help: "What several answers of a worker to a task mean: count (each), last, or average (all as much as one).")
  var repeated = AnswerSet.Repeated.count.rawValue

  @Flag(help: "Show the confusion matrix of each worker.")
  var confusion = false

  @Option(help: "A CSV file for the label and the probabilities of every task.")
  var output: String?

  @OptionGroup var printing: OutputOption

  func run() throws {
    guard let repeated = AnswerSet.Repeated(rawValue: repeated) else {
      throw CommandFailure.unknown("--repeated", repeated, among: AnswerSet.Repeated.allCases.map(\.rawValue))
    }
    let columns = CrowdFile.Columns(worker: workerColumn, task: taskColumn, label: labelColumn)
    if let numericMethod = try numericMethod() {
      try inferNumbers(numericMethod, repeated, columns)
    } else {
      try inferClasses(try classMethod(), repeated, columns)
    }
  }

  private func classMethod() throws(CommandFailure) -> TruthMethod {
    let name = method ?? TruthMethod.auto.name
    if let method = TruthMethod(rawValue: name) { return method }
    throw .unknown("--method", name, among: TruthMethod.allCases.map(\.name) + NumericMethod.allCases.map(\.name))
  }

  /// The method for numbers, if the answers are numbers.
  private func numericMethod() throws(CommandFailure) -> NumericMethod? {
    let named = method.flatMap(NumericMethod.init(rawValue:))
    guard numeric || named != nil else { return nil }
    if let method, named == nil, method != TruthMethod.auto.name {
      throw .unknown("--method with --numeric", method, among: NumericMethod.allCases.map(\.name))
    }
    if gold != nil {
      throw CommandFailure(.wrongUse, "--gold works on classes: leave it out where answers are numbers")
    }
    if confusion {
      throw CommandFailure(.wrongUse, "--confusion works on classes: leave it out where answers are numbers")
    }
    return named ?? .mean
  }

  private func inferClasses(
    _ method: TruthMethod, _ repeated: AnswerSet.Repeated, _ columns: CrowdFile.Columns
  ) throws(CommandFailure) {
    let known = try optionally(gold, columns)
    let judge = try optionally(truth, columns)
    let crowd = try CrowdFile(path: file, columns: columns, isNumeric: false, gold: known)
    let gold = try golden(known, crowd)
    let progress = SweepProgress()
    defer { Console.endProgress() }
    let (answers, estimate) = try CommandFailure.wrap { () throws(TruthError) in
      let answers = try AnswerSet(
        workers: crowd.workers, tasks: crowd.tasks, labels: crowd.labels, classCount: crowd.classNames.count,
        workerCount: crowd.workerNames.count, taskCount: crowd.taskNames.count, repeated: repeated, gold: gold)
      return (answers, try method.inference.infer(answers, report: progress.show))
    }
    var report = ClassReport(crowd: crowd, answers: answers, estimate: estimate, method: method)
    if let judge { report.judgement = try report.judge(try found(judge, crowd), judge) }
    if let output { try write(report.csv, to: output) }
    Console.endProgress()
    Console.say(printing.json ? report.json(confusion: confusion).rendered() : report.text(confusion: confusion))
  }

  private func inferNumbers(
    _ method: NumericMethod, _ repeated: AnswerSet.Repeated, _ columns: CrowdFile.Columns
  ) throws(CommandFailure) {
    let judge = try optionally(truth, columns)
    let crowd = try CrowdFile(path: file, columns: columns, isNumeric: true, gold: nil)
    let answers = try CommandFailure.wrap { () throws(TruthError) in
      try NumericAnswers(
        workers: crowd.workers, tasks: crowd.tasks, values: crowd.values, workerCount: crowd.workerNames.count,
        taskCount: crowd.taskNames.count, repeated: repeated)
    }
    var report = NumericReport(
      crowd: crowd, answers: answers, estimate: method.inference.infer(answers), method: method)
    if let judge { report.judge(try found(judge, crowd), try judge.values()) }
    if let output { try write(report.csv, to: output) }
    Console.say(printing.json ? report.json.rendered() : report.text)
  }

  private func optionally(_ path: String?, _ columns: CrowdFile.Columns) throws(CommandFailure) -> KnownFile? {
    guard let path else { return nil }
    return try KnownFile(path: path, columns: columns)
  }

  private func golden(_ known: KnownFile?, _ crowd: CrowdFile) throws(CommandFailure) -> [(task: Int, label: Int)] {
    guard let known else { return [] }
    let places = Dictionary(uniqueKeysWithValues: crowd.classNames.enumerated().map { ($1, $0) })
    return try found(known, crowd).compactMap { task, row in
      places[known.table[row, known.label]].map { (task: task, label: $0) }
    }
  }

  /// The rows about tasks that were answered; says how many were not.
  private func found(_ known: KnownFile, _ crowd: CrowdFile) throws(CommandFailure) -> [(task: Int, row: Int)] {
    let (rows, strangers) = try crowd.rows(of: known)
    if strangers > 0 {
      Console.note("\(known.path): \(strangers) of \(known.table.rowCount) tasks have no answer in \(file); left out")
    }
    return rows
  }

  private func write(_ text: String, to path: String) throws(CommandFailure) {
    try CommandFailure.refuseOverwriting(path, inputs: [file, truth, gold].compactMap { $0 })
    do { try Data(text.utf8).write(to: URL(fileURLWithPath: path), options: .atomic) } catch {
      throw CommandFailure(
        .inputOutput, "\(path) cannot be written: \(error.localizedDescription); check the folder and its permissions")
    }
  }
}

/// A line of progress for sweeps, ten times a second at most.
private final class SweepProgress {
  private let clock = ContinuousClock()
  private var last: ContinuousClock.Instant

  init() { last = clock.now }

  func show(_ sweep: Sweep) {
    guard Console.showsProgress, clock.now - last > .milliseconds(100) else { return }
    last = clock.now
    Console.progress("\(sweep.method): sweep \(sweep.number) of at most \(sweep.limit)")
  }
}
