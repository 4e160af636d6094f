import Quantities

/// Mean-field variational Bayes for workers with Dirichlet matrices over K M states: the loop of `PooledDawidSkene`,
/// which learns what workers have in common, and of `EBCC`, which does not.
struct VariationalFit {
  private let method: String
  private var kernel: ConfusionKernel
  private var matrices: DirichletMatrices
  private var skills: SkillPrior?
  private var sweepCount = 0
  /// The weight of the Dirichlet prior over the subtypes of a class, in all.
  private static let subtypeWeight = 0.1
  /// Sweeps before workers learn from each other, so that they have more to go by than vote shares.
  private static let sweepsBeforeLearning = 5

  /// How often what workers share moves in a sweep: its steps are short, and cheap beside a pass over the answers.
  private static let learningSteps = 3

  /// A fit; without `skills` the matrices have the prior of EBCC's authors, 4 on the diagonal and 1 off it.
  init(_ kernel: ConfusionKernel, method: String, skills: SkillPrior? = nil) {
    self.method = method
    self.kernel = kernel
    self.skills = skills
    matrices = skills == nil ? DirichletMatrices(kernel, diagonal: 4, off: 1) : DirichletMatrices(kernel)
    if let skills { matrices.setPrior(skills.fill) }
  }

  /// Sweeps until the evidence bound moves too little.
  mutating func run(_ stopping: Stopping, _ report: (Sweep) -> Void) -> TruthEstimate {
    let answers = kernel.answers
    let sweepMin = skills == nil ? 2 : 2 * Self.sweepsBeforeLearning
    let run = stopping.run(answers, method: method, sweepMin: sweepMin, report: report) { sweep() }
    return TruthEstimate(
      answers: answers, method: method, posterior: kernel.classPosterior(), confusion: kernel.confusion(matrices),
      sweeps: run.sweeps, hasConverged: run.hasConverged, logLikelihood: run.logLikelihood)
  }

  /// One sweep; returns the evidence bound of the posterior it leaves.
  private mutating func sweep() -> Double {
    sweepCount += 1
    let sums = kernel.stateSums
    if sweepCount > Self.sweepsBeforeLearning, var skills {
      for _ in 0..<Self.learningSteps {
        let prior = matrices.prior
        matrices.fit(&kernel) { digammas, sums in skills.learn(prior: prior, digammas: digammas, sums: sums) }
        matrices.setPrior(skills.fill)
      }
      self.skills = skills
    } else {
      matrices.fit(&kernel)
    }
    kernel.setPrior(logs: expectedLogShares(sums))
    let logSum = kernel.sweep()
    // The entropy of the posterior, then the evidence of the counts it leaves.
    return logSum - kernel.expectedLogJoint() + matrices.logEvidence(kernel) + (skills?.logEvidence() ?? 0)
      + shareEvidence()
  }

  /// The expected logarithm of the share of each state, under a uniform prior over classes.
  private func expectedLogShares(_ sums: [Double]) -> [Double] {
    let (k, m) = (kernel.answers.classCount, kernel.subtypeCount)
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
    return logs
  }

  /// The evidence of how many tasks each state has.
  private func shareEvidence() -> Double {
    let (k, m) = (kernel.answers.classCount, kernel.subtypeCount)
    let sums = kernel.stateSums
    let subtypePrior = Self.subtypeWeight / Double(m)
    var evidence = -FixedMath.logBeta([Double](repeating: 1, count: k))
    evidence += FixedMath.logBeta((0..<k).map { 1 + sums[($0 * m)..<(($0 + 1) * m)].reduce(0, +) })
    for label in 0..<k {
      evidence += FixedMath.logBeta(sums[(label * m)..<((label + 1) * m)].map { $0 + subtypePrior })
      evidence -= FixedMath.logBeta([Double](repeating: subtypePrior, count: m))
    }
    return evidence
  }
}
