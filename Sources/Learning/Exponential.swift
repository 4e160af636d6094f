#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// e to the power of each lane, for lanes up to 0; within three units in the last place, and 0 below -708.
///
/// Splits x into n ln 2 + r with |r| <= ln 2 / 2 (Cody and Waite 1980), sums the power series of r to the 12th term,
/// whose remainder is under 2e-16, and adds n to the exponent. Works in lanes where the C library's `exp` takes one
/// number at a time.
@inline(__always)
func expOfNonPositive(_ x: Lanes) -> Lanes {
  let isTiny = x .< -708
  let clamped = x.replacing(with: -708, where: isTiny)
  // Adding 1.5 * 2^52 rounds to a whole number and leaves it in the lowest bits.
  let magic = 0x1.8p52
  let shifted = clamped * 1.4426950408889634 + magic
  let whole = shifted - magic
  // ln 2 in two parts: the first has so few bits that its product with n is exact.
  let r = (clamped - whole * 0x1.62e42feep-1) - whole * 0x1.a39ef35793c76p-33
  var series = Lanes(repeating: 1.0 / 479_001_600)
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
  let exponent = unsafeBitCast(shifted, to: SIMD8<UInt64>.self) &<< 52
  let scaled = unsafeBitCast(unsafeBitCast(series, to: SIMD8<UInt64>.self) &+ exponent, to: Lanes.self)
  return scaled.replacing(with: 0, where: isTiny)
}

/// The C library's `log`; behind a name of ours so that only this file needs to know which library that is.
@inline(__always)
func naturalLogarithm(_ x: Double) -> Double { log(x) }

/// The C library's `exp`.
@inline(__always)
func exponential(_ x: Double) -> Double { exp(x) }
