import Consensus
import Quantities

/// What `witan infer` shows of classes.
struct ClassReport {
  let crowd: CrowdFile
  let answers: AnswerSet
  let estimate: TruthEstimate
  let method: TruthMethod
  /// How it compares with the truth, where that is given.
  var judgement: Judgement?

  /// How an estimate compares with the truth.
  struct Judgement {
    /// Tasks compared.
    let tasks: Int
    /// The share of them whose label is right; a tie for the top goes to the first class.
    let accuracy: Double
    /// The share expected if a tie is broken at random.
    let accuracyOverTies: Double
    /// The mean of -ln of the probability of the true class, each at least 1e-12, in nats.
    let logLoss: Double
    /// The expected calibration error of the top probability, in 15 bins of equal width.
    let calibrationError: Double
  }

  /// Compares with the label column of `known` in `rows`.
  func judge(_ rows: [(task: Int, row: Int)], _ known: KnownFile) throws(CommandFailure) -> Judgement {
    guard !rows.isEmpty else {
      throw CommandFailure(.badData, "\(known.path) names no task that was answered: check the names of the tasks")
    }
    let places = Dictionary(uniqueKeysWithValues: crowd.classNames.enumerated().map { ($1, $0) })
    let labels = estimate.labels
    var (right, expected, loss) = (0.0, 0.0, 0.0)
    var bins = [(confidence: Double, right: Double)](repeating: (0, 0), count: 15)
    for (task, row) in rows {
      let shares = estimate[task]
      let top = shares.max() ?? 0
      let place = places[known.table[row, known.label]]
      let share = place.map { shares[shares.startIndex + $0] } ?? 0
      let isRight = place == labels[task]
      right += isRight ? 1 : 0
      if place != nil, share >= top - 1e-9 { expected += 1 / Double(shares.count { $0 >= top - 1e-9 }) }
      loss -= FixedMath.log(max(share, 1e-12))
      let bin = min(Int(top * 15), 14)
      bins[bin] = (bins[bin].confidence + top, bins[bin].right + (isRight ? 1 : 0))
    }
    let count = Double(rows.count)
    return Judgement(
      tasks: rows.count, accuracy: right / count, accuracyOverTies: expected / count, logLoss: loss / count,
      calibrationError: bins.reduce(0) { $0 + ($1.confidence - $1.right).magnitude } / count)
  }

  /// The tables for people: the first tasks, the workers, and on request their confusion matrices.
  func text(confusion: Bool) -> String {
    let shown = 20
    var lines = [
      "\(answers.count) answers of \(answers.workerCount) workers to \(answers.taskCount) tasks, "
        + "\(answers.classCount) \(answers.classCount == 1 ? "class" : "classes"); "
        + "\(methodText), \(estimate.sweeps) sweeps\(estimate.hasConverged ? "" : ", not converged")."
    ]
    if let judgement {
      lines.append(
        "Accuracy \(Listing.fixed(judgement.accuracy * 100, 2)) % on \(judgement.tasks) tasks of known truth "
          + (abs(judgement.accuracyOverTies - judgement.accuracy) < 5e-5
            ? "" : "(\(Listing.fixed(judgement.accuracyOverTies * 100, 2)) % with ties broken at random) ")
          + "with log loss \(Listing.fixed(judgement.logLoss, 4)), calibration error \(Listing.fixed(judgement.calibrationError, 4))."
      )
    }
    lines += ["", taskListing(taskLimit: shown).text]
    if answers.taskCount > shown {
      lines.append("  … and \(answers.taskCount - shown) more: --output FILE.csv has all")
    }
    lines += ["", workerListing(workerLimit: shown).text]
    if answers.workerCount > shown { lines.append("  … and \(answers.workerCount - shown) more: --json has all") }
    if confusion {
      for (worker, matrix) in matrices.enumerated() {
        var listing = Listing(columns: ["truth"] + crowd.classNames)
        for (name, row) in zip(crowd.classNames, matrix) {
          listing.append(cells: [.text(name)] + row.map { .decimal($0, places: 4) })
        }
        lines += ["", "What \(crowd.workerNames[worker]) answers for each truth", listing.text]
      }
    }
    return lines.joined(separator: "\n")
  }

