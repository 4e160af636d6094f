/// Student's t distribution with whole degrees of freedom, from + - * / and square roots alone: the same on every machine.
enum StudentT {
  /// The chance that a variable with `freedom` degrees of freedom lies above `t`.
  ///
  /// The finite sums for whole degrees of freedom (Abramowitz, Stegun 1964, 26.7.3 and 26.7.4), to about 1e-14.
  ///
  /// - Complexity: O(freedom).
  static func upperTail(_ t: Double, freedom: Int) -> Double {
    precondition(freedom >= 1, "a mean of one number has no spread to be judged by")
    guard t.isFinite else { return t > 0 ? 0 : t < 0 ? 1 : .nan }
    let degrees = Double(freedom)
    let square = degrees / (degrees + t * t)
    let sine = abs(t) / (degrees + t * t).squareRoot()
    var inside: Double
    if freedom % 2 == 1 {
      var sum = 0.0
      var term = square.squareRoot()
      for step in stride(from: 1, through: freedom - 2, by: 2) {
        sum += term
        term *= square * Double(step + 1) / Double(step + 2)
      }
      inside = 2 / Double.pi * (arctangent(abs(t) / degrees.squareRoot()) + sine * sum)
    } else {
      var sum = 0.0
      var term = 1.0
      for step in stride(from: 0, through: freedom - 2, by: 2) {
        sum += term
        term *= square * Double(step + 1) / Double(step + 2)
      }
      inside = sine * sum
    }
    inside = min(max(inside, 0), 1)
    return t >= 0 ? (1 - inside) / 2 : (1 + inside) / 2
  }

  /// The value that lies above with chance `tail`, 0 < tail <= 1/2; by bisection.
  static func quantile(upperTail tail: Double, freedom: Int) -> Double {
    precondition(tail > 0 && tail <= 0.5, "a chance of at most one half")
    var low = 0.0
    var high = 1.0
    while upperTail(high, freedom: freedom) > tail, high < 1e12 { high *= 2 }
    for _ in 0..<80 {
      let middle = (low + high) / 2
      if upperTail(middle, freedom: freedom) > tail { low = middle } else { high = middle }
    }
    return (low + high) / 2
  }

  // Halving the angle three times brings the argument under 0.2, where nine terms of the power series suffice.
  private static func arctangent(_ x: Double) -> Double {
    var small = x
    for _ in 0..<3 { small /= 1 + (1 + small * small).squareRoot() }
    let square = small * small
    var series = 0.0
    for term in stride(from: 19, through: 1, by: -2) { series = 1 / Double(term) - square * series }
    return 8 * small * series
  }
}
