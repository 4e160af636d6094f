/// The difference between the means of two sets of runs, and whether it is more than chance.
public struct Difference: Hashable, Sendable {
  /// How it was judged.
  public enum Test: String, Hashable, Sendable {
    /// Student's t test on the differences run by run: the runs share their seeds.
    case paired = "paired t"
    /// Welch's t test, for runs with seeds of their own (Welch 1947).
    case welch = "Welch t"
    /// None: fewer than two runs on one side.
    case none = "none"
  }

  /// The second mean less the first.
  public let mean: Double
  /// Half the length of its 95 % interval; `nil` where there was no test.
  public let halfWidth: Double?
  /// The chance of a difference as large or larger if there were none; `nil` where there was no test.
  public let pValue: Double?
  /// How it was judged.
  public let test: Test

  /// Compares `second` with `first`.
  ///
  /// - Parameter isPaired: whether the runs with equal numbers share their seeds; then as many are compared as both have.
  public init(of second: [Double], to first: [Double], isPaired: Bool) {
    if isPaired {
      let estimate = Estimate(zip(first, second).map { $1 - $0 })
      mean = estimate.mean
      guard let halfWidth = estimate.halfWidth, let deviation = estimate.deviation else {
        (self.halfWidth, pValue, test) = (nil, nil, .none)
        return
      }
      self.halfWidth = halfWidth
      test = .paired
      pValue = Self.pValue(
        estimate.mean, error: deviation / Double(estimate.count).squareRoot(), freedom: Double(estimate.count - 1))
      return
    }
    let (a, b) = (Estimate(first), Estimate(second))
    mean = b.mean - a.mean
    guard let one = a.deviation, let two = b.deviation else {
      (halfWidth, pValue, test) = (nil, nil, .none)
      return
    }
    test = .welch
    let (u, v) = (one * one / Double(a.count), two * two / Double(b.count))
    let error = (u + v).squareRoot()
    let spread = u * u / Double(a.count - 1) + v * v / Double(b.count - 1)
    // Without any spread every number of degrees of freedom says the same.
    let freedom = spread > 0 ? (u + v) * (u + v) / spread : 1
    halfWidth = StudentT.middle95(freedom: freedom) * error
    pValue = Self.pValue(b.mean - a.mean, error: error, freedom: freedom)
  }

  private static func pValue(_ mean: Double, error: Double, freedom: Double) -> Double {
    guard error > 0 else { return mean == 0 ? 1 : 0 }
    return StudentT.twoSided(mean / error, freedom: freedom)
  }

  /// P-values raised for the fact that there are many of them (Holm 1979): a difference whose adjusted value is below
  /// 0.05 is more than chance, and the chance of even one false alarm among all stays below 5 %.
  ///
  /// - Complexity: O(n log n).
  public static func holm(_ pValues: [Double]) -> [Double] {
    let order = pValues.indices.sorted { (pValues[$0], $0) < (pValues[$1], $1) }
    var adjusted = pValues
    var greatest = 0.0
    for (place, index) in order.enumerated() {
      greatest = max(greatest, min(1, pValues[index] * Double(pValues.count - place)))
      adjusted[index] = greatest
    }
    return adjusted
  }
}
