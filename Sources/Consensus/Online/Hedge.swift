import Quantities

/// Exponential weights on cumulative losses (Vovk 1990; Littlestone, Warmuth 1994; Freund, Schapire 1997).
///
/// wᵢ ∝ exp(η Σ rᵢ). With a falling rate η = √(8 ln N / t) at question t, for losses in a range of 1, the regret is at
/// most 2 √(T/2 ln N) + √(ln N / 8); with a constant one at most ln N / η + η T / 8.
public struct Hedge: RegretRule {
  /// The constant rate, or `nil` for the falling one.
  public let rate: Double?
  private static let sum = 1

  /// The rule, with a constant rate above 0 or, by default, a falling one.
  public init(rate: Double? = nil) {
    precondition(rate.map { $0 > 0 } ?? true)
    self.rate = rate
  }

  /// Sums.
  public var columnCount: Int { 2 }
  /// None.
  public var totals: [Double] { [] }
  /// Finite.
  public var ranges: [ClosedRange<Double>] { [-SeatState.most...SeatState.most] }

  /// The exponentials.
  public func weigh(
    _ state: SeatState, _ answers: AnswerRows, into weights: UnsafeMutablePointer<Double>, _ scratch: Scratch
  ) {
    let rate = rate ?? (8 * state.logCount / Double(state.learnt + 1)).squareRoot()
    SeatLanes(answers, state).gather(state, column: Self.sum, into: weights)
    Kernels.scale(weights, answers.rowCount, by: rate)
    Kernels.exponentials(weights, answers.rowCount)
  }

  /// Adds the regrets.
  public func learn(
    _ state: inout SeatState, _ answers: AnswerRows, regrets: UnsafeMutablePointer<Double>, _ scratch: Scratch
  ) {
    let (lanes, stride) = (SeatLanes(answers, state), state.stride)
    state.withColumns { columns in
      let sums = columns + Self.sum * stride
      for row in Swift.stride(from: 0, to: lanes.rowCount, by: 8) {
        lanes.store(lanes.load(sums, row) + Kernels.load(regrets + row), sums, row)
      }
    }
  }
}
