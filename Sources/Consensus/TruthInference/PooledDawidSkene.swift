import Quantities

/// Dawid-Skene whose workers learn from each other: each row of a confusion matrix is drawn from a Dirichlet
/// distribution that all workers share, and that distribution is learnt from the answers (empirical Bayes).
///
///     Pi_i(k, ·) ~ Dirichlet(beta_k),   pi ~ Dirichlet(1),   q_j(k) ∝ exp(E ln pi_k + Σ_i E ln Pi_i(k, y_ij))
///
/// fitted by mean-field variational Bayes (Kim, Ghahramani 2012: IBCC) from vote shares, with beta moved by Minka's
/// fixed point (2000) in each sweep. A worker with few answers is taken for a typical one, a worker with many for what
/// it showed; how much typical counts is learnt too. Between majority vote, one-coin and plain Dawid-Skene it finds its
/// place by itself. `logLikelihood` is the evidence bound, which may be compared between models of the same answers.
public struct PooledDawidSkene: TruthInference {
  /// When to end, by the evidence bound.
  public var stopping = Stopping()
  /// Whether the shared distribution is learnt. Default: yes; no is IBCC with 4 on the diagonal and 1 off it.
  public var learns = true

  /// The defaults.
  public init() {}

  public func infer(_ answers: AnswerSet, report: (Sweep) -> Void) throws(TruthError) -> TruthEstimate {
    try stopping.check()
    return try VariationalFit(answers, method: "pooled_dawid_skene", subtypeCount: 1) { _ in [] }
      .run(answers, stopping: stopping, learns: learns, report: report)
  }
}

/// Mean-field variational Bayes for answers of workers with Dirichlet matrices over K M states.
struct VariationalFit {
  private let method: String
  private var kernel: ConfusionKernel
  private var matrices: DirichletMatrices
  /// The weight of the Dirichlet prior over the subtypes of a class, in all.
  private static let subtypeWeight = 0.1
  /// Sweeps before the shared distribution moves, so that it learns from more than vote shares.
  private static let sweepsBeforeLearning = 5

  init(
    _ answers: AnswerSet, method: String, subtypeCount: Int, split: ([Double]) -> [Double]
  ) throws(TruthError) {
    self.method = method
    kernel = try ConfusionKernel(answers, method: method, subtypeCount: subtypeCount, split: split)
    matrices = DirichletMatrices(kernel, diagonal: 4, off: 1)
  }

  /// Sweeps until the evidence bound gains too little.
  func run(
    _ answers: AnswerSet, stopping: Stopping, learns: Bool, report: (Sweep) -> Void
  ) throws(TruthError) -> TruthEstimate {
    var fit = self
    var number = 0
    let run = stopping.run(
      answers, method: method, sweepMin: learns ? 2 * Self.sweepsBeforeLearning : 2, report: report
    ) {
      number += 1
      return fit.sweep(learns: learns && number > Self.sweepsBeforeLearning)
    }
    return TruthEstimate(
      answers: answers, method: method, posterior: fit.kernel.classPosterior(),
      confusion: fit.kernel.confusion(pseudo: fit.matrices.prior), sweeps: run.sweeps, hasConverged: run.hasConverged,
      logLikelihood: run.logLikelihood)
  }

  /// One sweep; returns the evidence bound of the posterior it leaves.
  private mutating func sweep(learns: Bool) -> Double {
    let (k, m) = (kernel.answers.classCount, kernel.subtypeCount)
    let sums = kernel.stateSums()
    let classSums = (0..<k).map { label in 1 + sums[(label * m)..<((label + 1) * m)].reduce(0, +) }
    let total = FixedMath.digamma(classSums.reduce(0, +))
    var logs: [Double] = []
    for label in 0..<k {
      let subtypes = sums[(label * m)..<((label + 1) * m)].map { $0 + Self.subtypeWeight / Double(m) }
      let subtypeTotal = FixedMath.digamma(subtypes.reduce(0, +))
      for subtype in subtypes {
        logs.append(FixedMath.digamma(classSums[label]) - total + FixedMath.digamma(subtype) - subtypeTotal)
      }
    }
    matrices.fit(&kernel, learns: learns)
    kernel.setPrior(logs: logs)
    let logSum = kernel.sweep()
    return logSum - kernel.expectedLogJoint() + logEvidence()
  }

  /// The evidence of the counts as they stand, without the entropy of the posterior.
  private func logEvidence() -> Double {
    let (k, m) = (kernel.answers.classCount, kernel.subtypeCount)
    let sums = kernel.stateSums()
    let subtypePrior = Self.subtypeWeight / Double(m)
    var evidence = matrices.logEvidence(kernel) - FixedMath.logBeta([Double](repeating: 1, count: k))
    evidence += FixedMath.logBeta((0..<k).map { 1 + sums[($0 * m)..<(($0 + 1) * m)].reduce(0, +) })
    for label in 0..<k {
      evidence += FixedMath.logBeta(sums[(label * m)..<((label + 1) * m)].map { $0 + subtypePrior })
      evidence -= FixedMath.logBeta([Double](repeating: subtypePrior, count: m))
    }
    return evidence
  }
}
