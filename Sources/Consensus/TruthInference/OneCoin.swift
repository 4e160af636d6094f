import Quantities

/// One-coin Dawid-Skene: each worker is right with one probability, whatever the truth, and errs evenly.
///
///     q_j(k) ∝ pi_k ∏_i (a_i if y_ij = k else (1 - a_i) / (K - 1)),   a_i = (right_i + rightPrior) / (n_i + all prior)
///
/// fitted by expectation-maximisation from vote shares; right_i = Σ_j q_j(y_ij). With an even prior over classes this is
/// ZenCrowd (Demartini, Difallah, Cudré-Mauroux 2012). Two numbers learnt from few answers are better than K^2; but
/// where workers are biased towards a class, or classes are far from even, it can collapse onto one.
public struct OneCoin: TruthInference {
  /// Right answers that each worker is thought to have given before. Default: 4.
  public var rightPrior = 4.0
  /// Wrong answers that each worker is thought to have given before. Default: 2. Both 0: maximum likelihood.
  public var wrongPrior = 2.0
  /// Whether the shares of the classes are learnt. Default: yes; no takes all classes for equally frequent (ZenCrowd).
  public var learnsPrior = true
  /// When to end.
  public var stopping = Stopping()

  /// The defaults.
  public init() {}

  /// A model with prior counts.
  public init(rightPrior: Double, wrongPrior: Double, learnsPrior: Bool = true, stopping: Stopping = Stopping()) {
    self.rightPrior = rightPrior
    self.wrongPrior = wrongPrior
    self.learnsPrior = learnsPrior
    self.stopping = stopping
  }

  /// Probabilistic entity linking's ZenCrowd: maximum likelihood with an even class prior.
  public static let zenCrowd = OneCoin(rightPrior: 0, wrongPrior: 0, learnsPrior: false)

  /// Infers the class of each task. A sweep takes O(answers + tasks K).
  public func infer(_ answers: AnswerSet, report: (Sweep) -> Void) throws(TruthError) -> TruthEstimate {
    try stopping.check()
    for (name, value) in [("rightPrior", rightPrior), ("wrongPrior", wrongPrior)] {
      guard value.isFinite, value >= 0 else {
        throw .settingOutOfRange(name: name, value: "\(value)", allowed: "finite and not negative")
      }
    }
    let name = learnsPrior ? "one_coin" : "zencrowd"
    let k = answers.classCount
    let counts = answers.answerCountsOfWorkers()
    var posterior = VoteKernel.voteShares(answers)
    var prior = [Double](repeating: 1 / Double(k), count: k)
    var accuracy: [Double] = []
    var odds: [Double] = []
    let run = stopping.run(answers, method: name, report: report) {
      if learnsPrior { prior = VoteKernel.meanPosterior(posterior, answers) }
      let right = VoteKernel.right(answers, posterior)
      accuracy = zip(right, counts).map { right, count in
        let total = count + rightPrior + wrongPrior
        return min(max(total > 0 ? (right + rightPrior) / total : 1 / Double(k), 1e-10), 1 - 1e-10)
      }
      // An answer tells one class from the others by the log odds; what all classes share is the chance to be wrong.
      let wrong = accuracy.map { FixedMath.log((1 - $0) / Double(max(k - 1, 1))) }
      odds = zip(accuracy, wrong).map { FixedMath.log($0) - $1 }
      posterior = VoteKernel.scores(answers, weights: odds)
      for task in 0..<answers.taskCount {
        for label in 0..<k { posterior[task * k + label] += FixedMath.log(max(prior[label], 1e-10)) }
      }
      let shared = zip(wrong, counts).reduce(0) { $0 + $1.0 * $1.1 }
      return VoteKernel.makePosterior(&posterior, answers) + shared
    }
    return TruthEstimate(
      answers: answers, method: name, posterior: posterior, prior: learnsPrior ? nil : prior,
      weights: odds,
      sweeps: run.sweeps, hasConverged: run.hasConverged, logLikelihood: run.logLikelihood)
  }
}
