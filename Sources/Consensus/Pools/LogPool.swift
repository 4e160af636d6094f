import Quantities

/// The normalised geometric mean of all predictions: the log pool with equal weights (Genest, Zidek 1986).
///
/// p(k) ∝ Π pᵢ(k)^(1/N) over those who answered, no probability counting as less than 1e-4, since one zero would be a
/// veto. Guarantee: of all distributions it has the least sum of Kullback-Leibler divergences to its members, and it is
/// externally Bayesian: pooling and updating by a likelihood may change places. Cost: O(N K) logarithms.
public struct LogPool: EqualPool {
  /// The pool.
  public init() {}
  /// `true`.
  public var usesLogs: Bool { true }

  private func coefficients(_ answers: AnswerRows, _ scratch: Scratch) -> UnsafeMutablePointer<Double> {
    let coefficients = scratch.take(answers.rowCount)
    for row in 0..<answers.rowCount { coefficients[row] = 1 / Double(answers.rowCount) }
    Kernels.cap(answers, coefficients: coefficients, scratch)
    return coefficients
  }

  /// The geometric mean.
  public func forecast(_ answers: AnswerRows, notes: UnsafeMutablePointer<Double>, _ scratch: Scratch) {
    for k in 0..<answers.classCount { notes[k] = 0 }
    Kernels.addLogs(answers, coefficients(answers, scratch), to: notes)
    Kernels.softmax(notes, answers.classCount)
  }

  /// The geometric mean of the others.
  public func withoutEach(
    _ answers: AnswerRows, notes: UnsafePointer<Double>, into forecasts: UnsafeMutablePointer<Double>,
    _ scratch: Scratch
  ) {
    let (count, classCount) = (answers.rowCount, answers.classCount)
    let coefficients = coefficients(answers, scratch)
    let logits = scratch.take(classCount)
    for k in 0..<classCount { logits[k] = 0 }
    Kernels.addLogs(answers, coefficients, to: logits)
    let all = Kernels.sum(coefficients, count)
    for row in 0..<count {
      let rest = all - coefficients[row]
      let (place, logs) = (forecasts + row * classCount, answers.logTable + row * classCount)
      for k in 0..<classCount { place[k] = (logits[k] - coefficients[row] * logs[k]) * (rest > 0 ? all / rest : 1) }
      Kernels.softmax(place, classCount)
    }
  }
}
