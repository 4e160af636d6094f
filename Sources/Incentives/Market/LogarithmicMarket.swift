import Quantities

/// Hanson's logarithmic market maker: buys and sells claims on each class at prices that move with what was bought.
///
/// Cost C(q) = b ln Σ_k exp(q_k / b), price p = softmax(q / b) (Hanson 2003, "Combinatorial information market design";
/// 2007). A trade costs the difference of C, so its price depends on where it leads and not on the way there. Moving the
/// price from p to p' is worth b (ln p'(y) - ln p(y)) once class y comes true: a logarithmic score on top of the last.
///
/// Guarantees: path independence; the maker loses at most b ln K from the uniform price, whatever is traded; who trades
/// once expects the most by moving the price to the own belief.
/// Warning: a trader who trades several times may bluff first. Numbers are `Double`: money goes through
/// `MarketSettlement`, which puts it on the grid.
public struct LogarithmicMarket: Hashable, Sendable {
  /// How slowly prices move: the b of the formulas, in money.
  public let liquidity: Double
  /// How much of each class has been sold.
  public private(set) var quantities: [Double]

  /// A market at the uniform price.
  public init(liquidity: Double, classCount: Int) {
    precondition(liquidity > 0 && liquidity.isFinite)
    precondition(classCount > 0)
    self.liquidity = liquidity
    quantities = [Double](repeating: 0, count: classCount)
  }

  /// The most that the market maker can lose: b ln K.
  public var lossMax: Double { liquidity * FixedMath.log(Double(quantities.count)) }

  /// The cost function at the present quantities.
  public var cost: Double {
    let top = quantities.max() ?? 0
    return top + liquidity * FixedMath.log(quantities.reduce(0) { $0 + FixedMath.exp(($1 - top) / liquidity) })
  }

  /// The price of each class; they add up to one.
  public var prices: [Double] {
    let top = quantities.max() ?? 0
    let parts = quantities.map { FixedMath.exp(($0 - top) / liquidity) }
    let sum = parts.reduce(0, +)
    return parts.map { $0 / sum }
  }

  /// Sells `shares` of each class, negative to buy back; returns what that costs.
  ///
  /// Each share is worth one once its class comes true.
  @discardableResult
  public mutating func sell(_ shares: [Double]) -> Double {
    precondition(shares.count == quantities.count)
    let before = cost
    for k in shares.indices { quantities[k] += shares[k] }
    return cost - before
  }

  /// The shares that move the price to `target` at no cost now: b (ln target - ln price). They are what the logarithmic
  /// score pays for the move.
  ///
  /// - Parameter target: K positive numbers that add up to one.
  public func shares(to target: [Double]) -> [Double] {
    zip(target, prices).map { liquidity * (FixedMath.log($0) - FixedMath.log($1)) }
  }
}
