/// Dawid and Skene's model (1979): a confusion matrix for each worker, fitted by expectation-maximisation.
///
/// Worker i answers l where the truth is k with probability Pi_i(k, l), and class k has the share pi_k:
///
///     posterior of task j:  q_j(k) ∝ pi_k ∏_i Pi_i(k, y_ij)
///     fit:                  pi_k = mean of q_j(k),   Pi_i(k, l) ∝ smoothing + Σ_j q_j(k) [y_ij = l]
///
/// It starts from vote shares. Without smoothing no sweep lowers the likelihood of the answers. An answer that is a
/// distribution counts l with its probability. Knows workers who confuse classes, or answer the opposite, and needs
/// about K answers of each worker for every class; with fewer it overfits (see `PooledDawidSkene`).
public struct DawidSkene: TruthInference {
  /// What is added to each cell of each matrix before it is normalised. Default: 0.01. 0 is plain Dawid-Skene.
  /// Raise it where workers answered little.
  public var smoothing = 0.01
  /// When to end.
  public var stopping = Stopping()

  /// The defaults.
  public init() {}

  /// A model with this smoothing.
  public init(smoothing: Double, stopping: Stopping = Stopping()) {
    self.smoothing = smoothing
    self.stopping = stopping
  }

  /// Infers the class of each task. A sweep takes O(answers K + workers K^2).
  public func infer(_ answers: AnswerSet, report: (Sweep) -> Void) throws(TruthError) -> TruthEstimate {
    try stopping.check()
    guard smoothing.isFinite, smoothing >= 0 else {
      throw .settingOutOfRange(name: "smoothing", value: "\(smoothing)", allowed: "finite and not negative")
    }
    var kernel = try ConfusionKernel(answers, method: "dawid_skene")
    let run = stopping.run(answers, method: "dawid_skene", report: report) {
      kernel.setPriorToMean()
      kernel.setMatrices(pseudo: smoothing)
      return kernel.sweep()
    }
    return TruthEstimate(
      answers: answers, method: "dawid_skene", posterior: kernel.classPosterior(),
      confusion: kernel.confusion(pseudo: max(smoothing, 1e-10)),
      sweeps: run.sweeps,
      hasConverged: run.hasConverged, logLikelihood: run.logLikelihood)
  }
}
