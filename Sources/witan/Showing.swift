import Consensus
import Learning

/// What `witan run` shows of data, models and consensus before any money moves.
struct Showing: Sendable {
  let models: Listing
  let predictions: Listing
  let consensus: Listing
  /// Whether the consensus helps, in a sentence.
  let verdict: String

  init(_ predictor: ModelPredictor, _ data: PreparedData, rule: ConsensusRule) {
    let answers = predictor.members.map { $0.model.probabilities(data.scaledTest.features) }
    let trial = PoolTrial(answers, labels: data.test.labels, rule: rule)
    models = Self.models(predictor)
    predictions = Self.predictions(predictor, data, answers, trial)
    let judged = Self.judged(predictor, data, trial)
    consensus = Self.listing(judged)
    verdict = Self.verdict(judged)
  }

  /// The table of trained models.
  static func models(_ predictor: ModelPredictor) -> Listing {
    var listing = Listing("model", "accuracy", "log loss", "macro f1", "training ms")
    for member in predictor.members {
      listing.append(
        .text(member.name),
        member.training.map { .decimal($0.test.accuracy, places: 4) } ?? .none,
        member.training.map { .decimal($0.test.logLoss, places: 4) } ?? .none,
        member.training.map { .decimal($0.test.macroF1, places: 4) } ?? .none,
        member.training.map { .decimal($0.wallSeconds * 1_000, places: 1) } ?? .none)
    }
    return listing
  }

  private typealias Judged = (name: String, metrics: Metrics)

  private static func judged(_ predictor: ModelPredictor, _ data: PreparedData, _ trial: PoolTrial) -> [Judged] {
    let labels = data.test.labels
    var judged: [Judged] = predictor.members.map { member in
      (member.name, Metrics(probabilities: member.model.probabilities(data.scaledTest.features), labels: labels))
    }
    judged.append(("plain average", Metrics(probabilities: trial.average, labels: labels)))
    judged.append(("consensus", Metrics(probabilities: trial.consensus, labels: labels)))
    return judged
  }

  private static func listing(_ judged: [Judged]) -> Listing {
    var listing = Listing("who", "accuracy", "log loss", "brier", "ece")
    for (name, metrics) in judged {
      listing.append(
        .text(name), .decimal(metrics.accuracy, places: 4), .decimal(metrics.logLoss, places: 4),
        .decimal(metrics.brier, places: 4), .decimal(metrics.calibrationError, places: 4))
    }
    return listing
  }

  private static func verdict(_ judged: [Judged]) -> String {
    let consensus = judged[judged.count - 1].metrics
    let singles = judged.dropLast(2)
    guard singles.count > 1, let best = singles.min(by: { $0.metrics.logLoss < $1.metrics.logLoss }) else {
      return "With one model the consensus is that model's answer."
    }
    let most = singles.map(\.metrics.accuracy).max() ?? 0
    let loss = "log loss \(Listing.fixed(consensus.logLoss, 4)) against \(Listing.fixed(best.metrics.logLoss, 4))"
    if consensus.logLoss < best.metrics.logLoss, consensus.accuracy >= most {
      return "The consensus helps: \(loss) of the best single model, \(best.name)."
    }
    if consensus.logLoss >= best.metrics.logLoss {
      return "The consensus does not help on these \(consensus.rowCount) rows: \(loss) of \(best.name) alone."
    }
    return "The consensus helps in part: \(loss) of the best single model, \(best.name), but accuracy "
      + "\(Listing.fixed(consensus.accuracy, 4)) against \(Listing.fixed(most, 4))."
  }

  // A few test rows; those on which the models disagree come first, the others evenly from the whole test set.
  private static func predictions(
    _ predictor: ModelPredictor, _ data: PreparedData, _ answers: [Matrix], _ trial: PoolTrial
  ) -> Listing {
    let count = data.test.rowCount
    let disputed = (0..<count).filter { row in Set(answers.map { topClass($0.row(row)) }).count > 1 }.prefix(2)
    let wanted = min(5, count)
    let spread = (0..<wanted).map { $0 * count / wanted }.filter { !disputed.contains($0) }
    var listing = Listing(columns: ["row", "truth"] + predictor.members.map(\.name) + ["consensus"])
    func cell(_ matrix: Matrix, _ row: Int) -> Listing.Cell {
      let top = topClass(matrix.row(row))
      return .text("\(data.classNames[top]) \(Listing.fixed(matrix[row, top], 2))")
    }
    for row in (disputed + spread).prefix(wanted) {
      listing.append(
        cells: [.integer(data.testRows[row] + 1), .text(data.classNames[data.test.labels[row]])]
          + answers.map { cell($0, row) } + [cell(trial.consensus, row)])
    }
    return listing
  }
}
