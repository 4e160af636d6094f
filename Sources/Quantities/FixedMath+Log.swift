extension FixedMath {
  /// The bits of the square root of one half, the least mantissa that `log` works on.
  @usableFromInline static let rootOfHalf: UInt64 = 0x3FE6_A09E_667F_3BCD

  /// The natural logarithm, within two units in the last place; -infinity at 0, no number below.
  ///
  /// Splits x into 2^k (1 + f) with 1 + f from √½ to √2 and sums ln(1 + f) = 2 artanh(s), s = f / (2 + f), to the 19th
  /// power of s, whose remainder is under 3e-17 of the result. Written as f - (f²/2 - s (f²/2 + R)), so that the large
  /// part f is exact and only small ones are rounded.
  @inlinable @inline(__always)
  public static func log(_ x: Double) -> Double {
    if x < 0x1p-1022 { return logOfLeast(x) }
    if !(x < .infinity) { return x }
    return logOfNormal(x, exponentBias: 0)
  }

  @inlinable
  static func logOfLeast(_ x: Double) -> Double {
    if x == 0 { return -.infinity }
    if x < 0 { return .nan }
    return logOfNormal(x * 0x1p54, exponentBias: 54)
  }

  @inlinable @inline(__always)
  static func logOfNormal(_ x: Double, exponentBias: Double) -> Double {
    let raised = x.bitPattern &- rootOfHalf &+ (1_024 &<< 52)
    let exponent = raised &>> 52
    let f = Double(bitPattern: x.bitPattern &- ((exponent &- 1_024) &<< 52)) - 1
    // The low bits of 2^52 + n are n.
    let k = Double(bitPattern: exponent | 0x4330_0000_0000_0000) - (0x1p52 + 1_024) - exponentBias
    let s = f / (2 + f)
    let z = s * s
    var series = 2.0 / 19
    series = series * z + 2.0 / 17
    series = series * z + 2.0 / 15
    series = series * z + 2.0 / 13
    series = series * z + 2.0 / 11
    series = series * z + 2.0 / 9
    series = series * z + 2.0 / 7
    series = series * z + 2.0 / 5
    series = series * z + 2.0 / 3
    let square = 0.5 * f * f
    return k * ln2High + (f - (square - (s * (square + series * z) + k * ln2Low)))
  }

  /// The natural logarithm of each lane, for lanes that are positive, normal and finite: the bits of `log` of one
  /// number there, without meaning elsewhere.
  @inlinable @inline(__always)
  public static func logOfNormal(_ x: SIMD8<Double>) -> SIMD8<Double> {
    let bits = unsafeBitCast(x, to: SIMD8<UInt64>.self)
    let exponent = (bits &- (rootOfHalf &- (1_024 &<< 52))) &>> 52
    let f = unsafeBitCast(bits &- ((exponent &- 1_024) &<< 52), to: SIMD8<Double>.self) - 1
    let k = unsafeBitCast(exponent | 0x4330_0000_0000_0000, to: SIMD8<Double>.self) - (0x1p52 + 1_024)
    let s = f / (2 + f)
    let z = s * s
    var series = SIMD8<Double>(repeating: 2.0 / 19)
    series = series * z + 2.0 / 17
    series = series * z + 2.0 / 15
    series = series * z + 2.0 / 13
    series = series * z + 2.0 / 11
    series = series * z + 2.0 / 9
    series = series * z + 2.0 / 7
    series = series * z + 2.0 / 5
    series = series * z + 2.0 / 3
    let square = 0.5 * f * f
    return k * ln2High + (f - (square - (s * (square + series * z) + k * ln2Low)))
  }

  /// The natural logarithm of each lane; the bits of `log` of one number.
  @inlinable @inline(__always)
  public static func log(_ x: SIMD8<Double>) -> SIMD8<Double> {
    let isNormal = (x .>= 0x1p-1022) .& (x .< .infinity)
    var result = logOfNormal(x)
    if isNormal != SIMDMask(repeating: true) {
      for lane in 0..<8 where !isNormal[lane] { result[lane] = log(x[lane]) }
    }
    return result
  }

  /// ln(1 + x), accurate near 0 as well: within four units in the last place; no number below -1.
  ///
  /// What 1 + x loses to rounding is put back as a factor (Kahan).
  @inlinable @inline(__always)
  public static func log1p(_ x: Double) -> Double {
    let sum = 1 + x
    if sum == 1 || sum == .infinity { return x }
    return log(sum) * (x / (sum - 1))
  }
}
