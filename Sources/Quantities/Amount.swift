/// Credits, held as an integer number of micro-credits; may be negative (a payment, the account `outside`).
///
/// Arithmetic traps on overflow rather than wrapping: ±9.2 million million credits fit.
public struct Amount: Hashable, Sendable, Comparable {
  /// Millionths of a credit.
  public let micro: Int64

  /// `micro` millionths of a credit.
  public init(micro: Int64) { self.micro = micro }
  /// A whole number of credits.
  public init(credits: Int64) { micro = credits * 1_000_000 }

  /// Nothing.
  public static let zero = Amount(micro: 0)

  /// Smaller amounts come first.
  public static func < (a: Amount, b: Amount) -> Bool { a.micro < b.micro }
  /// The sum.
  public static func + (a: Amount, b: Amount) -> Amount { Amount(micro: a.micro + b.micro) }
  /// The difference.
  public static func - (a: Amount, b: Amount) -> Amount { Amount(micro: a.micro - b.micro) }
  /// The same amount in the other direction.
  public static prefix func - (a: Amount) -> Amount { Amount(micro: -a.micro) }
  /// Adds in place.
  public static func += (a: inout Amount, b: Amount) { a = a + b }
  /// Subtracts in place.
  public static func -= (a: inout Amount, b: Amount) { a = a - b }

  /// The sum of `amounts`; `nil` if it does not fit, at any step. For amounts that nobody has checked yet.
  public static func sum(_ amounts: some Sequence<Amount>) -> Amount? {
    var total: Int64 = 0
    for amount in amounts {
      let (next, isTooLarge) = total.addingReportingOverflow(amount.micro)
      guard !isTooLarge else { return nil }
      total = next
    }
    return Amount(micro: total)
  }

  /// The sum, held at the largest amount there is: for running totals that decide nothing.
  public func addingClamped(_ other: Amount) -> Amount {
    let (sum, isTooLarge) = micro.addingReportingOverflow(other.micro)
    return isTooLarge ? Amount(micro: other.micro < 0 ? .min : .max) : Amount(micro: sum)
  }

  /// This amount times `numerator / denominator`, rounded down; the product is held in 128 bits.
  ///
  /// - Precondition: this amount and `numerator` are not negative, `denominator` is positive, and the result fits.
  public func scaled(_ numerator: Int64, over denominator: Int64) -> Amount {
    precondition(micro >= 0)
    precondition(numerator >= 0)
    precondition(denominator > 0)
    let (quotient, _) = denominator.dividingFullWidth(micro.multipliedFullWidth(by: numerator))
    return Amount(micro: quotient)
  }
}

extension Amount: CustomStringConvertible {
  /// Credits with six places, such as `1000.000000` or `-0.500000`.
  public var description: String {
    let places = String(micro.magnitude % 1_000_000)
    let padded = String(repeating: "0", count: 6 - places.utf8.count) + places
    return "\(micro < 0 ? "-" : "")\(micro.magnitude / 1_000_000).\(padded)"
  }
}

extension Amount {
  /// Splits `total` in proportion to `shares`; the parts add up to `total` exactly.
  ///
  /// Each share first gets its floor. Units left over go to the largest remainders,
  /// a tie to the lower index (largest-remainder method, Hamilton 1792).
  ///
  /// - Parameters:
  ///   - total: what to split; not negative.
  ///   - shares: relative weights, K of them; not all zero, their sum below 2^63.
  /// - Returns: K amounts, in the order of `shares`.
  /// - Complexity: O(K).
  public static func split(_ total: Amount, by shares: [UInt64]) -> [Amount] {
    precondition(total.micro >= 0)
    let parts: [Int64] = apportion(UInt64(total.micro), by: shares)
    return parts.map { Amount(micro: $0) }
  }
}

/// Hands out `total` whole units in proportion to `shares` by the largest-remainder method, ties to the lower index.
///
/// - Precondition: the shares are not all zero and their sum fits 64 bits.
/// - Returns: as many units as there are shares, adding up to `total` exactly. `total` must fit `Part`.
/// - Complexity: O(K); products are held in 128 bits.
@inlinable
public func apportion<Part: FixedWidthInteger>(_ total: UInt64, by shares: [UInt64]) -> [Part] {
  let sum = shares.reduce(0, +)
  precondition(sum > 0, "nothing to split by: every share is zero")
  return withUnsafeTemporaryAllocation(of: UInt64.self, capacity: shares.count) { remainders in
    var left = total
    var parts = [Part](unsafeUninitializedCapacity: shares.count) { parts, count in
      for i in shares.indices {
        let product = total.multipliedFullWidth(by: shares[i])
        let (quotient, remainder) =
          product.high == 0 ? product.low.quotientAndRemainder(dividingBy: sum) : sum.dividingFullWidth(product)
        parts.initializeElement(at: i, to: Part(quotient))
        remainders.initializeElement(at: i, to: remainder)
        left -= quotient
      }
      count = shares.count
    }
    // A few units are handed out by looking for the largest remainder; digits pay only for many. More remainders are
    // above zero than units are left, so zero can mark one that has had its unit.
    guard left > 8 else {
      for _ in 0..<left {
        var best = 0
        for i in remainders.indices where remainders[i] > remainders[best] { best = i }
        parts[best] += 1
        remainders[best] = 0
      }
      return parts
    }
    let largest = LargestKeys(Int(left), of: UnsafeRawBufferPointer(remainders))
    var levelLeft = largest.levelCount
    for i in parts.indices {
      guard remainders[i] > largest.limit || (remainders[i] == largest.limit && levelLeft > 0) else { continue }
      parts[i] += 1
      if remainders[i] == largest.limit { levelLeft -= 1 }
    }
    return parts
  }
}
