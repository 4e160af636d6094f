import Quantities
import Testing

@Suite struct AmountTests {
  typealias Split = (total: Int64, shares: [UInt64], parts: [Int64])

  @Test(
    arguments: [
      (total: 10, shares: [1, 1, 1], parts: [4, 3, 3]),  // the odd unit goes to the lowest index
      (total: 11, shares: [1, 1, 1], parts: [4, 4, 3]),  // two odd units to the two lowest
      (total: 10, shares: [0, 5, 5], parts: [0, 5, 5]),  // no share, no unit
      (total: 10, shares: [1, 2], parts: [3, 7]),  // remainders 1/3 and 2/3: the larger one wins
      (total: 1, shares: [1, 1], parts: [1, 0]),
      (total: 0, shares: [3, 4], parts: [0, 0]),
      (total: 7, shares: [1], parts: [7]),
      (total: .max, shares: [1, 1], parts: [.max / 2 + 1, .max / 2]),  // products pass 64 bits
      (total: .max, shares: [1 << 62, 1 << 62], parts: [.max / 2 + 1, .max / 2]),
      (total: 5, shares: [.max - 2, 1, 1], parts: [5, 0, 0]),  // a sum of shares just below 2^64
    ] as [Split])
  func `splits by largest remainder, ties to the lower index`(total: Int64, shares: [UInt64], parts: [Int64]) {
    #expect(Amount.split(Amount(micro: total), by: shares).map(\.micro) == parts)
  }

  @Test(arguments: UInt64(0)..<300)
  func `a split loses no unit, is within one unit of the exact share, and follows the order of shares`(seed: UInt64) {
    var random = CounterStream(seed: seed)
    let total = UInt64.random(in: 0...(1 << 50), using: &random)
    let shares = (0..<Int.random(in: 1...40, using: &random)).map { _ in UInt64.random(in: 0...1_000, using: &random) }
    guard shares.contains(where: { $0 > 0 }) else { return }
    let parts: [UInt64] = apportion(total, by: shares)
    #expect(parts.reduce(0, +) == total)
    let sum = Double(shares.reduce(0, +))
    for (part, share) in zip(parts, shares) {
      #expect(abs(Double(part) - Double(total) * Double(share) / sum) < 1.001)  // 0.001: totals near 2^50 in Double
    }
    for i in shares.indices {
      for j in shares.indices where shares[i] > shares[j] || (shares[i] == shares[j] && i < j) {
        #expect(parts[i] >= parts[j])
      }
    }
  }

  typealias Scaling = (micro: Int64, numerator: Int64, denominator: Int64, result: Int64)

  @Test(
    arguments: [
      (micro: 7, numerator: 1, denominator: 2, result: 3),  // down, not to the nearest
      (micro: .max, numerator: .max, denominator: .max, result: .max),
      (micro: .max, numerator: 1_000, denominator: 1_000, result: .max),  // the product needs 128 bits
      (micro: 0, numerator: 5, denominator: 3, result: 0),
      (micro: 5, numerator: 0, denominator: 3, result: 0),
    ] as [Scaling])
  func `scales exactly and rounds down`(micro: Int64, numerator: Int64, denominator: Int64, result: Int64) {
    #expect(Amount(micro: micro).scaled(numerator, over: denominator) == Amount(micro: result))
  }

  @Test(
    arguments: [
      (0, "0.000000"), (1, "0.000001"), (-500_000, "-0.500000"), (1_000_000_000, "1000.000000"),
      (.max, "9223372036854.775807"), (.min, "-9223372036854.775808"),
    ] as [(Int64, String)])
  func `is written in credits with six places`(micro: Int64, text: String) {
    #expect(Amount(micro: micro).description == text)
  }

  @Test func `an unchecked sum that does not fit is nil at any step, and a clamped one stays at the end`() {
    let most = Amount(micro: .max)
    #expect(Amount.sum([most, Amount(micro: 1), -most]) == nil)
    #expect(Amount.sum([-most, Amount(micro: -2)]) == nil)
    #expect(Amount.sum([most, -most, Amount(micro: 3)]) == Amount(micro: 3))
    #expect(Amount.sum([]) == .zero)
    #expect(most.addingClamped(Amount(micro: 1)) == most)
    #expect(Amount(micro: .min).addingClamped(Amount(micro: -1)) == Amount(micro: .min))
    #expect(Amount(micro: 5).addingClamped(Amount(micro: -7)) == Amount(micro: -2))
  }
}