  private var methodText: String {
    method == .auto ? "auto chose \(estimate.method)" : method.name
  }

  private func taskListing(taskLimit: Int) -> Listing {
    var listing = Listing("task", "label", "probability", "answers")
    for (task, label) in estimate.labels.prefix(taskLimit).enumerated() {
      listing.append(
        .text(crowd.taskNames[task]), .text(crowd.classNames[label]), .decimal(probability(task, label), places: 4),
        .integer(answers.answerCount(ofTask: task)))
    }
    return listing
  }

  /// The workers, those who answered most first.
  private func workerListing(workerLimit: Int) -> Listing {
    let counts = answers.answerCountsOfWorkers()
    let order = counts.indices.sorted { (counts[$1], $0) < (counts[$0], $1) }
    var listing = Listing("worker", "answers", "accuracy", "skill")
    for worker in order.prefix(workerLimit) {
      listing.append(
        .text(crowd.workerNames[worker]), .integer(Int(counts[worker].rounded())),
        .decimal(estimate.accuracy[worker], places: 4), .decimal(estimate.skill[worker], places: 4))
    }
    return listing
  }

  private func probability(_ task: Int, _ label: Int) -> Double {
    let shares = estimate[task]
    return shares[shares.startIndex + label]
  }

  /// A matrix for each worker, a row for each truth.
  private var matrices: [[ArraySlice<Double>]] {
    let k = answers.classCount
    let all = estimate.confusionMatrices(answers)
    return (0..<answers.workerCount).map { worker in
      (0..<k).map { all[((worker * k + $0) * k)..<((worker * k + $0 + 1) * k)] }
    }
  }

  /// Everything as one document.
  func json(confusion: Bool) -> JSONValue {
    var members: [(key: String, value: JSONValue)] = [
      ("method", .text(method.name)), ("chosen", .text(estimate.method)), ("answers", .integer(answers.count)),
      ("sweeps", .integer(estimate.sweeps)), ("converged", .flag(estimate.hasConverged)),
      ("log_likelihood", estimate.logLikelihood.map(JSONValue.decimal) ?? .null),
      ("classes", .list(crowd.classNames.map(JSONValue.text))),
      ("prior", .list(estimate.prior.map(JSONValue.decimal))),
    ]
    if let judgement {
      members += [
        ("accuracy", .decimal(judgement.accuracy)), ("accuracy_over_ties", .decimal(judgement.accuracyOverTies)),
        ("log_loss", .decimal(judgement.logLoss)), ("ece", .decimal(judgement.calibrationError)),
        ("tasks_compared", .integer(judgement.tasks)),
      ]
    }
    let labels = estimate.labels
    members.append(
      (
        "tasks",
        .list(
          labels.indices.map { task in
            .object([
              ("task", .text(crowd.taskNames[task])), ("label", .text(crowd.classNames[labels[task]])),
              ("probability", .decimal(probability(task, labels[task]))),
              ("probabilities", .list(estimate[task].map(JSONValue.decimal))),
            ])
          })
      ))
    members.append(("workers", workerListing(workerLimit: .max).json))
    if confusion {
      members.append(
        (
          "confusion",
          .list(
            matrices.enumerated().map { worker, matrix in
              .object([
                ("worker", .text(crowd.workerNames[worker])),
                ("matrix", .list(matrix.map { .list($0.map(JSONValue.decimal)) })),
              ])
            })
        ))
    }
    return .object(members)
  }

  /// A line for each task: its label, the probability of that, and those of all classes.
  var csv: String {
    var text = csvLine(["task", "label", "probability"] + crowd.classNames.map { "p_\($0)" })
    for (task, label) in estimate.labels.enumerated() {
      text += csvLine(
        [crowd.taskNames[task], crowd.classNames[label], "\(probability(task, label))"] + estimate[task].map { "\($0)" }
      )
    }
    return text
  }
}

