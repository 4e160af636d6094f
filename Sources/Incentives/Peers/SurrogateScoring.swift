import Quantities

/// A proper score of a probability prediction without the outcome, from noisy answers with known error rates.
///
/// With C(z, y) = Pr(reference says z | truth y), the surrogate score φ(p, z) solves Σ_z C(z, y) φ(p, z) = S(p, y) for
/// every y, that is φ = C^-T S (Liu, Wang, Chen 2020, "Surrogate scoring rules", EC'20). Its expectation given the truth
/// is the score itself, so what is best under S is best here.
///
/// Guarantees: unbiased for the true score with exact rates, so honesty is the best report however noisy the references.
/// Rates come from the crowd alone (`ErrorRates`): one's own answers never decide the rates that one is paid by.
/// Warnings: rates are estimated, and errors of the estimate move the best report. With C assumed where the rates are C',
/// what is paid is the score of the belief C^-1 C' b in place of b: with C = [[.8, .2], [.2, .8]],
/// C' = [[.9, .4], [.1, .6]] and the belief (.7, .3) the best report is (.917, .083). The variance grows with the inverse square of C's least singular value; references that hardly depend on the
/// truth are left out. A crowd that errs alike is believed.
public struct SurrogateScoring: PeerScore {
  /// The most classes: above, rates cannot be estimated from a batch.
  public static let classesMax = 64
  /// References whose surrogate scores would pass so many times the score's range are left out.
  private static let boundMax = 50.0

  /// What stands in for the score: Brier by default.
  public var rule = ScoringRule.brier

  /// Surrogates of `rule`.
  public init(rule: ScoringRule = .brier) { self.rule = rule }

  /// The surrogate score φ of `report` given the answer `reference`.
  ///
  /// - Parameters:
  ///   - report: K billionths.
  ///   - errors: C(z, y) at z · K + y; each column adds up to 1.
  /// - Returns: `nil` where C cannot be inverted.
  public func score(_ report: ArraySlice<UInt32>, reference: Int, errors: [Double]) -> Double? {
    guard let inverse = Self.transposedInverse(errors, classCount: report.count) else { return nil }
    var sum = 0.0
    for y in 0..<report.count {
      sum += inverse[reference * report.count + y] * Double(rule.score(report, truth: y)) / Double(Billionths.one)
    }
    return sum
  }

  /// The mean surrogate score over the references on each question, each weighted down so that all are bounded by 1.
  ///
  /// - Complexity: that of the rates, then O(K²) for each answer.
  public func scores(of sheets: [AnswerSheet], against crowd: Crowd) -> [[Double?]] {
    guard let rates = ErrorRates(crowd) else { return sheets.map { $0.answers.map { _ in nil } } }
    let classCount = crowd.classCount
    var tilts = [Double](repeating: 0, count: crowd.taskCount * classCount)
    var bounds = [Double](repeating: 0, count: crowd.taskCount)
    for (sheet, errors) in zip(crowd.sheets, rates.matrices) {
      guard let inverse = Self.transposedInverse(errors, classCount: classCount) else { continue }
      let bound =
        (0..<classCount).map { z in
          inverse[z * classCount..<(z + 1) * classCount].reduce(0) { $0 + abs($1) }
        }.max() ?? 0
      guard bound <= Self.boundMax else { continue }
      // A weight of 1/bound² each: close to that of least variance, and it depends on no report that is scored.
      for answer in sheet.answers {
        for y in 0..<classCount {
          tilts[answer.task * classCount + y] += inverse[answer.top * classCount + y] / (bound * bound)
        }
        bounds[answer.task] += 1 / bound
      }
    }
    return sheets.map { sheet in
      sheet.answers.map { answer in
        guard bounds[answer.task] > 0 else { return nil }
        var sum = 0.0
        for y in 0..<classCount {
          let score = Double(rule.score(answer.report, truth: y)) / Double(Billionths.one)
          sum += tilts[answer.task * classCount + y] * score
        }
        return min(max(sum / bounds[answer.task], -1), 1)
      }
    }
  }

  /// C^-T at z · K + y.
  private static func transposedInverse(_ errors: [Double], classCount: Int) -> [Double]? {
    let transposed = (0..<classCount * classCount).map { errors[$0 % classCount * classCount + $0 / classCount] }
    return SquareMatrix.inverse(transposed, size: classCount)
  }
}
