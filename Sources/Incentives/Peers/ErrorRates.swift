import Quantities

/// How often each member of a crowd answers z where the truth is y, estimated from the crowd's answers alone.
///
/// Dawid and Skene's model by expectation and maximisation (1979): start from vote shares, then in turn the error rates
/// given the posteriors, and the posteriors given the error rates, in logarithms. Each cell starts with one half of an
/// answer, the diagonal with two, so that few answers do not look certain. Who is scored with the rates is not in the
/// crowd, so nobody's own error rates decide nobody's own pay.
public struct ErrorRates: Hashable, Sendable {
  /// Fewer members cannot be told apart from their common errors.
  public static let membersMin = 3
  private static let sweeps = 30

  /// For each member the probability of answer z given truth y, at z · K + y: each column adds up to 1.
  public let matrices: [[Double]]

  /// Estimates the rates of `crowd`; `nil` where it has fewer than `membersMin` members.
  ///
  /// - Complexity: O(answers · K + members · K²) for each of 30 sweeps.
  public init?(_ crowd: Crowd) {
    guard crowd.sheets.count >= Self.membersMin else { return nil }
    let classCount = crowd.classCount
    var posteriors = (0..<crowd.taskCount * classCount).map { cell in
      let answered = crowd.answered[cell / classCount]
      return answered > 0 ? Double(crowd.counts[cell]) / Double(answered) : 1 / Double(classCount)
    }
    var matrices = Self.rates(crowd, posteriors)
    for _ in 0..<Self.sweeps {
      posteriors = Self.posteriors(crowd, posteriors, matrices)
      matrices = Self.rates(crowd, posteriors)
    }
    self.matrices = matrices
  }

  private static func rates(_ crowd: Crowd, _ posteriors: [Double]) -> [[Double]] {
    let classCount = crowd.classCount
    return crowd.sheets.map { sheet in
      var counts = (0..<classCount * classCount).map { $0 / classCount == $0 % classCount ? 2.0 : 0.5 }
      for answer in sheet.answers {
        for y in 0..<classCount { counts[answer.top * classCount + y] += posteriors[answer.task * classCount + y] }
      }
      for y in 0..<classCount {
        var sum = 0.0
        for z in 0..<classCount { sum += counts[z * classCount + y] }
        for z in 0..<classCount { counts[z * classCount + y] /= sum }
      }
      return counts
    }
  }

  private static func posteriors(_ crowd: Crowd, _ before: [Double], _ matrices: [[Double]]) -> [Double] {
    let classCount = crowd.classCount
    var prior = [Double](repeating: 0, count: classCount)
    for task in 0..<crowd.taskCount where crowd.answered[task] > 0 {
      for y in 0..<classCount { prior[y] += before[task * classCount + y] }
    }
    let sum = prior.reduce(0, +)
    // A class that nobody ever gave has no share; the floor keeps its logarithm finite.
    let start = prior.map { FixedMath.log(max($0 / max(sum, 1), 1e-10)) }
    var logs = [Double](repeating: 0, count: before.count)
    for task in 0..<crowd.taskCount { for y in 0..<classCount { logs[task * classCount + y] = start[y] } }
    for (sheet, matrix) in zip(crowd.sheets, matrices) {
      let logMatrix = matrix.map(FixedMath.log)
      for answer in sheet.answers {
        for y in 0..<classCount { logs[answer.task * classCount + y] += logMatrix[answer.top * classCount + y] }
      }
    }
    for task in 0..<crowd.taskCount {
      let cells = task * classCount..<(task + 1) * classCount
      let top = logs[cells].max() ?? 0
      var total = 0.0
      for cell in cells {
        logs[cell] = FixedMath.exp(logs[cell] - top)
        total += logs[cell]
      }
      for cell in cells { logs[cell] /= total }
    }
    return logs
  }
}
