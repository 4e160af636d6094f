/// What a method of `TruthInference` makes of answers: T tasks, W workers, K classes.
public struct TruthEstimate: Sendable {
  /// The name of the method that made it, as in `TruthMethod`; the chosen one where a method chooses.
  public let method: String
  /// How many classes, K.
  public let classCount: Int
  /// The probability of each class for each task: T x K, row by row; each row adds up to 1. For methods that vote, the
  /// shares of the (weighted) votes.
  public let posterior: [Double]
  /// The share of each class among the tasks, K of them, adding up to 1.
  public let prior: [Double]
  /// The weighted share of each worker's answers that is right by `posterior`, 0 to 1; 0 for a worker without answers.
  public let accuracy: [Double]
  /// What each worker knows beyond chance: Cohen's kappa (1960) between its answers and `posterior`. 1 is always
  /// right, 0 is no better than answers drawn at random with the same shares, -1 is always wrong between two balanced
  /// classes. 0 where the answers cannot tell, as with one class or one answer.
  public let skill: [Double]
  /// W matrices of K x K, where the method fits them: entry [w][k][l] is the probability that worker w answers l where
  /// the truth is k. Each row adds up to 1.
  public let confusion: [Double]?
  /// The weight of each worker in a vote, where the method votes.
  public let weights: [Double]?
  /// Sweeps over the answers.
  public let sweeps: Int
  /// Whether the method ended by itself and not at the most sweeps allowed.
  public let hasConverged: Bool
  /// The logarithm of the probability of the answers (with known classes) under the fitted model, in nats; `nil` for
  /// methods without a likelihood.
  public let logLikelihood: Double?

  init(
    answers: AnswerSet, method: String, posterior: [Double], prior: [Double]? = nil, confusion: [Double]? = nil,
    weights: [Double]? = nil, sweeps: Int, hasConverged: Bool = true, logLikelihood: Double? = nil
  ) {
    let k = answers.classCount
    classCount = k
    self.method = method
    self.posterior = posterior
    self.confusion = confusion
    self.weights = weights
    self.sweeps = sweeps
    self.hasConverged = hasConverged
    self.logLikelihood = logLikelihood
    if let prior {
      self.prior = prior
    } else {
      var sums = [Double](repeating: 0, count: k)
      for row in 0..<answers.taskCount { for label in 0..<k { sums[label] += posterior[row * k + label] } }
      let total = sums.reduce(0, +)
      self.prior = sums.map { $0 / total }
    }
    (accuracy, skill) = Self.skills(answers, posterior)
  }

  /// The most probable class of each task; a tie goes to the lowest.
  public var labels: [Int] {
    (0..<(posterior.count / classCount)).map { task in
      let row = posterior[(task * classCount)..<((task + 1) * classCount)]
      var best = row.startIndex
      for place in row.indices where row[place] > row[best] { best = place }
      return best - row.startIndex
    }
  }

  /// The probabilities of the classes of one task.
  public subscript(task: Int) -> ArraySlice<Double> { posterior[(task * classCount)..<((task + 1) * classCount)] }

  /// W matrices of K x K as in `confusion`, for any method: its own where it fits some, else the answers counted
  /// against `posterior`, each cell raised by 1/K so that no row is empty.
  public func confusionMatrices(_ answers: AnswerSet) -> [Double] {
    if let confusion { return confusion }
    let k = classCount
    var counts = [Double](repeating: 1 / Double(k), count: answers.workerCount * k * k)
    for task in 0..<answers.taskCount {
      for answer in answers.taskStarts[task]..<answers.taskStarts[task + 1] {
        let base = Int(answers.workers[answer]) * k * k + Int(answers.labels[answer])
        for truth in 0..<k { counts[base + truth * k] += answers.weight(answer) * posterior[task * k + truth] }
      }
    }
    for row in 0..<(answers.workerCount * k) {
      let sum = counts[(row * k)..<((row + 1) * k)].reduce(0, +)
      for place in (row * k)..<((row + 1) * k) { counts[place] /= sum }
    }
    return counts
  }

  /// Agreement with the posterior, and what of it is beyond chance.
  private static func skills(_ answers: AnswerSet, _ posterior: [Double]) -> (accuracy: [Double], skill: [Double]) {
    let k = answers.classCount
    var total = [Double](repeating: 0, count: answers.workerCount)
    var said = [Double](repeating: 0, count: answers.workerCount * k)
    var held = [Double](repeating: 0, count: answers.workerCount * k)
    var right = total
    said.withUnsafeMutableBufferPointer { said in
      held.withUnsafeMutableBufferPointer { held in
        posterior.withUnsafeBufferPointer { posterior in
          for task in 0..<answers.taskCount {
            for answer in answers.taskStarts[task]..<answers.taskStarts[task + 1] {
              let (worker, label) = (Int(answers.workers[answer]), Int(answers.labels[answer]))
              let weight = answers.weight(answer)
              right[worker] += weight * posterior[task * k + label]
              total[worker] += weight
              said[worker * k + label] += weight
              for truth in 0..<k { held[worker * k + truth] += weight * posterior[task * k + truth] }
            }
          }
        }
      }
    }
    var skill = [Double](repeating: 0, count: answers.workerCount)
    for worker in 0..<answers.workerCount where total[worker] > 0 {
      right[worker] = min(right[worker] / total[worker], 1)
      var chance = 0.0
      for label in 0..<k {
        chance += said[worker * k + label] * held[worker * k + label] / (total[worker] * total[worker])
      }
      if chance < 1 - 1e-9 { skill[worker] = (right[worker] - chance) / (1 - chance) }
    }
    return (right, skill)
  }
}
