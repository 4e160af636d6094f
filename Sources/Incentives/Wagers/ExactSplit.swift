import Quantities

/// Sums of money times scores outgrow 64 bits; here they are held in 128 and divided exactly.
enum ExactSplit {
  /// `a · b · c / d`, rounded down. The quotient fits 128 bits, `d` is positive.
  static func scaled(_ a: UInt64, _ b: UInt64, _ c: UInt64, over d: UInt128) -> (quotient: UInt128, remainder: UInt128)
  {
    let product = (UInt128(a) * UInt128(b)).multipliedFullWidth(by: UInt128(c))
    if product.high == 0 { return product.low.quotientAndRemainder(dividingBy: d) }
    return d.dividingFullWidth(product)
  }

  /// Hands out `total` in proportion to `shares` by the largest-remainder method, ties to the lower index.
  ///
  /// The same as `Amount.split` for shares of up to 128 bits that add up to less than 2^127.
  static func split(_ total: Amount, by shares: [UInt128]) -> [Amount] {
    let sum = shares.reduce(0, +)
    precondition(sum > 0, "nothing to split by: every share is zero")
    if sum <= UInt128(Int64.max) { return Amount.split(total, by: shares.map { UInt64($0) }) }
    var parts: [Int64] = []
    var remainders: [UInt128] = []
    for share in shares {
      let product = share.multipliedFullWidth(by: UInt128(total.micro))
      let (quotient, remainder) =
        product.high == 0 ? product.low.quotientAndRemainder(dividingBy: sum) : sum.dividingFullWidth(product)
      parts.append(Int64(quotient))
      remainders.append(remainder)
    }
    handOut(total.micro - parts.reduce(0, +), to: &parts, by: &remainders)
    return parts.map(Amount.init(micro:))
  }

  /// Adds one unit each to the `left` parts with the largest remainders, a tie to the lower index; uses them up.
  ///
  /// - Precondition: more remainders are above zero than units are left.
  static func handOut<Wide: FixedWidthInteger>(_ left: Int64, to parts: inout [Int64], by remainders: inout [Wide]) {
    // A few units are handed out by looking for the largest remainder; sorting pays only for many.
    if left <= 8 {
      for _ in 0..<max(left, 0) {
        var best = 0
        for i in remainders.indices where remainders[i] > remainders[best] { best = i }
        parts[best] += 1
        remainders[best] = 0
      }
      return
    }
    let order = parts.indices.sorted { (remainders[$1], $0) < (remainders[$0], $1) }
    for i in order.prefix(Int(left)) { parts[i] += 1 }
  }
}
