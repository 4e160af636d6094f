import Consensus
import Quantities

/// Student's t distribution, the same bits on every machine.
public enum StudentT {
  /// The chance that |T| is at least |`t`|: the p-value of a two-sided test, within 1e-10.
  ///
  /// The regularised incomplete beta function I_x(ν/2, 1/2) at x = ν / (ν + t²) (DLMF 8.17).
  ///
  /// - Parameter freedom: degrees of freedom ν, above 0, whole or not.
  public static func twoSided(_ t: Double, freedom: Double) -> Double {
    precondition(freedom > 0)
    guard t.isFinite else { return t.isNaN ? .nan : 0 }
    // Beyond this t² leaves no difference between 1 and its share.
    guard abs(t) < 1e150 else { return 0 }
    let square = t * t
    return incompleteBeta(
      freedom / (freedom + square), rest: square / (freedom + square), a: freedom / 2, b: 0.5)
  }

  /// The t within which the middle 95 % lie: 12.706 for 1 degree of freedom, 1.960 for very many.
  public static func middle95(freedom: Double) -> Double {
    let whole = Int(min(freedom, 1e6))
    if Double(whole) == freedom, whole <= common.count { return common[whole - 1] }
    return quantile(freedom)
  }

  private static let common = (1...100).map { quantile(Double($0)) }

  // Halves the stretch that holds the quantile until no number lies between its ends.
  private static func quantile(_ freedom: Double) -> Double {
    var (low, high) = (1.0, 1e3)
    while twoSided(high, freedom: freedom) > 0.05 { high *= 1e3 }
    while true {
      let middle = low + (high - low) / 2
      guard low < middle, middle < high else { return middle }
      if twoSided(middle, freedom: freedom) > 0.05 { low = middle } else { high = middle }
    }
  }

  /// I_x(a, b) with `rest` = 1 - x, by the continued fraction of DLMF 8.17.22 where it converges fast, else by symmetry.
  private static func incompleteBeta(_ x: Double, rest: Double, a: Double, b: Double) -> Double {
    if x <= 0 { return 0 }
    if rest <= 0 { return 1 }
    let isNear = x < (a + 1) / (a + b + 2)
    let logFactor =
      a * FixedMath.log(x) + b * FixedMath.log(rest) + FixedMath.logGamma(a + b) - FixedMath.logGamma(a)
      - FixedMath.logGamma(b)
    let factor = FixedMath.exp(logFactor)
    return isNear ? factor * fraction(x, a, b) / a : 1 - factor * fraction(rest, b, a) / b
  }

  /// The continued fraction from its front (Lentz 1976, with the guards of Thompson and Barnett 1986).
  private static func fraction(_ x: Double, _ a: Double, _ b: Double) -> Double {
    let tiny = 1e-300
    var upper = 1.0
    var lower = 1 - (a + b) * x / (a + 1)
    lower = 1 / (abs(lower) < tiny ? tiny : lower)
    var value = lower
    for step in 1...10_000 {
      let m = Double(step)
      let even = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m))
      let odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1))
      var change = 1.0
      for part in [even, odd] {
        lower = 1 + part * lower
        lower = 1 / (abs(lower) < tiny ? tiny : lower)
        upper = 1 + part / upper
        if abs(upper) < tiny { upper = tiny }
        change = upper * lower
        value *= change
      }
      if abs(change - 1) < 1e-15 { break }
    }
    return value
  }
}
