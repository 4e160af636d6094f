/// Fast Dawid-Skene (Sinha, Rao, Balasubramanian 2018): Dawid-Skene with hard decisions in between.
///
/// Each sweep sets every task to its most probable class with certainty, a tie to the lowest, and fits matrices and
/// shares to that. It ends when no label changes, after few sweeps, and finds other optima than soft sweeps do: better
/// where workers answered little. The posterior is that of one soft sweep at the end, and far too sure.
public struct FastDawidSkene: TruthInference {
  /// What is added to each cell of each matrix before it is normalised. Default: 0.01.
  public var smoothing = 0.01
  /// The most sweeps. Default: 100; usually fewer than 25 are needed.
  public var sweepMax = 100

  /// The defaults.
  public init() {}

  /// Infers the class of each task. A sweep takes O(answers K + workers K^2).
  public func infer(_ answers: AnswerSet, report: (Sweep) -> Void) throws(TruthError) -> TruthEstimate {
    try Stopping(sweepMax: sweepMax, gainMin: 0).check()
    guard smoothing.isFinite, smoothing >= 0 else {
      throw .settingOutOfRange(name: "smoothing", value: "\(smoothing)", allowed: "finite and not negative")
    }
    var kernel = try ConfusionKernel(answers, method: "fast_dawid_skene")
    kernel.harden()
    var before: [Double] = []
    var sweeps = 0
    repeat {
      before = kernel.posterior
      kernel.setPriorToMean()
      kernel.setMatrices(pseudo: smoothing)
      kernel.sweep(isHard: true)
      sweeps += 1
      report(Sweep(method: "fast_dawid_skene", number: sweeps, limit: sweepMax))
    } while kernel.posterior != before && sweeps < sweepMax
    let hasConverged = kernel.posterior == before
    kernel.setPriorToMean()
    kernel.setMatrices(pseudo: smoothing)
    let logLikelihood = kernel.sweep()
    return TruthEstimate(
      answers: answers, method: "fast_dawid_skene", posterior: kernel.classPosterior(),
      confusion: kernel.confusion(pseudo: max(smoothing, 1e-10)),
      sweeps: sweeps + 1,
      hasConverged: hasConverged, logLikelihood: logLikelihood)
  }
}
