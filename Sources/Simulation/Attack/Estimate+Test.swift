extension Estimate {
  /// The chance of a mean this high or higher if the true one were 0: a one-sided t test; 1 for a single replicate.
  ///
  /// Replicates that are all alike leave no doubt: 0 where they are above 0.
  public var chanceIfZero: Double {
    guard let deviation else { return 1 }
    guard deviation > 0 else { return mean > 0 ? 0 : 1 }
    let t = mean / deviation * Double(count).squareRoot()
    let half = StudentT.twoSided(t, freedom: Double(count - 1)) / 2
    return t > 0 ? half : 1 - half
  }

  /// Whether the true mean is above 0, at the level of 5 %.
  public var isAboveZero: Bool { chanceIfZero < 0.05 }
}
