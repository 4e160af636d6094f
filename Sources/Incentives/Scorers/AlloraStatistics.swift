import Quantities

/// The averages, spreads and quantiles on which Allora's scores and rewards stand.
///
/// Source: Allora chain, x/emissions and its package of mathematics, held to its unit tests at c8a40c3.
/// Figures to compare with; no money of the council rests on them.
public enum AlloraStatistics {
  /// The moving average after one more value: p + α (x - p), or x where there is none before.
  ///
  /// - Parameters:
  ///   - value: x, the newest.
  ///   - previous: p, the average so far.
  ///   - step: α, from 0 (nothing moves) to 1 (only the newest counts).
  public static func movingAverage(_ value: Double, previous: Double?, step: Double) -> Double {
    precondition((0...1).contains(step), "The step \(step) is outside 0...1; give the share of the newest value.")
    guard let previous else { return value }
    return previous + step * (value - previous)
  }

  /// A worker's smoothed regret: the moving average of the network's loss less the worker's.
  ///
  /// Positive where the worker does better than the network. Losses are logarithms in the chain.
  public static func regret(networkLoss: Double, workerLoss: Double, previous: Double?, step: Double) -> Double {
    movingAverage(networkLoss - workerLoss, previous: previous, step: step)
  }

  /// The standard deviation of a sample: √(Σ (x - mean)² / (n - 1)); 0 for fewer than two values.
  public static func deviation(_ values: [Double]) -> Double {
    guard values.count > 1 else { return 0 }
    let mean = values.reduce(0, +) / Double(values.count)
    let squares = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
    return (squares / Double(values.count - 1)).squareRoot()
  }

  /// 1 / (1 + exp(-x)), without overflow.
  public static func sigmoid(_ x: Double) -> Double {
    let decayed = FixedMath.exp(-abs(x))
    return (x < 0 ? decayed : 1) / (1 + decayed)
  }

  /// The value below which `percent` of the weight lies, read off a line through the middles of the weights.
  ///
  /// In ascending order the i-th value stands at (w_1 + … + w_i - w_i / 2) / Σ w. Between two of these places the
  /// percentile lies on the straight line, beyond the first and the last it is the outermost value. Equal values keep
  /// their order.
  ///
  /// - Parameters:
  ///   - values: N of them, at least one, in any order, finite.
  ///   - weights: N, none negative, not all zero.
  ///   - percent: 0 to 100.
  /// - Complexity: O(N log N).
  public static func percentile(_ values: [Double], weights: [Double], percent: Double) -> Double {
    precondition(values.count == weights.count, "\(values.count) values, \(weights.count) weights; give each its own.")
    precondition((0...100).contains(percent), "The percentile \(percent) is outside 0...100; give a percentage.")
    let total = weights.reduce(0, +)
    precondition(total > 0 && weights.allSatisfy { $0 >= 0 }, "Weights must not be negative, nor all of them zero.")

    let order = values.indices.sorted { (values[$0], $0) < (values[$1], $1) }
    var before = 0.0
    var lower: (place: Double, value: Double)?
    for index in order where weights[index] > 0 {
      let place = 100 * (before + weights[index] / 2) / total
      let value = values[index]
      if place >= percent {
        guard let lower, place > lower.place else { return value }
        return lower.value + (value - lower.value) * (percent - lower.place) / (place - lower.place)
      }
      before += weights[index]
      lower = (place, value)
    }
    return lower?.value ?? values[order[order.count - 1]]
  }
}
