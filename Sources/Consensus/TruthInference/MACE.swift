import Quantities

/// MACE (Hovy, Berg-Kirkpatrick, Vaswani, Hovy 2013): workers who know, and otherwise answer from a habit.
///
///     y_ij = z_j with probability c_i, else drawn from xi_i;   c_i ~ Beta(1/2, 1/2),   xi_i ~ Dirichlet(10)
///
/// Variational Bayes as in the paper, classes equally frequent. Everything is added up in logarithms: products of
/// probabilities over a task's answers vanish. It starts from vote shares (what agrees with the vote was known), where
/// the authors start from ten random points; so it needs no seed, and renaming changes nothing.
public struct MACE: TruthInference {
  /// When to end, by the log likelihood under the expected parameters. Default: 50 sweeps at most, as the authors.
  public var stopping = Stopping(sweepMax: 50, gainMin: 1e-6)

  /// The defaults.
  public init() {}

  /// Infers the class of each task. A sweep takes O(answers + workers K), each with logarithms.
  public func infer(_ answers: AnswerSet, report: (Sweep) -> Void) throws(TruthError) -> TruthEstimate {
    try stopping.check()
    let k = answers.classCount
    var posterior = VoteKernel.voteShares(answers)
    // Of what agrees with the vote all is taken for known, of the rest nothing.
    var known = [Double](repeating: 0, count: answers.workerCount)
    var habit = [Double](repeating: 0, count: answers.workerCount * k)
    for task in 0..<answers.taskCount {
      for answer in answers.taskStarts[task]..<answers.taskStarts[task + 1] {
        let (worker, label, weight) = (
          Int(answers.workers[answer]), Int(answers.labels[answer]), answers.weight(answer)
        )
        known[worker] += weight * posterior[task * k + label]
        habit[worker * k + label] += weight * (1 - posterior[task * k + label])
      }
    }
    var knows = known
    let run = stopping.run(answers, method: "mace", sweepMin: 2, report: report) {
      // exp(digamma) of the parameters, as variational Bayes has it; the pairs do not add up to 1.
      var guesses = habit
      for worker in knows.indices {
        let habits = habit[(worker * k)..<((worker + 1) * k)]
        let guessed = habits.reduce(0, +)
        let all = FixedMath.digamma(known[worker] + guessed + 1)
        knows[worker] = FixedMath.exp(FixedMath.digamma(known[worker] + 0.5) - all)
        let guess = FixedMath.digamma(guessed + 0.5) - all - FixedMath.digamma(guessed + 10 * Double(k))
        for label in 0..<k {
          guesses[worker * k + label] = FixedMath.exp(guess + FixedMath.digamma(habit[worker * k + label] + 10))
        }
      }
      var logs = [Double](repeating: -FixedMath.log(Double(k)), count: answers.taskCount * k)
      var shared = 0.0
      for task in 0..<answers.taskCount {
        for answer in answers.taskStarts[task]..<answers.taskStarts[task + 1] {
          let (worker, label) = (Int(answers.workers[answer]), Int(answers.labels[answer]))
          let miss = FixedMath.log(guesses[worker * k + label])
          shared += answers.weight(answer) * miss
          logs[task * k + label] +=
            answers.weight(answer) * (FixedMath.log(guesses[worker * k + label] + knows[worker]) - miss)
        }
      }
      posterior = logs
      let likelihood = VoteKernel.makePosterior(&posterior, answers) + shared
      for worker in known.indices { known[worker] = 0 }
      for place in habit.indices { habit[place] = 0 }
      for task in 0..<answers.taskCount {
        for answer in answers.taskStarts[task]..<answers.taskStarts[task + 1] {
          let (worker, label) = (Int(answers.workers[answer]), Int(answers.labels[answer]))
          let share = knows[worker] / (knows[worker] + guesses[worker * k + label])
          let knew = answers.weight(answer) * posterior[task * k + label] * share
          known[worker] += knew
          habit[worker * k + label] += answers.weight(answer) - knew
        }
      }
      return likelihood
    }
    return TruthEstimate(
      answers: answers, method: "mace", posterior: posterior, prior: [Double](repeating: 1 / Double(k), count: k),
      weights: knows, sweeps: run.sweeps, hasConverged: run.hasConverged, logLikelihood: run.logLikelihood)
  }
}
