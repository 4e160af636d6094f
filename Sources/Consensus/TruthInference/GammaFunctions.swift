import Quantities

extension FixedMath {
  /// The logarithmic derivative of the gamma function of each lane, for lanes above 0; error under 1e-12 of the larger
  /// of 1 and the result.
  ///
  /// Takes x up by 8 (psi(x) = psi(x + 1) - 1/x) and sums the asymptotic series there (Abramowitz, Stegun 6.3.18).
  @inline(__always)
  static func digamma(_ x: SIMD8<Double>) -> SIMD8<Double> {
    // 1/x + 1/(x + 7) and so on, two by two: products x (x + 7), (x + 1)(x + 6) … differ by constants only.
    let p = x * (x + 7)
    let twice = 2 * x + 7
    let early: SIMD8<Double> = twice / p + twice / (p + 6)
    let late: SIMD8<Double> = twice / (p + 10) + twice / (p + 12)
    let y = x + 8
    let inverse = 1 / y
    let z = inverse * inverse
    var series = SIMD8<Double>(repeating: -691.0 / 32_760)
    series = series * z + 1.0 / 132
    series = series * z - 1.0 / 240
    series = series * z + 1.0 / 252
    series = series * z - 1.0 / 120
    series = series * z + 1.0 / 12
    let asymptotic: SIMD8<Double> = logOfNormal(y) - 0.5 * inverse - series * z
    return asymptotic - (early + late)
  }

  /// The logarithmic derivative of the gamma function, for x above 0; the bits of `digamma` of eight lanes.
  static func digamma(_ x: Double) -> Double { digamma(SIMD8(repeating: x))[0] }

  /// The logarithm of the gamma function of each lane, for lanes from 1e-30 to 1e30; error under 1e-12 of the larger of
  /// 1 and the result.
  ///
  /// Takes x up by 8 and adds Stirling's series there (Abramowitz, Stegun 6.1.41).
  @inline(__always)
  static func logGamma(_ x: SIMD8<Double>) -> SIMD8<Double> {
    let p = x * (x + 7)
    let steps: SIMD8<Double> = p * (p + 6) * ((p + 10) * (p + 12))
    let y = x + 8
    let inverse = 1 / y
    let z = inverse * inverse
    var series = SIMD8<Double>(repeating: -691.0 / 360_360)
    series = series * z + 1.0 / 1_188
    series = series * z - 1.0 / 1_680
    series = series * z + 1.0 / 1_260
    series = series * z - 1.0 / 360
    series = series * z + 1.0 / 12
    let leading: SIMD8<Double> = (y - 0.5) * logOfNormal(y) - y
    return leading + 0.918_938_533_204_672_7 + series * inverse - logOfNormal(steps)
  }

  /// The logarithm of the gamma function, for x from 1e-30 to 1e30; the bits of `logGamma` of eight lanes.
  public static func logGamma(_ x: Double) -> Double { logGamma(SIMD8(repeating: x))[0] }

  /// The logarithm of the multivariate beta function: the normaliser of a Dirichlet density with these parameters.
  static func logBeta(_ parameters: [Double]) -> Double {
    var sum = 0.0
    var total = 0.0
    for parameter in parameters {
      sum += logGamma(parameter)
      total += parameter
    }
    return sum - logGamma(total)
  }
}