/// What `witan infer` shows of numbers.
struct NumericReport {
  let crowd: CrowdFile
  let answers: NumericAnswers
  let estimate: NumericEstimate
  let method: NumericMethod
  private(set) var errors: (tasks: Int, meanAbsolute: Double, rootMeanSquare: Double)?

  init(crowd: CrowdFile, answers: NumericAnswers, estimate: NumericEstimate, method: NumericMethod) {
    self.crowd = crowd
    self.answers = answers
    self.estimate = estimate
    self.method = method
  }

  /// Compares with the number that `truth` has in each row.
  mutating func judge(_ rows: [(task: Int, row: Int)], _ truth: [Double]) {
    let distances = rows.compactMap { task, row in estimate.values[task].map { $0 - truth[row] } }
    let count = Double(max(distances.count, 1))
    errors = (
      distances.count, distances.reduce(0) { $0 + $1.magnitude / count },
      distances.reduce(0) { $0 + $1 * ($1 / count) }.squareRoot()
    )
  }

  var text: String {
    let shown = 20
    var lines = [
      "\(answers.count) answers of \(answers.workerCount) workers to \(answers.taskCount) tasks; \(method.name)."
    ]
    if let errors {
      lines.append(
        "Mean absolute error \(Listing.fixed(errors.meanAbsolute, 4)), root mean square error "
          + "\(Listing.fixed(errors.rootMeanSquare, 4)) on \(errors.tasks) tasks of known truth.")
    }
    lines += ["", taskListing(taskLimit: shown).text]
    if answers.taskCount > shown {
      lines.append("  … and \(answers.taskCount - shown) more: --output FILE.csv has all")
    }
    lines += ["", workerListing(workerLimit: shown).text]
    if answers.workerCount > shown { lines.append("  … and \(answers.workerCount - shown) more: --json has all") }
    return lines.joined(separator: "\n")
  }

  private func taskListing(taskLimit: Int) -> Listing {
    var listing = Listing("task", "value", "answers")
    for (task, value) in estimate.values.prefix(taskLimit).enumerated() {
      listing.append(
        .text(crowd.taskNames[task]), value.map { .decimal($0, places: 4) } ?? .none,
        .integer(answers.answerCount(ofTask: task)))
    }
    return listing
  }

  private func workerListing(workerLimit: Int) -> Listing {
    var listing = Listing("worker", "deviation", "bias")
    for worker in crowd.workerNames.indices.prefix(workerLimit) {
      listing.append(
        .text(crowd.workerNames[worker]), .decimal(estimate.deviations[worker], places: 4),
        .decimal(estimate.biases[worker], places: 4))
    }
    return listing
  }

  var json: JSONValue {
    var members: [(key: String, value: JSONValue)] = [
      ("method", .text(method.name)), ("answers", .integer(answers.count)), ("sweeps", .integer(estimate.sweeps)),
    ]
    if let errors {
      members += [
        ("mean_absolute_error", .decimal(errors.meanAbsolute)),
        ("root_mean_square_error", .decimal(errors.rootMeanSquare)), ("tasks_compared", .integer(errors.tasks)),
      ]
    }
    members += [("tasks", taskListing(taskLimit: .max).json), ("workers", workerListing(workerLimit: .max).json)]
    return .object(members)
  }

  /// A line for each task and its value.
  var csv: String {
    var text = csvLine(["task", "value"])
    for (task, value) in estimate.values.enumerated() {
      text += csvLine([crowd.taskNames[task], value.map { "\($0)" } ?? ""])
    }
    return text
  }
}

/// The cells as a line of CSV (RFC 4180), quoted where they must be.
private func csvLine(_ cells: [String]) -> String {
  let quoted = cells.map { cell in
    cell.utf8.contains { $0 == 0x22 || $0 == 0x2C || $0 == 0x0A || $0 == 0x0D }
      ? "\"\(cell.split(separator: "\"", omittingEmptySubsequences: false).joined(separator: "\"\""))\"" : cell
  }
  return quoted.joined(separator: ",") + "\n"
}
