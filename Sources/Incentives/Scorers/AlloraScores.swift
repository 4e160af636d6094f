/// How Allora's reputers, who report the losses of all workers, are themselves scored: by nearness to what they report
/// together.
///
/// Source: Allora chain, x/emissions, held to its unit tests at c8a40c3. Losses are logarithms in the chain;
/// here they are any finite numbers. Figures to compare with: nearness to the majority pays a majority of stake whatever
/// it says, and no money of the council rests on it.
public enum AlloraScores {
  /// The stakes as they count in the consensus: min(N a_m S_m / Σ a S, 1), so that no stake above the mean counts more.
  ///
  /// - Parameters:
  ///   - stakes: S, one per reputer, none negative.
  ///   - listening: a, how far each reputer is listened to, from 0 to 1; with the stakes, not all zero.
  public static func adjustedStakes(_ stakes: [Double], listening: [Double]) -> [Double] {
    precondition(
      stakes.count == listening.count,
      "\(stakes.count) stakes, \(listening.count) listening coefficients; give each reputer both.")
    let heard = zip(stakes, listening).map { $0 * $1 }
    let total = heard.reduce(0, +)
    precondition(total > 0, "Nobody with a stake is listened to; give one reputer a stake and a coefficient above 0.")
    return heard.map { min(Double(stakes.count) * $0 / total, 1) }
  }

  /// The mean loss by stake, Σ S_m L_m / Σ S, over the reputers who report one.
  ///
  /// - Returns: none where no stake stands behind a report.
  public static func stakeWeightedLoss(stakes: [Double], losses: [Double?]) -> Double? {
    precondition(
      stakes.count == losses.count, "\(stakes.count) stakes, \(losses.count) losses; use nil for a missing loss.")
    var total = 0.0
    var sum = 0.0
    for case (let stake, let loss?) in zip(stakes, losses) {
      total += stake
      sum += stake * loss
    }
    return total > 0 ? sum / total : nil
  }

  /// The mean losses by stake of every column of a matrix.
  ///
  /// - Parameters:
  ///   - stakes: M of them, as adjusted.
  ///   - losses: M rows of K losses, nil where a reputer reports none.
  /// - Returns: K means, each over those who report it.
  public static func stakeWeightedLosses(stakes: [Double], losses: [[Double?]]) -> [Double?] {
    columns(losses).map { stakeWeightedLoss(stakes: stakes, losses: $0) }
  }

  /// The reputers' scores: 1 / (|L_m - L| / |L| + tolerance), L the consensus by adjusted stake, |·| Euclidean lengths.
  ///
  /// A missing loss counts as the lowest that anyone reports in its column, as in the chain's code (which calls it the
  /// most distant, though the highest may be farther). A column without a consensus counts for nothing.
  ///
  /// - Parameters:
  ///   - losses: M rows of K losses, nil where a reputer reports none.
  ///   - stakes: M of them.
  ///   - listening: M coefficients from 0 to 1.
  ///   - tolerance: keeps a perfect match finite, at 1 / tolerance; above 0.
  ///   - epsilon: what stands for |L| where it is 0; above 0.
  /// - Returns: M scores, above 0.
  /// - Complexity: O(M K).
  public static func consensusScores(
    losses: [[Double?]], stakes: [Double], listening: [Double], tolerance: Double = 0.01, epsilon: Double = 1e-4
  ) -> [Double] {
    precondition(tolerance > 0 && epsilon > 0, "The tolerance and epsilon must be above 0.")
    let adjusted = adjustedStakes(stakes, listening: listening)
    var norm = 0.0
    var distances = [Double](repeating: 0, count: stakes.count)
    for column in columns(losses) {
      guard let consensus = stakeWeightedLoss(stakes: adjusted, losses: column) else { continue }
      let lowest = column.compactMap { $0 }.min() ?? consensus
      norm += consensus * consensus
      for (reputer, loss) in column.enumerated() {
        let gap = (loss ?? lowest) - consensus
        distances[reputer] += gap * gap
      }
    }
    let scale = norm > 0 ? norm.squareRoot() : epsilon
    return distances.map { 1 / ($0.squareRoot() / scale + tolerance) }
  }

  private static func columns(_ rows: [[Double?]]) -> [[Double?]] {
    guard let width = rows.first?.count else { return [] }
    precondition(
      rows.allSatisfy { $0.count == width }, "Rows of different lengths; use nil for a missing loss in a row.")
    return (0..<width).map { column in rows.map { $0[column] } }
  }
}
