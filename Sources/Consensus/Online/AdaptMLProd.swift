import Quantities

/// Adapt-ML-Prod (Gaillard, Stoltz, van Erven 2014): multiplicative weights with a falling rate for each member.
///
/// wᵢ ← (wᵢ (1 + ηᵢ rᵢ))^(η'ᵢ/ηᵢ), η'ᵢ = min(1/(2 Eᵢ), √(ln N / (1 + Σ rᵢ²))), pᵢ ∝ η'ᵢ w'ᵢ; Eᵢ is the largest |rᵢ|
/// so far, at least 1, so that no factor falls below one half; where it grows, the old rate is cut first. ln w is kept.
///
/// Guarantee: the regret to member i is O(√(Σ rᵢ² ln N) + Eᵢ ln N) up to ln ln T, constant against a clearly best one.
public struct AdaptMLProd: RegretRule {
  /// Which published form of the power.
  public enum Form: Hashable, Sendable {
    /// As in the paper: the old rate in the factor, the whole raised to η'/η.
    case paper
    /// As in opera 1.2.2, for comparison: the new rate in the factor, only the past raised.
    case opera
  }

  /// Which form.
  public let form: Form
  private enum Column {
    static let log = 1
    static let squares = 2
    static let range = 3
    static let rate = 4
  }

  /// The rule.
  public init(_ form: Form = .paper) { self.form = form }

  /// ln w, squares, range and rate.
  public var columnCount: Int { 5 }
  /// None.
  public var totals: [Double] { [] }
  /// Finite; squares, ranges and rates not negative.
  public var ranges: [ClosedRange<Double>] {
    let most = SeatState.most
    return [-most...most, 0...most, 0...most, 0...1e9]
  }

  // A rate of 0 is one that was never set.
  @inline(__always)
  private func started(_ rate: SIMD8<Double>, _ logCount: Double) -> SIMD8<Double> {
    rate.replacing(with: form == .paper ? min(0.5, logCount.squareRoot()) : 1, where: rate .== 0)
  }

  /// η w.
  public func weigh(
    _ state: SeatState, _ answers: AnswerRows, into weights: UnsafeMutablePointer<Double>, _ scratch: Scratch
  ) {
    let (lanes, stride, logCount) = (SeatLanes(answers, state), state.stride, state.logCount)
    let rates = scratch.take(lanes.rowCount)
    state.withColumns { columns in
      for row in Swift.stride(from: 0, to: lanes.rowCount, by: 8) {
        Kernels.store(lanes.load(columns + Column.log * stride, row), weights + row)
        Kernels.store(started(lanes.load(columns + Column.rate * stride, row), logCount), rates + row)
      }
    }
    Kernels.exponentials(weights, lanes.rowCount, factors: rates)
  }

  /// Multiplies by what was gained and lets the rates fall.
  public func learn(
    _ state: inout SeatState, _ answers: AnswerRows, regrets: UnsafeMutablePointer<Double>, _ scratch: Scratch
  ) {
    let (lanes, stride, logCount) = (SeatLanes(answers, state), state.stride, state.logCount)
    let least = form == .paper ? 1.0 : 0.0
    state.withColumns { columns in
      let (logs, squareSums) = (columns + Column.log * stride, columns + Column.squares * stride)
      let (ranges, rates) = (columns + Column.range * stride, columns + Column.rate * stride)
      for row in Swift.stride(from: 0, to: lanes.rowCount, by: 8) {
        let regret = Kernels.load(regrets + row)
        let before = started(lanes.load(rates, row), logCount)
        var range = lanes.load(ranges, row)
        range.replace(with: least, where: range .< least)
        let size = regret.replacing(with: -regret, where: regret .< 0)
        range.replace(with: size, where: size .> range)
        let squares = lanes.load(squareSums, row) + regret * regret
        // Without any regret there is no range yet, and the rate is the other bound.
        let cap = 0.5 / range.replacing(with: 1e-9, where: range .== 0)
        var after = (logCount / (1 + squares)).squareRoot()
        after.replace(with: cap, where: cap .< after)
        var log = lanes.load(logs, row)
        switch form {
        case .paper:
          var old = before
          old.replace(with: cap, where: cap .< old)
          log *= old / before
          log = (log + Self.log1p(old * regret)) * (after / old)
        case .opera: log = log * (after / before) + Self.log1p(after * regret)
        }
        lanes.store(log, logs, row)
        lanes.store(squares, squareSums, row)
        lanes.store(range, ranges, row)
        lanes.store(after, rates, row)
      }
    }
  }

  // ln(1 + x) for x from -1/2 on: what 1 + x loses to rounding is put back as a factor, as in `FixedMath.log1p`.
  @inline(__always)
  private static func log1p(_ x: SIMD8<Double>) -> SIMD8<Double> {
    let sum = 1 + x
    let lost = sum - 1
    let isSmall = lost .== 0
    let result = FixedMath.logOfNormal(sum) * (x / lost.replacing(with: 1, where: isSmall))
    return result.replacing(with: x, where: isSmall)
  }
}
