/// Votes weighted by skills that start from next to nothing and move towards the agreement with the weighted vote.
///
///     start  s_i = 1/K + 1e-5;   each sweep  s_i <- s_i + rate (agreement of i with the vote weighted by s - s_i)
///
/// The rate is halved every `rateStep` sweeps. Source and defaults: the method of this name in crowd-kit (Toloka).
public struct ZeroBasedSkill: TruthInference {
  /// How many sweeps. Default: 100.
  public var sweepCount = 100
  /// The rate at first, from 0 to 1. Default: 1.
  public var rate = 1.0
  /// Sweeps after which the rate is halved. Default: 20.
  public var rateStep = 20

  /// The defaults.
  public init() {}

  /// Infers the class of each task. `sweepCount` passes over the answers.
  public func infer(_ answers: AnswerSet, report: (Sweep) -> Void) throws(TruthError) -> TruthEstimate {
    guard sweepCount >= 1 else {
      throw .settingOutOfRange(name: "sweepCount", value: "\(sweepCount)", allowed: "at least 1")
    }
    guard (0...1).contains(rate) else {
      throw .settingOutOfRange(name: "rate", value: "\(rate)", allowed: "between 0 and 1")
    }
    guard rateStep >= 1 else {
      throw .settingOutOfRange(name: "rateStep", value: "\(rateStep)", allowed: "at least 1")
    }
    let counts = answers.answerCountsOfWorkers()
    var skills = [Double](repeating: 1 / Double(answers.classCount) + 1e-5, count: answers.workerCount)
    var rate = rate
    for sweep in 1...sweepCount {
      if sweep % rateStep == 0 { rate /= 2 }
      let labels = VoteKernel.tops(VoteKernel.scores(answers, weights: skills), answers)
      let right = VoteKernel.agreements(answers, labels)
      for worker in skills.indices where counts[worker] > 0 {
        skills[worker] += rate * (right[worker] / counts[worker] - skills[worker])
      }
      report(Sweep(method: "zero_based_skill", number: sweep, limit: sweepCount))
    }
    return TruthEstimate(
      answers: answers, method: "zero_based_skill", posterior: VoteKernel.shares(answers, weights: skills),
      weights: skills, sweeps: sweepCount)
  }
}
