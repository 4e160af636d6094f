import Consensus

/// What forecasts of the workers' losses are worth in Allora: the inference that they imply, and forecasting's part of
/// the workers' pay.
///
/// Source: Allora chain, x/emissions, held to its unit tests at c8a40c3. Figures to compare with; no money
/// of the council rests on them.
public enum AlloraForecasts {
  /// The inference that a forecaster's losses imply: Σ w_j I_j / Σ w over the inferers whose loss is forecast.
  ///
  /// The forecast regrets R_j = L - L_j become weights as in `RegretInformed`. One forecast gives that inferer's
  /// inference. The chain takes a median instead where every inferer is new, which is not done here.
  ///
  /// - Parameters:
  ///   - inferences: I, one per inferer.
  ///   - forecasts: L_j, one per inferer, nil where the forecaster says nothing of it.
  ///   - networkLoss: L, the loss of the network as a whole.
  ///   - steepness: p, above 0.
  ///   - centre: c.
  ///   - epsilon: added to the deviation of the regrets, above 0.
  /// - Returns: none where nothing is forecast.
  public static func impliedInference(
    _ inferences: [Double], forecasts: [Double?], networkLoss: Double, steepness: Double = 3, centre: Double = 0.75,
    epsilon: Double = 0.01
  ) -> Double? {
    precondition(
      inferences.count == forecasts.count,
      "\(inferences.count) inferences, \(forecasts.count) forecasts; use nil where nothing is forecast.")
    let known = forecasts.indices.filter { forecasts[$0] != nil }
    guard !known.isEmpty else { return nil }
    let weights = RegretInformed(steepness: steepness, centre: centre, epsilon: epsilon)
      .weights(regrets: forecasts.compactMap { $0 }.map { networkLoss - $0 })
    return zip(known, weights).reduce(0) { $0 + inferences[$1.0] * $1.1 }
  }

  /// What forecasting adds: the loss of the network without forecasts less the loss with them, both logarithms.
  public static func performance(naiveLoss: Double, networkLoss: Double) -> Double { naiveLoss - networkLoss }

  /// How the forecasters' performance compares with the best inferer: α T / max score + (1 - α) previous.
  ///
  /// - Parameters:
  ///   - performance: T, from `performance(naiveLoss:networkLoss:)`.
  ///   - infererScores: scores below 0 count as 0; where none is above, the ratio is that of T to its own size.
  ///   - previous: the ratio of the epoch before.
  ///   - step: α, from 0 to 1.
  /// - Returns: none where neither forecasters nor inferers have a score.
  public static func scoreRatio(
    performance: Double, infererScores: [Double], previous: Double, step: Double
  ) -> Double? {
    let best = max(infererScores.max() ?? 0, 0)
    if best == 0 && performance == 0 { return nil }
    return AlloraStatistics.movingAverage(
      performance / (best > 0 ? best : abs(performance)), previous: previous, step: step)
  }

  /// Forecasting's part of the workers' pay, χ: 0.1 up to a ratio of 0, 0.5 from a ratio of 1, a straight line between.
  ///
  /// Where there is no ratio the part is 0.5.
  public static func utility(
    performance: Double, infererScores: [Double], previous: Double = 0, step: Double = 1
  ) -> Double {
    let ratio = scoreRatio(performance: performance, infererScores: infererScores, previous: previous, step: step)
    guard let ratio else { return 0.5 }
    return 0.1 + 0.4 * min(max(ratio, 0), 1)
  }
}
