import Foundation
import Quantities
import Testing

/// Our own elementary functions against the C library's.
@Suite struct FixedMathTests {
  /// How many units in the last place of `expected` lie between the two.
  static func distance(_ value: Double, _ expected: Double) -> Double {
    if value == expected { return 0 }
    return abs(value - expected) / expected.ulp
  }

  @Test(arguments: UInt64(0)..<8)
  func `exp is within two units in the last place over its whole range`(seed: UInt64) {
    var random = CounterStream(seed: seed, purpose: 40)
    var worst = 0.0
    for _ in 0..<100_000 {
      let x = seed % 2 == 0 ? -745.5 + 1_455.5 * random.unit() : 4 * random.unit() - 2
      worst = max(worst, Self.distance(FixedMath.exp(x), Foundation.exp(x)))
    }
    #expect(worst <= 2)
  }

  @Test func `exp knows its ends`() {
    #expect(FixedMath.exp(0) == 1)
    #expect(FixedMath.exp(-0.0) == 1)
    #expect(FixedMath.exp(709.78) < .infinity)
    #expect(FixedMath.exp(709.79) == .infinity)
    #expect(FixedMath.exp(.infinity) == .infinity)
    #expect(FixedMath.exp(-745.13) == .leastNonzeroMagnitude)
    #expect(FixedMath.exp(-745.14) == 0)
    #expect(FixedMath.exp(-.infinity) == 0)
    #expect(FixedMath.exp(.nan).isNaN)
  }

  @Test(arguments: UInt64(0)..<8)
  func `log is within two units in the last place over its whole range`(seed: UInt64) {
    var random = CounterStream(seed: seed, purpose: 41)
    var worst = 0.0
    for _ in 0..<100_000 {
      // Any finite positive number, subnormal ones included, or one near 1, where the logarithm is small.
      let x =
        seed % 2 == 0 ? Double(bitPattern: random.next() % 0x7FF0_0000_0000_0000) : 0.5 + 1.5 * random.unit()
      if x > 0 { worst = max(worst, Self.distance(FixedMath.log(x), Foundation.log(x))) }
    }
    #expect(worst <= 2)
  }

  @Test func `log knows its ends`() {
    #expect(FixedMath.log(1) == 0)
    #expect(FixedMath.log(0) == -.infinity)
    #expect(FixedMath.log(.infinity) == .infinity)
    #expect(FixedMath.log(-1).isNaN)
    #expect(FixedMath.log(.nan).isNaN)
    #expect(Self.distance(FixedMath.log(.leastNonzeroMagnitude), Foundation.log(.leastNonzeroMagnitude)) <= 2)
    #expect(Self.distance(FixedMath.log(.greatestFiniteMagnitude), Foundation.log(.greatestFiniteMagnitude)) <= 2)
  }

  @Test(arguments: UInt64(0)..<4)
  func `log1p is within four units in the last place`(seed: UInt64) {
    var random = CounterStream(seed: seed, purpose: 42)
    var worst = 0.0
    for _ in 0..<100_000 {
      let x = (2 * random.unit() - 1) * FixedMath.exp(-40 * random.unit())
      worst = max(worst, Self.distance(FixedMath.log1p(x), Foundation.log1p(x)))
    }
    #expect(worst <= 4)
    #expect(FixedMath.log1p(-1) == -.infinity)
    #expect(FixedMath.log1p(.infinity) == .infinity)
    #expect(FixedMath.log1p(-2).isNaN)
  }

  @Test(arguments: UInt64(0)..<8)
  func `eight lanes give the bits of one number`(seed: UInt64) {
    var random = CounterStream(seed: seed, purpose: 43)
    let ends: [Double] = [0, -0.0, .infinity, -.infinity, .nan, .leastNonzeroMagnitude, 0x1p-1030, -745.13, 709.79, -1]
    for _ in 0..<10_000 {
      var x = SIMD8<Double>()
      for lane in 0..<8 {
        x[lane] =
          random.below(20) == 0 ? ends[random.below(ends.count)] : (1_500 * random.unit() - 750) * random.unit()
      }
      let (powers, logarithms) = (FixedMath.exp(x), FixedMath.log(x))
      for lane in 0..<8 {
        let (power, logarithm) = (FixedMath.exp(x[lane]), FixedMath.log(x[lane]))
        #expect(powers[lane].bitPattern == power.bitPattern || (powers[lane].isNaN && power.isNaN))
        #expect(logarithms[lane].bitPattern == logarithm.bitPattern || (logarithms[lane].isNaN && logarithm.isNaN))
      }
    }
  }

  @Test(arguments: UInt64(0)..<4)
  func `the short exponential is within three units in the last place, the same in two lanes and in eight`(seed: UInt64)
  {
    var random = CounterStream(seed: seed, purpose: 45)
    var worst = 0.0
    for _ in 0..<20_000 {
      var x = SIMD8<Double>()
      for lane in 0..<8 { x[lane] = -(seed % 2 == 0 ? 708 : 2) * random.unit() }
      let powers = FixedMath.expOfNonPositive(x)
      for lane in 0..<8 {
        worst = max(worst, Self.distance(powers[lane], Foundation.exp(x[lane])))
        #expect(FixedMath.expOfNonPositive(SIMD2(x[lane], -1))[0].bitPattern == powers[lane].bitPattern)
      }
    }
    #expect(worst <= 3)
    let ends = FixedMath.expOfNonPositive(SIMD8<Double>(0, -0.0, -708, -709, -1e9, -1e300, -.infinity, .nan))
    #expect(ends[0] == 1 && ends[1] == 1 && ends[2] > 0)
    #expect(ends[3] == 0 && ends[4] == 0 && ends[5] == 0 && ends[6] == 0)
    #expect(ends[7].isNaN)
  }

  @Test func `erfcx keeps its digits from nought to the largest numbers`() {
    #expect(abs(FixedMath.erfcx(0) - 1) < 1e-14)
    for step in 1...500 {
      let x = Double(step) / 25
      // Beyond 25 the C library's erfc leaves the range of normal numbers.
      #expect(abs(FixedMath.erfcx(x) / (Foundation.exp(x * x) * Foundation.erfc(x)) - 1) < 1e-12)  // of exp(x²)
    }
    // The asymptotic series 1 / (x √π) (1 - 1/(2x²) + 3/(4x⁴) - 15/(8x⁶) + …), whose next term is under 1e-15 here.
    for x in [100.0, 1e3, 1e8, 1e200] {
      let square = x * x
      let series = (1 - 0.5 / square + 0.75 / square / square - 1.875 / square / square / square) / x
      #expect(abs(FixedMath.erfcx(x) / (series / Double.pi.squareRoot()) - 1) < 1e-14)
    }
  }

  // A change of compiler, flags or machine that changed one bit would show here.
  @Test func `a million results have the digest they had`() {
    var random = CounterStream(seed: 1, purpose: 44)
    var sum: UInt64 = 0
    for _ in 0..<500_000 {
      let x = 40 * random.unit() - 20
      sum = (sum &+ FixedMath.exp(x).bitPattern) &* 0x9E37_79B9_7F4A_7C15
      sum = (sum &+ FixedMath.log(random.unit()).bitPattern) &* 0x9E37_79B9_7F4A_7C15
    }
    #expect(sum == 3_679_071_225_564_265_553)
  }
}
