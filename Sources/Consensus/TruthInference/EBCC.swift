import Quantities

/// Enhanced Bayesian classifier combination (Li, Rubinstein, Cohn 2019): workers who err together.
///
/// Each class has M subtypes of tasks, and each worker a row of its confusion matrix for each subtype:
///
///     z_j ~ pi,   g_j ~ Dirichlet-distributed shares of the subtypes of z_j,   y_ij ~ Pi_i(z_j, g_j, ·)
///
/// Tasks of a subtype mislead workers in the same way (the hard and the easy, those with a trap), which is the
/// correlation that Dawid-Skene denies and copying or collusion bring. Mean-field variational Bayes with the authors'
/// priors: Dirichlet 4 on the diagonal and 1 off it, 0.1 over the subtypes in all, 1 over the classes.
/// Where they start from random subtypes, here the tasks of a class are spread over the subtypes by how much of the vote
/// it had, so that the estimate needs no seed and does not depend on names or order. `logLikelihood` is the evidence
/// bound, which may be compared with that of `PooledDawidSkene`.
public struct EBCC: TruthInference {
  /// Subtypes of each class, M. Default: 2, easy and hard. More cost more and rarely raise the evidence.
  public var subtypeCount = 2
  /// When to end, by the evidence bound. Default: below 1e-5 nats an answer, 500 sweeps at most.
  public var stopping = Stopping(sweepMax: 500, gainMin: 1e-5)

  /// The defaults.
  public init() {}

  /// Infers the class of each task. A sweep takes O(answers K M + workers K^2 M).
  public func infer(_ answers: AnswerSet, report: (Sweep) -> Void) throws(TruthError) -> TruthEstimate {
    try stopping.check()
    guard (1...64).contains(subtypeCount) else {
      throw .settingOutOfRange(name: "subtypeCount", value: "\(subtypeCount)", allowed: "between 1 and 64")
    }
    let kernel = try ConfusionKernel(answers, method: "ebcc", subtypeCount: subtypeCount) { split($0, answers) }
    var fit = VariationalFit(kernel, method: "ebcc")
    return fit.run(stopping, report)
  }

  /// The share of each subtype in each class of each task: T x K x M. In each class the tasks are ranked by their vote
  /// share, equal ones at the same rank, and a subtype takes most of those whose rank is near its own.
  private func split(_ shares: [Double], _ answers: AnswerSet) -> [Double] {
    let (k, m) = (answers.classCount, subtypeCount)
    var splits = [Double](repeating: 0, count: shares.count * m)
    for label in 0..<k {
      let order = (0..<answers.taskCount).sorted { shares[$0 * k + label] < shares[$1 * k + label] }
      let mass = order.reduce(0) { $0 + shares[$1 * k + label] }
      var below = 0.0
      var next = 0
      while next < order.count {
        let first = next
        let share = shares[order[first] * k + label]
        while next < order.count, shares[order[next] * k + label] == share { next += 1 }
        let held = share * Double(next - first)
        let rank = mass > 0 ? (below + held / 2) / mass : 0.5
        below += held
        var row = (0..<m).map { subtype in
          let distance = rank * Double(m) - Double(subtype) - 0.5
          return FixedMath.exp(-distance * distance / 2) + 1e-3
        }
        let total = row.reduce(0, +)
        for subtype in 0..<m { row[subtype] /= total }
        for task in order[first..<next] {
          for subtype in 0..<m { splits[(task * k + label) * m + subtype] = row[subtype] }
        }
      }
    }
    return splits
  }
}
