/// Iterative weighted majority voting, IWMV (Li, Yu 2014).
///
///     a_i = share of i's answers that name the present labels;   v_i = K a_i - 1;   labels = weighted vote by v
///
/// from majority labels until no label changes. v_i is the linear stand-in for the optimal log odds: 0 for a worker at
/// chance, negative for one below. With one-coin workers the error falls exponentially in their number (their
/// theorem 4.1).
public struct IterativeWeightedVote: TruthInference {
  /// The most sweeps. Default: 100; usually fewer than 20 are needed.
  public var sweepMax = 100

  /// The defaults.
  public init() {}

  /// Infers the class of each task. A pass over the answers for each sweep.
  public func infer(_ answers: AnswerSet, report: (Sweep) -> Void) throws(TruthError) -> TruthEstimate {
    guard sweepMax >= 1 else {
      throw .settingOutOfRange(name: "sweepMax", value: "\(sweepMax)", allowed: "at least 1")
    }
    let counts = answers.answerCountsOfWorkers()
    var labels = VoteKernel.tops(VoteKernel.voteShares(answers), answers)
    var weights = [Double](repeating: 0, count: answers.workerCount)
    var sweeps = 0
    var hasConverged = false
    while !hasConverged, sweeps < sweepMax {
      let right = VoteKernel.agreements(answers, labels)
      for worker in weights.indices where counts[worker] > 0 {
        weights[worker] = Double(answers.classCount) * right[worker] / counts[worker] - 1
      }
      let next = VoteKernel.tops(VoteKernel.scores(answers, weights: weights), answers)
      hasConverged = next == labels
      labels = next
      sweeps += 1
      report(Sweep(method: "iwmv", number: sweeps, limit: sweepMax))
    }
    return TruthEstimate(
      answers: answers, method: "iwmv", posterior: VoteKernel.shares(answers, weights: weights), weights: weights,
      sweeps: sweeps, hasConverged: hasConverged)
  }
}
