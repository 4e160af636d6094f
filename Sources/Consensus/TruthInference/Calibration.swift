import Quantities

/// Makes posteriors fit for use as probabilities.
///
/// Models of truth inference take workers for independent. People and machines err on the same tasks, so a posterior of
/// n answers is as sure as if there were n, where they tell as much as n / (1 + rho (n - 1)) independent ones: the
/// effective number under an equal correlation rho between any two (Kish 1965, the design effect). Hence the posterior
/// of a task with n answers is raised to the power 1 / (1 + rho (n - 1)) and normalised. No label changes.
///
/// rho cannot be seen in answers alone: workers who agree on an error look like workers who are right. The default is
/// what crowds show: each of 13 public sets, left out in turn, gets a best common rho of 0.45 to 0.6 by log loss on the
/// others, and 0.3 to 0.4 by calibration error. With known classes it is learnt.
public struct Calibration: Hashable, Sendable {
  /// The correlation of two workers' answers beyond what the truth explains, 0 to 1. Default: 0.4. 0 leaves posteriors
  /// as they are; use it for workers known to be independent.
  public var correlation = 0.4

  /// The default.
  public init() {}

  /// A calibration for workers of this correlation.
  public init(correlation: Double) { self.correlation = correlation }

  func check() throws(TruthError) {
    guard (0...1).contains(correlation) else {
      throw .settingOutOfRange(name: "correlation", value: "\(correlation)", allowed: "between 0 and 1")
    }
  }

  /// The power for a task whose answers weigh `count` in all.
  func power(count: Double) -> Double { 1 / (1 + correlation * max(count - 1, 0)) }

  /// The posterior (T x K) made less sure. Known classes stay known.
  func applied(to posterior: [Double], _ answers: AnswerSet) -> [Double] {
    let k = answers.classCount
    var result = posterior
    for task in 0..<answers.taskCount where answers.gold[task] < 0 {
      let power = power(count: answers.weightOfAnswers(task: task))
      let row = Self.raised(posterior[(task * k)..<((task + 1) * k)], to: power)
      for label in 0..<k { result[task * k + label] = row[label] }
    }
    return result
  }

  /// The correlation that makes `posterior`, inferred without them, fit known classes best: the highest sum of the
  /// logarithms of their probabilities, with the default as a normal prior of standard deviation 0.2, on a grid of
  /// 0.02.
  static func fitted(to posterior: [Double], _ answers: AnswerSet, known: [(task: Int, label: Int)]) -> Calibration {
    let k = answers.classCount
    var best = (score: -Double.infinity, calibration: Calibration())
    for step in 0...50 {
      let calibration = Calibration(correlation: Double(step) / 50)
      let distance = (calibration.correlation - Calibration().correlation) / 0.2
      var score = -distance * distance / 2
      for (task, label) in known {
        let power = calibration.power(count: answers.weightOfAnswers(task: task))
        score += FixedMath.log(max(raised(posterior[(task * k)..<((task + 1) * k)], to: power)[label], 1e-12))
      }
      if score > best.score { best = (score, calibration) }
    }
    return best.calibration
  }

  private static func raised(_ row: ArraySlice<Double>, to power: Double) -> [Double] {
    let logs = row.map { FixedMath.log(max($0, 1e-300)) * power }
    let top = logs.reduce(-.infinity, max)
    let weights = logs.map { FixedMath.exp($0 - top) }
    let sum = weights.reduce(0, +)
    return weights.map { $0 / sum }
  }
}

extension AnswerSet {
  /// The sum of the weights of the answers to a task.
  func weightOfAnswers(task: Int) -> Double {
    if weights.isEmpty { return Double(answerCount(ofTask: task)) }
    return (taskStarts[task]..<taskStarts[task + 1]).reduce(0) { $0 + weights[$1] }
  }
}
