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
    // Σ r - Σ η' r², which only ever appear together.
    static let gain = 1
    static let squares = 2
    static let range = 3
    static let rate = 4
  }

  /// The rule.
  public init(_ form: Form = .capped) { self.form = form }

  /// Regrets less their correction, their squares, their range, and the rate.
  public var columnCount: Int { 5 }
  /// A member without regret has rate 1.
  public var start: [Double] { [0, 0, 0, 1] }
  /// None.
  public var totals: [Double] { [] }
  /// Finite sums; squares and ranges not negative; rates above 0, or nobody might have any weight.
  public var ranges: [ClosedRange<Double>] {
    let most = SeatState.most
    return [-most...most, 0...most, 0...most, Double.leastNormalMagnitude...most]
  }

  /// ηᵢ exp(…).
  public func weigh(
    _ state: SeatState, _ answers: AnswerRows, into weights: UnsafeMutablePointer<Double>, _ scratch: Scratch
  ) {
    let (lanes, stride) = (SeatLanes(answers, state), state.stride)
    state.withColumns { columns in
      let (gains, rates) = (columns + Column.gain * stride, columns + Column.rate * stride)
      let top = Self.top(lanes, gains, rates)
      for row in Swift.stride(from: 0, to: lanes.rowCount, by: 8) {
        Kernels.store(Self.weights(lanes, gains, rates, row, top), weights + row)
      }
    }
  }

  /// Weighs and mixes block by block.
  public func mix(
    _ state: SeatState, _ answers: AnswerRows, into result: UnsafeMutablePointer<Double>, _ scratch: Scratch
  ) {
    let (lanes, stride) = (SeatLanes(answers, state), state.stride)
    let weights = scratch.take(lanes.rowCount)
    state.withColumns { columns in
      let (gains, rates) = (columns + Column.gain * stride, columns + Column.rate * stride)
      let top = Self.top(lanes, gains, rates)
      var sums = SIMD8<Double>()
      Kernels.mixBlocks(answers, weights, into: result) { rows in
        var row = rows.lowerBound
        while row < rows.upperBound {
          var some = Self.weights(lanes, gains, rates, row, top)
          if row &+ 8 > rows.upperBound { for lane in (rows.upperBound - row)..<8 { some[lane] = 0 } }
          sums += some
          Kernels.store(some, weights + row)
          row &+= 8
        }
      }
      // Positive: the top row's exponential is 1, and no rate is 0.
      let factor = AnswerRows.billionth / Kernels.sum(sums)
      for k in 0..<answers.classCount { result[k] *= factor }
    }
  }

  @inline(__always)
  private static func top(
    _ lanes: SeatLanes, _ gains: UnsafePointer<Double>, _ rates: UnsafePointer<Double>
  ) -> Double {
    var most = SIMD8<Double>(repeating: -.infinity)
    for row in Swift.stride(from: 0, to: lanes.rowCount, by: 8) {
      var exponents = lanes.load(gains, row) * lanes.load(rates, row)
      if row &+ 8 > lanes.rowCount { for lane in (lanes.rowCount - row)..<8 { exponents[lane] = -.infinity } }
      most.replace(with: exponents, where: exponents .> most)
    }
    return Kernels.maximum(most)
  }

  @inline(__always)
  private static func weights(
    _ lanes: SeatLanes, _ gains: UnsafePointer<Double>, _ rates: UnsafePointer<Double>, _ row: Int, _ top: Double
  ) -> SIMD8<Double> {
    let rate = lanes.load(rates, row)
    return rate * FixedMath.expOfNonPositive(lanes.load(gains, row) * rate - top)
  }

  /// Adds the regrets and their correction at the rate of before, then sets the rate anew.
  public func learn(
    _ state: inout SeatState, _ answers: AnswerRows, regrets: UnsafeMutablePointer<Double>, _ scratch: Scratch
  ) {
    let (lanes, stride) = (SeatLanes(answers, state), state.stride)
    let inverseRoot = 1 / state.logCount.squareRoot()
    state.withColumns { columns in
      let (gains, squareSums) = (columns + Column.gain * stride, columns + Column.squares * stride)
      let (ranges, rates) = (columns + Column.range * stride, columns + Column.rate * stride)
      for row in Swift.stride(from: 0, to: lanes.rowCount, by: 8) {
        let regret = Kernels.load(regrets + row)
        let square = regret * regret
        let gain = lanes.load(gains, row) + regret
        switch form {
        case .capped:
          let before = lanes.load(squareSums, row)
          let squares = before + square
          var range = lanes.load(ranges, row)
          let size = regret.replacing(with: -regret, where: regret .< 0)
          range.replace(with: size, where: size .> range)
          // min(1/E, √(ln N / V)) with one division.
          var bound = squares.squareRoot() * inverseRoot
          bound.replace(with: range, where: range .> bound)
          let rate = (1 / bound).replacing(with: 1, where: bound .== 0)
          // Without any regret before there is no correction.
          let old = lanes.load(rates, row).replacing(with: 0, where: before .== 0)
          lanes.store(gain - old * square, gains, row)
          lanes.store(squares, squareSums, row)
          lanes.store(range, ranges, row)
          lanes.store(rate, rates, row)
        case .opera:
          let squares = lanes.load(squareSums, row) + 2.2 * square
          let root = squares.squareRoot()
          let rate = (1 / root).replacing(with: 1, where: root .== 0)
          lanes.store(gain - rate * square, gains, row)
          lanes.store(squares, squareSums, row)
          lanes.store(rate, rates, row)
        }
      }
    }
  }
}
