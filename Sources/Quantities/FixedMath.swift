/// Exponential and logarithm that give the same bits on every machine.
///
/// The C library's differ in their last bits from one platform to the next; what reaches a hash, the ledger or money
/// may not. These use + - * / and moves of bits alone, each rounded as IEEE 754 says and in a fixed order, so no
/// fused multiply-add can change them. One number and eight lanes take the same steps and give the same bits.
public enum FixedMath {
  @usableFromInline static let magic = 0x1.8p52
  @usableFromInline static let log2e = 1.4426950408889634
  // ln 2 in two parts: the first has so few bits that its product with any exponent is exact.
  @usableFromInline static let ln2High = 0x1.62e42feep-1
  @usableFromInline static let ln2Low = 0x1.a39ef35793c76p-33

  /// e to the power of `x`, within two units in the last place; infinity above 709.79, 0 below -745.14.
  ///
  /// Splits x into n ln 2 + r with |r| <= ln 2 / 2 (Cody and Waite 1980), sums the power series of r to the 13th term,
  /// whose remainder is under 5e-18, and multiplies by 2^n in two steps, so that results near the ends of the range
  /// are right as well.
  @inlinable @inline(__always)
  public static func exp(_ x: Double) -> Double {
    let bounded = x < -746 ? -746 : x > 710 ? 710 : x
    // Adding 1.5 * 2^52 rounds to a whole number and leaves it in the lowest bits.
    let shifted = bounded * log2e + magic
    let whole = shifted - magic
    let r = (bounded - whole * ln2High) - whole * ln2Low
    var series = 1.0 / 6_227_020_800
    series = series * r + 1.0 / 479_001_600
    series = series * r + 1.0 / 39_916_800
    series = series * r + 1.0 / 3_628_800
    series = series * r + 1.0 / 362_880
    series = series * r + 1.0 / 40_320
    series = series * r + 1.0 / 5_040
    series = series * r + 1.0 / 720
    series = series * r + 1.0 / 120
    series = series * r + 1.0 / 24
    series = series * r + 1.0 / 6
    series = series * r + 0.5
    series = series * r + 1
    series = series * r + 1
    // 2048 keeps the exponent positive while it is halved.
    let exponent = shifted.bitPattern &- magic.bitPattern &+ 2_048
    let half = exponent &>> 1
    let first = Double(bitPattern: (half &- 1) &<< 52)
    let second = Double(bitPattern: (exponent &- half &- 1) &<< 52)
    return series * first * second
  }

  /// e to the power of each lane; the bits of `exp` of one number.
  @inlinable @inline(__always)
  public static func exp(_ x: SIMD8<Double>) -> SIMD8<Double> {
    var bounded = x.replacing(with: -746, where: x .< -746)
    bounded.replace(with: 710, where: bounded .> 710)
    let shifted = bounded * log2e + magic
    let whole = shifted - magic
    let r = (bounded - whole * ln2High) - whole * ln2Low
    var series = SIMD8<Double>(repeating: 1.0 / 6_227_020_800)
    series = series * r + 1.0 / 479_001_600
    series = series * r + 1.0 / 39_916_800
    series = series * r + 1.0 / 3_628_800
    series = series * r + 1.0 / 362_880
    series = series * r + 1.0 / 40_320
    series = series * r + 1.0 / 5_040
    series = series * r + 1.0 / 720
    series = series * r + 1.0 / 120
    series = series * r + 1.0 / 24
    series = series * r + 1.0 / 6
    series = series * r + 0.5
    series = series * r + 1
    series = series * r + 1
    let exponent = unsafeBitCast(shifted, to: SIMD8<UInt64>.self) &- (magic.bitPattern &- 2_048)
    let half = exponent &>> 1
    let first = unsafeBitCast((half &- 1) &<< 52, to: SIMD8<Double>.self)
    let second = unsafeBitCast((exponent &- half &- 1) &<< 52, to: SIMD8<Double>.self)
    return series * first * second
  }
}
