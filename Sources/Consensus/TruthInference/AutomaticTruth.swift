/// The default: chooses a model of the workers without seeing the truth, and calibrates its posterior.
///
/// Two models compete: `PooledDawidSkene`, in which workers err independently, and `EBCC`, in which tasks of a subtype
/// mislead them together. Both state how probable they make the answers, with all parameters averaged over (the evidence
/// bound of variational Bayes); the higher wins. Nothing is tuned: the priors are those of the authors, or learnt from
/// the answers. Where the matrices would not fit into memory, `OneCoin` takes their place; so it does, with equal shares
/// of the classes, where there are fewer than 50 answers for each entry of one confusion matrix, too few to learn even
/// what all workers have in common.
///
/// Known classes teach every model, and try the choice: the simpler methods are run without knowing them, and one that
/// gets more of them right, by more than twice the deviation that chance would give (McNemar 1947), takes over. They set
/// the calibration as well.
public struct AutomaticTruth: TruthInference {
  /// How sure the posterior may be. Default: as crowds are; learnt where classes are known.
  public var calibration = Calibration()
  /// When each model ends. Default: below 1e-5 nats an answer, 500 sweeps at most.
  public var stopping = Stopping(sweepMax: 500, gainMin: 1e-5)

  /// The defaults.
  public init() {}

  /// Infers the class of each task. The cost of `PooledDawidSkene` and `EBCC`; three to four times that where classes are known.
  public func infer(_ answers: AnswerSet, report: (Sweep) -> Void) throws(TruthError) -> TruthEstimate {
    try stopping.check()
    try calibration.check()
    var (chosen, estimate) = try choose(answers, report)
    var calibration = calibration
    let known = answers.known.filter { answers.answerCount(ofTask: $0.task) > 0 }
    if !known.isEmpty {
      let blind = try answers.withGold([])
      var best = try chosen.infer(blind, report: report)
      let incumbent = hits(best, known)
      for challenger in challengers {
        let rival = try challenger.infer(blind, report: report)
        let (gained, lost) = zip(hits(rival, known), incumbent).reduce((0, 0)) { tally, pair in
          (tally.0 + (pair.0 && !pair.1 ? 1 : 0), tally.1 + (pair.1 && !pair.0 ? 1 : 0))
        }
        let lead = Double(gained - lost)
        guard gained > lost, lead * lead > 4 * Double(gained + lost) else { continue }
        let leads = hits(rival, known).count { $0 } > hits(best, known).count { $0 }
        if leads { (chosen, best) = (challenger, rival) }
      }
      if best.method != estimate.method { estimate = try chosen.infer(answers, report: report) }
      calibration = Calibration.fitted(to: best.posterior, answers, known: known)
    }
    return estimate.withPosterior(calibration.applied(to: estimate.posterior, answers), answers)
  }

  /// The model of the higher evidence, and what it makes of the answers.
  private func choose(
    _ answers: AnswerSet, _ report: (Sweep) -> Void
  ) throws(TruthError) -> (any TruthInference, TruthEstimate) {
    let coin = OneCoin(rightPrior: 4, wrongPrior: 2, stopping: stopping)
    let (entries, overflows) = answers.classCount.multipliedReportingOverflow(by: answers.classCount)
    if overflows || answers.count / 50 < entries {
      // Nor can the classes' shares be told: with them one loud worker of three may carry a class.
      let even = OneCoin(rightPrior: 4, wrongPrior: 2, learnsPrior: false, stopping: stopping)
      return (even, try even.infer(answers, report: report))
    }
    var pooled = PooledDawidSkene()
    pooled.stopping = stopping
    var correlated = EBCC()
    correlated.stopping = stopping
    do throws(TruthError) {
      let independent = try pooled.infer(answers, report: report)
      let together = try correlated.infer(answers, report: report)
      let gain = (together.logLikelihood ?? -.infinity) - (independent.logLikelihood ?? -.infinity)
      return gain > 0 ? (correlated, together) : (pooled, independent)
    } catch {
      guard case .tooLarge = error else { throw error }
      return (coin, try coin.infer(answers, report: report))
    }
  }

  /// What may take over where classes are known: methods with one number a worker, or other ends of Dawid-Skene.
  private var challengers: [any TruthInference] {
    [
      VoteShare(), IterativeWeightedVote(), OneCoin(rightPrior: 4, wrongPrior: 2, stopping: stopping),
      OneCoin(rightPrior: 0, wrongPrior: 0, learnsPrior: false, stopping: stopping),
    ]
  }

  private func hits(_ estimate: TruthEstimate, _ known: [(task: Int, label: Int)]) -> [Bool] {
    let labels = estimate.labels
    return known.map { labels[$0.task] == $0.label }
  }
}

extension AnswerSet {
  /// The tasks whose class is known, in their order.
  var known: [(task: Int, label: Int)] {
    gold.indices.filter { gold[$0] >= 0 }.map { (task: $0, label: Int(gold[$0])) }
  }
}

extension TruthEstimate {
  /// The same with another posterior, and what follows from it.
  func withPosterior(_ posterior: [Double], _ answers: AnswerSet) -> TruthEstimate {
    TruthEstimate(
      answers: answers, method: method, posterior: posterior, confusion: confusion, weights: weights, sweeps: sweeps,
      hasConverged: hasConverged, logLikelihood: logLikelihood)
  }
}
