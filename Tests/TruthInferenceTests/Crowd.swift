import Consensus
import Quantities
import Testing

/// A simulated crowd: workers with confusion matrices, answers drawn from them, and the truth.
struct Crowd {
  var classCount = 2
  var workers: [Int] = []
  var tasks: [Int] = []
  var labels: [Int] = []
  var truth: [Int] = []

  /// Draws `answersPerTask` answers of different workers to each task.
  ///
  /// - Parameters:
  ///   - prior: the share of each class.
  ///   - matrices: a confusion matrix, [truth][answer], for each worker.
  init(seed: UInt64, prior: [Double], matrices: [[[Double]]], tasks taskCount: Int, answersPerTask: Int) {
    var random = CounterStream(seed: seed, purpose: 0x5452_5554)
    classCount = prior.count
    for task in 0..<taskCount {
      let truth = Self.draw(prior, &random)
      self.truth.append(truth)
      var pool = Array(matrices.indices)
      for place in 0..<answersPerTask {
        pool.swapAt(place, place + random.below(pool.count - place))
        workers.append(pool[place])
        tasks.append(task)
        labels.append(Self.draw(matrices[pool[place]][truth], &random))
      }
    }
  }

  func answers(gold: [(task: Int, label: Int)] = []) throws -> AnswerSet {
    try AnswerSet(
      workers: workers, tasks: tasks, labels: labels, classCount: classCount, taskCount: truth.count, gold: gold)
  }

  /// The share of tasks whose label is right.
  func accuracy(_ estimate: TruthEstimate) -> Double {
    Double(zip(estimate.labels, truth).count { $0 == $1 }) / Double(truth.count)
  }

  /// Right with probability `accuracy`, errors evenly spread.
  static func coin(_ accuracy: Double, _ k: Int) -> [[Double]] {
    (0..<k).map { truth in (0..<k).map { $0 == truth ? accuracy : (1 - accuracy) / Double(k - 1) } }
  }

  static func even(_ k: Int) -> [Double] { [Double](repeating: 1 / Double(k), count: k) }

  private static func draw(_ shares: [Double], _ random: inout CounterStream) -> Int {
    var left = random.unit()
    for (place, share) in shares.enumerated() {
      left -= share
      if left < 0 { return place }
    }
    return shares.count - 1
  }
}

/// Kinds of crowds, each by a seed.
enum CrowdKind: String, CaseIterable, CustomTestStringConvertible {
  case coinTwoClasses, coinTenClasses, biased, imbalanced, spammers, adversaries, fewAnswersEach, small

  var testDescription: String { rawValue }

  func crowd(_ seed: UInt64) -> Crowd {
    var random = CounterStream(seed: seed, purpose: 0x4B49_4E44)
    func between(_ low: Double, _ high: Double) -> Double { low + (high - low) * random.unit() }
    func coins(_ count: Int, _ k: Int, _ low: Double, _ high: Double) -> [[[Double]]] {
      (0..<count).map { _ in Crowd.coin(between(low, high), k) }
    }
    func skewed(_ count: Int, _ first: ClosedRange<Double>, _ second: ClosedRange<Double>) -> [[[Double]]] {
      (0..<count).map { _ in
        let (a, b) = (
          between(first.lowerBound, first.upperBound), between(second.lowerBound, second.upperBound)
        )
        return [[a, 1 - a], [1 - b, b]]
      }
    }
    switch self {
    case .coinTwoClasses:
      return Crowd(
        seed: seed, prior: Crowd.even(2), matrices: coins(40, 2, 0.55, 0.95), tasks: 500, answersPerTask: 5)
    case .coinTenClasses:
      return Crowd(
        seed: seed, prior: Crowd.even(10), matrices: coins(40, 10, 0.3, 0.9), tasks: 500, answersPerTask: 5)
    case .biased:
      let matrices = skewed(40, 0.5...1, 0.4...0.9)
      return Crowd(seed: seed, prior: Crowd.even(2), matrices: matrices, tasks: 500, answersPerTask: 6)
    case .imbalanced:
      let matrices = skewed(40, 0.7...0.98, 0.4...0.9)
      return Crowd(seed: seed, prior: [0.9, 0.1], matrices: matrices, tasks: 1_000, answersPerTask: 5)
    case .spammers:
      let matrices = (0..<40).map { worker in
        if worker % 10 >= 6 { return Crowd.coin(0.85, 3) }
        if worker % 2 == 0 { return Crowd.coin(1.0 / 3, 3) }
        // Always the same class, whatever the truth.
        return [[Double]](repeating: (0..<3).map { $0 == worker % 3 ? 1 : 0 }, count: 3)
      }
      return Crowd(seed: seed, prior: Crowd.even(3), matrices: matrices, tasks: 500, answersPerTask: 7)
    case .adversaries:
      let matrices = coins(12, 2, 0.1, 0.2) + coins(28, 2, 0.7, 0.95)
      return Crowd(seed: seed, prior: Crowd.even(2), matrices: matrices, tasks: 500, answersPerTask: 7)
    case .fewAnswersEach:
      return Crowd(
        seed: seed, prior: [0.7, 0.3], matrices: coins(700, 2, 0.5, 0.95), tasks: 300, answersPerTask: 5)
    case .small:
      return Crowd(
        seed: seed, prior: Crowd.even(3), matrices: coins(8, 3, 0.5, 0.9), tasks: 30, answersPerTask: 4)
    }
  }
}
