import Quantities

/// How Allora's topics share out rewards: by softened scores among workers, by stake and score among reputers, and
/// between the tasks by the entropy of their shares.
///
/// From the formulas of the Allora white paper and chain code (October 2024), held to the chain's unit tests. Figures to
/// compare with; no money of the council rests on them, and no guarantee of truthfulness is known for them.
public enum AlloraRewards {
  /// The worker shares: M_i / Σ M with M_i = ln(1 + exp(p (T_i / (spread + e) - c))).
  ///
  /// - Parameters:
  ///   - scores: T_i, the loss of the network without worker i less the loss with it, smoothed.
  ///   - spread: the sample standard deviation of the scores of several past epochs.
  ///   - steepness: p; 1 for inferers, 3 for forecasters.
  /// - Returns: equal shares where the spread is below the epsilon e.
  public static func workerShares(
    _ scores: [Double], spread: Double, steepness: Double = 1, centre: Double = 0.75, epsilon: Double = 0.01
  ) -> [Double] {
    guard spread >= epsilon else { return scores.map { _ in 1 / Double(scores.count) } }
    return shares(scores.map { softened($0 / (spread + epsilon), steepness: steepness, centre: centre) })
  }

  /// ln(1 + exp(p (x - c))), without overflow.
  public static func softened(_ x: Double, steepness: Double, centre: Double) -> Double {
    let y = steepness * (x - centre)
    return max(y, 0) + FixedMath.log1p(FixedMath.exp(-abs(y)))
  }

  /// The slope of `softened`: p / (1 + exp(-p (x - c))).
  public static func softenedSlope(_ x: Double, steepness: Double, centre: Double) -> Double {
    steepness / (1 + FixedMath.exp(-steepness * (x - centre)))
  }

  /// The reputer shares: stake times score to the power p, over their sum.
  public static func reputerShares(stakes: [Double], scores: [Double], exponent: Double = 1) -> [Double] {
    shares(zip(stakes, scores).map { $0 * FixedMath.exp(exponent * FixedMath.log($1)) })
  }

  /// A worker's score from its part in two comparisons: weight · (one in) + (1 - weight) · (one out).
  public static func workerScore(oneIn: Double, oneOut: Double, weight: Double) -> Double {
    weight * oneIn + (1 - weight) * oneOut
  }

  /// How many equal shares are as even as `shares`: 1 / Σ f².
  public static func effectiveCount(_ shares: [Double]) -> Double { 1 / shares.reduce(0) { $0 + $1 * $1 } }

  /// The entropy of shares, damped where few share: -Σ f ln f · (effective / count)^β.
  public static func entropy(_ shares: [Double], effective: Double, count: Double, beta: Double = 0.25) -> Double {
    let plain = -shares.reduce(0) { $0 + ($1 > 0 ? $1 * FixedMath.log($1) : 0) }
    return plain * FixedMath.exp(beta * FixedMath.log(effective / count))
  }

  /// What each task earns of `total`, from the entropies of its shares and the part χ that goes to forecasting.
  public static func taskRewards(
    total: Double, inference: Double, forecast: Double, reputer: Double, forecastPart: Double
  ) -> (inference: Double, forecast: Double, reputer: Double) {
    let sum = inference + forecast + reputer
    let factor = normalisation(inference: inference, forecast: forecast, forecastPart: forecastPart)
    return (
      (1 - forecastPart) * factor * inference * total / sum, forecastPart * factor * forecast * total / sum,
      reputer * total / sum
    )
  }

  /// The factor that keeps inference and forecasting together at the same pay whatever χ is.
  public static func normalisation(inference: Double, forecast: Double, forecastPart: Double) -> Double {
    (inference + forecast) / ((1 - forecastPart) * inference + forecastPart * forecast)
  }

  /// Values over their sum: x / Σ x; equal shares where the sum is 0.
  ///
  /// - Parameter values: none negative.
  public static func shares(_ values: [Double]) -> [Double] {
    let sum = values.reduce(0, +)
    return values.map { sum > 0 ? $0 / sum : 1 / Double(values.count) }
  }
}
