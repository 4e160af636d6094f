import Consensus
import Quantities

/// By how much the pool did better for having each model: its score with the model less its score without.
///
/// In billionths of the Brier score 1 - B/2, from minus to plus one billion; positive means that the pool needs it.
/// Copies share one contribution and each alone is worth next to nothing; a bad model is worth less than nothing.
/// It is the last marginal, not Shapley's mean over all orders of joining, which costs 2^N.
public enum MarginalContribution {
  /// The contributions to a linear mixture with the question's weights: each model left out in turn, the others' weights
  /// scaled up to one. Where no other model has weight, without it there is only the uniform prediction.
  ///
  /// For pools that are no mixtures this is the contribution to the mixture with the same weights.
  ///
  /// - Complexity: O(NK) in all.
  public static func ofMixture(_ closed: ClosedQuestion, truth: Int) -> [Int32] {
    let table = closed.table
    let one = UInt64(Billionths.one)
    var sums = [UInt64](repeating: 0, count: table.classCount)
    for (row, weight) in closed.weights.enumerated() {
      // Weights add up to one billion, so sums stay at or below 1e18.
      for (k, share) in table.row(row).enumerated() { sums[k] += UInt64(weight) * UInt64(share) }
    }
    let whole = score(sums.lazy.map { Double($0) }, over: Double(one) * Double(one), truth: truth)
    return closed.weights.enumerated().map { row, weight in
      guard UInt64(weight) < one else {
        return onGrid(whole - 0.5 * (1 + 1 / Double(table.classCount)))
      }
      let own = table.row(row)
      let without = (0..<table.classCount).lazy.map { k in
        Double(sums[k] - UInt64(weight) * UInt64(own[own.startIndex + k]))
      }
      return onGrid(whole - score(without, over: Double(one - UInt64(weight)) * Double(one), truth: truth))
    }
  }

  /// The contributions to any pool, from its consensus and the consensus without each model.
  ///
  /// - Parameters:
  ///   - consensus: K billionths.
  ///   - without: for each model the K billionths of the pool when it is left out.
  ///   - rule: the score; Brier by default.
  public static func of(
    _ consensus: [UInt32], without: [[UInt32]], truth: Int, rule: ScoringRule = .brier
  ) -> [Int32] {
    let whole = Int32(rule.score(consensus[...], truth: truth))
    return without.map { whole - Int32(rule.score($0[...], truth: truth)) }
  }

  // 1 - B/2 of `values / scale`, in fixed order.
  private static func score(_ values: some Sequence<Double>, over scale: Double, truth: Int) -> Double {
    var loss = 0.0
    for (k, value) in values.enumerated() {
      let distance = value / scale - (k == truth ? 1 : 0)
      loss += distance * distance
    }
    return 1 - loss / 2
  }

  private static func onGrid(_ difference: Double) -> Int32 {
    Int32((min(max(difference, -1), 1) * Double(Billionths.one)).rounded())
  }
}
