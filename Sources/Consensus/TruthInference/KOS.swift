/// Iterative message passing for two classes, KOS (Karger, Oh, Shah 2011, 2014).
///
/// With answers A_ij = ±1, tasks and workers send each other messages along the answers:
///
///     x_{j->i} = Σ_{i' ≠ i} A_i'j y_{i'->j},   y_{i->j} = Σ_{j' ≠ j} A_ij' x_{j'->i},   label = sign Σ_i A_ij y_{i->j}
///
/// Of the order of the best possible where tasks are assigned to workers at random, each with equally many; elsewhere it
/// may do much worse than majority. Messages start at 1, the mean of the authors' normal start, and are rescaled in each
/// sweep, since they grow exponentially.
public struct KOS: TruthInference {
  /// How many sweeps. Default: 10.
  public var sweepCount = 10

  /// The defaults.
  public init() {}

  /// Infers the class of each task. A sweep takes O(answers).
  public func infer(_ answers: AnswerSet, report: (Sweep) -> Void) throws(TruthError) -> TruthEstimate {
    guard answers.classCount <= 2 else { throw .binaryOnly(method: "kos", classCount: answers.classCount) }
    guard sweepCount >= 1 else {
      throw .settingOutOfRange(name: "sweepCount", value: "\(sweepCount)", allowed: "at least 1")
    }
    // Signed by the answer already: A y, then A x.
    var fromWorkers = signs(answers)
    for sweep in 1...sweepCount {
      var toWorkers = fromWorkers
      for task in 0..<answers.taskCount {
        let range = answers.taskStarts[task]..<answers.taskStarts[task + 1]
        let known = answers.gold[task]
        let sum = known >= 0 ? 0 : range.reduce(0) { $0 + fromWorkers[$1] }
        for answer in range {
          // A known class speaks with the strength of all others together.
          let belief = known >= 0 ? (known == 0 ? 1 : -1) * Double(range.count) : sum - fromWorkers[answer]
          toWorkers[answer] = belief * sign(answers, answer)
        }
      }
      var sums = [Double](repeating: 0, count: answers.workerCount)
      for (answer, worker) in answers.workers.enumerated() { sums[Int(worker)] += toWorkers[answer] }
      var largest = 0.0
      for (answer, worker) in answers.workers.enumerated() {
        toWorkers[answer] = sums[Int(worker)] - toWorkers[answer]
        largest = max(largest, toWorkers[answer].magnitude)
      }
      report(Sweep(method: "kos", number: sweep, limit: sweepCount))
      // Nobody has a second answer by which to judge the first: every message stays as it was.
      if largest == 0 { break }
      for answer in toWorkers.indices { fromWorkers[answer] = toWorkers[answer] / largest * sign(answers, answer) }
    }
    let posterior = VoteKernel.shares(answers) { fromWorkers[$0] * unitSign(answers, $0) }
    return TruthEstimate(answers: answers, method: "kos", posterior: posterior, sweeps: sweepCount)
  }

  private func signs(_ answers: AnswerSet) -> [Double] { (0..<answers.count).map { sign(answers, $0) } }

  /// 1 for class 0 and -1 for class 1, times the weight of the answer.
  private func sign(_ answers: AnswerSet, _ answer: Int) -> Double {
    unitSign(answers, answer) * answers.weight(answer)
  }

  private func unitSign(_ answers: AnswerSet, _ answer: Int) -> Double { answers.labels[answer] == 0 ? 1 : -1 }
}
