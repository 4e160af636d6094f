import Quantities

/// GLAD (Whitehill, Ruvolo, Wu, Bergsma, Movellan 2009): skill of workers and difficulty of tasks.
///
///     P(y_ij = z_j) = 1 / (1 + exp(-a_i e^(b_j))),   other classes share the rest evenly,   a_i, b_j ~ N(1, 1)
///
/// Classes are taken for equally frequent. Expectation-maximisation from a = b = 1: each sweep infers the classes, then
/// moves all skills and all ease parameters by a few Newton steps (Fisher scoring for b, cut at 1), each of which
/// raises the expected log posterior. A worker of negative skill says something by being wrong.
public struct GLAD: TruthInference {
  /// When to end, by the log posterior.
  public var stopping = Stopping()
  /// Newton steps for skills and ease in each sweep. Default: 5.
  public var stepCount = 5

  /// The defaults.
  public init() {}

  /// Infers the class of each task. A sweep takes O(answers `stepCount`), each with exponentials.
  public func infer(_ answers: AnswerSet, report: (Sweep) -> Void) throws(TruthError) -> TruthEstimate {
    try stopping.check()
    guard stepCount >= 1 else {
      throw .settingOutOfRange(name: "stepCount", value: "\(stepCount)", allowed: "at least 1")
    }
    let k = answers.classCount
    var fit = Fit(answers)
    let run = stopping.run(answers, method: "glad", report: report) {
      for _ in 0..<stepCount { fit.improve() }
      return fit.infer()
    }
    return TruthEstimate(
      answers: answers, method: "glad", posterior: fit.posterior,
      prior: [Double](repeating: 1 / Double(k), count: k), weights: fit.skill, sweeps: run.sweeps,
      hasConverged: run.hasConverged, logLikelihood: run.logLikelihood)
  }

  private struct Fit {
    let answers: AnswerSet
    var skill: [Double]
    /// The logarithm of how easy each task is.
    var ease: [Double]
    var posterior: [Double]

    init(_ answers: AnswerSet) {
      self.answers = answers
      skill = [Double](repeating: 1, count: answers.workerCount)
      ease = [Double](repeating: 1, count: answers.taskCount)
      posterior = []
      _ = infer()
    }

    /// Infers the classes; returns the log posterior of skills and ease, up to a constant.
    mutating func infer() -> Double {
      let k = answers.classCount
      let others = FixedMath.log(Double(max(k - 1, 1)))
      var shared = 0.0
      var logs = [Double](repeating: -FixedMath.log(Double(k)), count: answers.taskCount * k)
      for task in 0..<answers.taskCount {
        let scale = FixedMath.exp(ease[task])
        for answer in answers.taskStarts[task]..<answers.taskStarts[task + 1] {
          let odds = skill[Int(answers.workers[answer])] * scale
          let weight = answers.weight(answer)
          // ln of right less ln of wrong is the log odds, and ln of wrong is shared by all classes.
          shared -= weight * (softplus(odds) + others)
          logs[task * k + Int(answers.labels[answer])] += weight * (odds + others)
        }
      }
      posterior = logs
      var sum = VoteKernel.makePosterior(&posterior, answers) + shared
      for value in skill { sum -= (value - 1) * (value - 1) / 2 }
      for value in ease { sum -= (value - 1) * (value - 1) / 2 }
      return sum
    }

    /// A Newton step for all skills, then one for all ease parameters.
    mutating func improve() {
      let k = answers.classCount
      var slopes = skill.map { 1 - $0 }
      var bends = [Double](repeating: 1, count: skill.count)
      for task in 0..<answers.taskCount {
        let scale = FixedMath.exp(ease[task])
        for answer in answers.taskStarts[task]..<answers.taskStarts[task + 1] {
          let (worker, weight) = (Int(answers.workers[answer]), answers.weight(answer))
          let right = sigmoid(skill[worker] * scale)
          slopes[worker] += weight * (posterior[task * k + Int(answers.labels[answer])] - right) * scale
          bends[worker] += weight * right * (1 - right) * scale * scale
        }
      }
      for worker in skill.indices { skill[worker] += min(max(slopes[worker] / bends[worker], -1), 1) }
      for task in 0..<answers.taskCount {
        let scale = FixedMath.exp(ease[task])
        var slope = 1 - ease[task]
        var bend = 1.0
        for answer in answers.taskStarts[task]..<answers.taskStarts[task + 1] {
          let weight = answers.weight(answer)
          let odds = skill[Int(answers.workers[answer])] * scale
          let right = sigmoid(odds)
          slope += weight * (posterior[task * k + Int(answers.labels[answer])] - right) * odds
          bend += weight * right * (1 - right) * odds * odds
        }
        ease[task] += min(max(slope / bend, -1), 1)
      }
    }
  }
}

private func sigmoid(_ x: Double) -> Double { 1 / (1 + FixedMath.exp(-x)) }

/// ln(1 + e^x), without overflow.
private func softplus(_ x: Double) -> Double { max(x, 0) + FixedMath.log1p(FixedMath.exp(-x.magnitude)) }
