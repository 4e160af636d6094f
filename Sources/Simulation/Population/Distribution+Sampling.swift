import Quantities

extension Distribution {
  /// One number. The same stream gives the same bits on every machine: all logarithms are `FixedMath`'s.
  ///
  /// - Complexity: constant; a beta draw takes about eight numbers of the stream, a constant none.
  public func sample(from random: inout CounterStream) -> Double {
    switch self {
    case .constant(let value): return value
    case .uniform(let low, let high): return low + (high - low) * random.unit()
    case .normal(let mean, let deviation, let least, let most):
      return min(max(mean + deviation * random.normal(), least), most)
    case .beta(let a, let b):
      // A ratio of gammas, taken in logarithms: small parameters give gammas below the range of a Double.
      let (first, second) = (random.logGamma(shape: a), random.logGamma(shape: b))
      return 1 / (1 + FixedMath.exp(second - first))
    case .exponential(let mean): return -mean * FixedMath.log(1 - random.unit())
    case .choice(let values): return values[random.below(values.count)]
    }
  }

  /// What is wrong with the parameters; `nil` where they can be drawn from.
  public var fault: String? {
    switch self {
    case .constant(let value):
      return value.isFinite ? nil : "a constant that is not a finite number"
    case .uniform(let low, let high):
      guard low.isFinite, high.isFinite else { return "a uniform distribution without finite ends" }
      return low <= high ? nil : "a uniform distribution from \(low) down to \(high): swap the two"
    case .normal(let mean, let deviation, let least, let most):
      guard mean.isFinite, deviation.isFinite, deviation >= 0, !least.isNaN, !most.isNaN else {
        return "a normal distribution without a finite mean and a deviation of at least 0"
      }
      return least <= most ? nil : "a normal distribution held within \(least) to \(most): swap the two"
    case .beta(let a, let b):
      return a.isFinite && b.isFinite && a > 0 && b > 0 ? nil : "a beta distribution with a parameter not above 0"
    case .exponential(let mean):
      return mean.isFinite && mean >= 0 ? nil : "an exponential distribution with a mean below 0"
    case .choice(let values):
      guard !values.isEmpty else { return "a choice of nothing: give at least one value" }
      return values.allSatisfy(\.isFinite) ? nil : "a choice of a number that is not finite"
    }
  }
}

extension CounterStream {
  /// A standard normal number (polar method: Marsaglia, Bray 1964).
  mutating func normal() -> Double {
    while true {
      let (x, y) = (2 * unit() - 1, 2 * unit() - 1)
      let square = x * x + y * y
      if square > 0, square < 1 { return x * (-2 * FixedMath.log(square) / square).squareRoot() }
    }
  }

  /// The logarithm of a gamma number with scale 1 (Marsaglia, Tsang 2000).
  ///
  /// - Parameter shape: above 0; below 1 the number of the next higher shape is scaled by U^(1 / shape).
  mutating func logGamma(shape: Double) -> Double {
    guard shape >= 1 else { return logGamma(shape: shape + 1) + FixedMath.log(1 - unit()) / shape }
    let d = shape - 1.0 / 3
    let c = 1 / (9 * d).squareRoot()
    while true {
      let x = normal()
      let root = 1 + c * x
      guard root > 0 else { continue }
      let v = root * root * root
      let logV = FixedMath.log(v)
      if FixedMath.log(1 - unit()) < 0.5 * x * x + d * (1 - v + logV) { return FixedMath.log(d) + logV }
    }
  }

  /// Shares of `count` drawn from the symmetric Dirichlet distribution; they add up to 1 within rounding.
  mutating func dirichlet(concentration: Double, count: Int) -> [Double] {
    let logarithms = (0..<count).map { _ in logGamma(shape: concentration) }
    let most = logarithms.max() ?? 0
    let weights = logarithms.map { FixedMath.exp($0 - most) }
    let sum = weights.reduce(0, +)
    return weights.map { $0 / sum }
  }
}
