import Quantities

/// ML-Poly (Gaillard, Stoltz, van Erven 2014, in the form of opera 1.2.2): weights in proportion to what following a
/// member would have gained, at a rate of its own.
///
/// wᵢ ∝ max(Rᵢ, 0) / (Σ rᵢ² + B), B the largest rᵢ² of anyone so far; equal weights while nobody is ahead.
/// Guarantee: the regret to member i is O(√(N Σ rᵢ²)) up to logarithms; no rate to set.
public struct MLPol: RegretRule {
  private enum Column {
    static let sum = 1
    static let squares = 2
  }

  /// The rule.
  public init() {}

  /// Sums and squares.
  public var columnCount: Int { 3 }
  /// The largest square B.
  public var totals: [Double] { [0] }
  /// Finite; squares not negative.
  public var ranges: [ClosedRange<Double>] { [-SeatState.most...SeatState.most, 0...SeatState.most] }

  /// The gains at their rates.
  public func weigh(
    _ state: SeatState, _ answers: AnswerRows, into weights: UnsafeMutablePointer<Double>, _ scratch: Scratch
  ) {
    for row in 0..<answers.rowCount {
      let seat = answers.seats[row].index
      let gain = state[Column.sum, seat]
      weights[row] = gain > 0 ? gain / (state[Column.squares, seat] + state.totals[0]) : 0
    }
  }

  /// Adds the regrets and their squares.
  public func learn(
    _ state: inout SeatState, _ answers: AnswerRows, regrets: UnsafeMutablePointer<Double>, _ scratch: Scratch
  ) {
    for row in 0..<answers.rowCount {
      let (seat, regret) = (answers.seats[row].index, regrets[row])
      state[Column.sum, seat] += regret
      state[Column.squares, seat] += regret * regret
      state.totals[0] = max(state.totals[0], regret * regret)
    }
  }
}
