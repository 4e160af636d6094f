import Quantities

/// Dawid-Skene whose workers learn from each other: the rows of the confusion matrices are drawn from a distribution
/// that the crowd has in common, and that distribution is learnt from the answers (empirical Bayes).
///
/// Each worker has a skill, each class an ease, and errors a pattern; a worker's own matrix departs from what they say
/// as far as its answers make it (`SkillPrior` has the formulas). A worker with few answers is taken for one of its
/// skill, a worker with many for what it showed. So the model finds its place between one-coin and plain Dawid-Skene by
/// itself. Fitted by mean-field variational Bayes (as Kim, Ghahramani 2012) from vote shares; `logLikelihood` is the
/// evidence bound, less what the fitted numbers that workers share cost (Schwarz 1978), and may be compared with that of
/// `EBCC`.
public struct PooledDawidSkene: TruthInference {
  /// When to end, by the evidence bound. Default: below 1e-5 nats an answer, 500 sweeps at most.
  public var stopping = Stopping(sweepMax: 500, gainMin: 1e-5)

  /// The defaults.
  public init() {}

  /// Infers the class of each task. A sweep takes O(answers K + workers K^2), the latter with some thirty times the work of a cell.
  public func infer(_ answers: AnswerSet, report: (Sweep) -> Void) throws(TruthError) -> TruthEstimate {
    try stopping.check()
    let kernel = try ConfusionKernel(answers, method: "pooled_dawid_skene")
    var fit = VariationalFit(kernel, method: "pooled_dawid_skene", skills: SkillPrior(kernel))
    return fit.run(stopping, report)
  }
}
