/// A mean over replicates, and how sure it is.
public struct Estimate: Hashable, Sendable {
  /// Over how many runs.
  public let count: Int
  /// Their mean; 0 where there is none.
  public let mean: Double
  /// Half the length of the 95 % interval around it by Student's t: t(0.975, n - 1) s / √n; `nil` for fewer than two runs,
  /// which say nothing of chance.
  public let halfWidth: Double?
  /// The standard deviation of single runs, with n - 1 in the denominator; `nil` for fewer than two.
  public let deviation: Double?

  /// The mean of `values`, summed in their order.
  public init(_ values: [Double]) {
    count = values.count
    guard !values.isEmpty else {
      (mean, halfWidth, deviation) = (0, nil, nil)
      return
    }
    let mean = values.reduce(0, +) / Double(values.count)
    self.mean = mean
    guard values.count > 1 else {
      (halfWidth, deviation) = (nil, nil)
      return
    }
    // Equal values differ by nothing, though their mean may by a rounding.
    let isConstant = values.allSatisfy { $0 == values[0] }
    let squares = isConstant ? 0 : values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
    let deviation = (squares / Double(values.count - 1)).squareRoot()
    self.deviation = deviation
    halfWidth = StudentT.middle95(freedom: Double(values.count - 1)) * deviation / Double(values.count).squareRoot()
  }

  /// The lower end of the interval; the mean where there is none.
  public var low: Double { mean - (halfWidth ?? 0) }
  /// The upper end of the interval; the mean where there is none.
  public var high: Double { mean + (halfWidth ?? 0) }
  /// Whether the interval leaves out 0, so that the sign is more than chance; `nil` without an interval.
  public var hasSign: Bool? { halfWidth.map { abs(mean) > $0 } }
}
