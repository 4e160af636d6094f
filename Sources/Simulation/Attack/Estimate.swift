/// A mean over replicates, with what it is worth.
public struct Estimate: Hashable, Sendable {
  /// The mean.
  public let mean: Double
  /// The standard deviation of one replicate; 0 for a single one.
  public let deviation: Double
  /// How many replicates.
  public let count: Int

  /// The mean of `values`, at least one, summed in their order.
  public init(_ values: [Double]) {
    precondition(!values.isEmpty, "a mean of nothing")
    count = values.count
    let mean = values.reduce(0, +) / Double(values.count)
    self.mean = mean
    let squares = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
    deviation = values.count > 1 ? (squares / Double(values.count - 1)).squareRoot() : 0
  }

  /// Half the width of the 95 % confidence interval by Student's t; infinite for a single replicate.
  public var halfWidth: Double {
    guard count > 1 else { return .infinity }
    return StudentT.quantile(upperTail: 0.025, freedom: count - 1) * deviation / Double(count).squareRoot()
  }

  /// The ends of the 95 % confidence interval.
  public var interval: (low: Double, high: Double) { (mean - halfWidth, mean + halfWidth) }

  /// The chance of a mean this high or higher if the true one were 0: a one-sided t test; 1 for a single replicate.
  ///
  /// Replicates that are all alike leave no doubt: 0 where they are above 0.
  public var chanceIfZero: Double {
    guard count > 1 else { return 1 }
    guard deviation > 0 else { return mean > 0 ? 0 : 1 }
    return StudentT.upperTail(mean / deviation * Double(count).squareRoot(), freedom: count - 1)
  }

  /// Whether the true mean is above 0, at the level of 5 %.
  public var isAboveZero: Bool { chanceIfZero < 0.05 }
}
