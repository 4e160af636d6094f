import Quantities

/// Bernstein online aggregation (Wintenberger 2017): exponential weights with a second-order correction and a rate of
/// its own for each member.
///
/// wᵢ ∝ ηᵢ exp(ηᵢ (Σ rᵢ - Σ η'ᵢ rᵢ²)), ηᵢ = min(1/Eᵢ, √(ln N / Σ rᵢ²)), Eᵢ the largest |rᵢ| so far and η'ᵢ the rate
/// before the question at hand; a member without any regret yet has rate 1 and no correction.
///
/// Guarantee: the regret to member i is O(√(Σ rᵢ² ln N) + Eᵢ ln N) up to ln ln T. On gradients of a bounded
/// exp-concave loss the total regret to the best member is O(ln N ln ln T), to the best fixed mixture O(√(T ln N)).
public struct BOA: RegretRule {
  /// Which published form of the rate and the correction.
  public enum Form: Hashable, Sendable {
    /// As in the paper, rates capped by the range of the regrets.
    case capped
    /// As in opera 1.2.2, for comparison: rates 1/√(2.2 Σ rᵢ²), the new one inside the correction, without a cap.
    case opera
  }

  /// Which form.
  public let form: Form
  private enum Column {
    static let sum = 1
    static let correction = 2
    static let squares = 3
    static let range = 4
  }

  /// The rule.
  public init(_ form: Form = .capped) { self.form = form }

  /// Regrets, their correction, their squares and their range.
  public var columnCount: Int { 5 }
  /// None.
  public var totals: [Double] { [] }
  /// Finite sums; squares and ranges not negative.
  public var ranges: [ClosedRange<Double>] {
    let most = SeatState.most
    return [-most...most, 0...most, 0...most, 0...most]
  }

  @inline(__always)
  private func rate(_ squares: SIMD8<Double>, _ range: SIMD8<Double>, _ logCount: Double) -> SIMD8<Double> {
    let isNew = squares .== 0
    let known = squares.replacing(with: 1, where: isNew)
    switch form {
    case .capped:
      var rate = (logCount / known).squareRoot()
      let cap = 1 / range.replacing(with: 1, where: isNew)
      rate.replace(with: cap, where: cap .< rate)
      return rate.replacing(with: 1, where: isNew)
    case .opera: return (1 / known).squareRoot().replacing(with: 1, where: isNew)
    }
  }

  /// ηᵢ exp(…), scaled to 1.
  public func weigh(
    _ state: SeatState, _ answers: Answers, into weights: UnsafeMutablePointer<Double>, _ scratch: Scratch
  ) {
    let (lanes, stride, logCount) = (SeatLanes(answers, state), state.stride, state.logCount)
    let rates = scratch.take(lanes.rowCount)
    state.withColumns { columns in
      for row in Swift.stride(from: 0, to: lanes.rowCount, by: 8) {
        let squares = lanes.load(columns + Column.squares * stride, row)
        let rate = rate(squares, lanes.load(columns + Column.range * stride, row), logCount)
        let sum = lanes.load(columns + Column.sum * stride, row)
        Kernels.store(rate * (sum - lanes.load(columns + Column.correction * stride, row)), weights + row)
        Kernels.store(rate, rates + row)
      }
    }
    Kernels.softmax(weights, lanes.rowCount, factors: rates)
  }

  /// Adds the regrets, and their squares at the rate of before.
  public func learn(
    _ state: inout SeatState, _ answers: Answers, regrets: UnsafeMutablePointer<Double>, _ scratch: Scratch
  ) {
    let (lanes, stride, logCount) = (SeatLanes(answers, state), state.stride, state.logCount)
    state.withColumns { columns in
      let (sums, corrections) = (columns + Column.sum * stride, columns + Column.correction * stride)
      let (squareSums, ranges) = (columns + Column.squares * stride, columns + Column.range * stride)
      for row in Swift.stride(from: 0, to: lanes.rowCount, by: 8) {
        let regret = Kernels.load(regrets + row)
        let before = lanes.load(squareSums, row)
        let range = lanes.load(ranges, row)
        let square = regret * regret
        switch form {
        case .capped:
          let old = rate(before, range, logCount).replacing(with: 0, where: before .== 0)
          lanes.store(before + square, squareSums, row)
          lanes.store(lanes.load(corrections, row) + old * square, corrections, row)
          let size = regret.replacing(with: -regret, where: regret .< 0)
          lanes.store(range.replacing(with: size, where: size .> range), ranges, row)
        case .opera:
          let after = before + 2.2 * square
          let new = rate(after, range, logCount).replacing(with: 0, where: after .== 0)
          lanes.store(after, squareSums, row)
          lanes.store(lanes.load(corrections, row) + new * square, corrections, row)
        }
        lanes.store(lanes.load(sums, row) + regret, sums, row)
      }
    }
  }
}
