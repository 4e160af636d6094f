import Quantities

/// AdaHedge (de Rooij, van Erven, Grünwald, Koolen 2014): exponential weights whose rate follows from how much was lost
/// to mixing so far.
///
/// η = ln N / D, D = Σ (h - m), h the mean loss under the weights and m = -(1/η) ln Σ w e^(-η l) the mix loss. While
/// D = 0 the rate is infinite: the leaders share the weight, and m is the growth of the least cumulative loss.
///
/// Guarantee: regret at most 2 √(V ln N) + S (4/3 ln N + 2), V the summed variances of the losses under the weights
/// and S their range; nothing changes when all losses of a question are shifted, or all losses ever are scaled.
public struct AdaHedge: RegretRule {
  private static let sum = 1

  /// The rule.
  public init() {}

  /// Sums.
  public var columnCount: Int { 2 }
  /// The mixability gap D.
  public var totals: [Double] { [0] }
  /// Finite.
  public var ranges: [ClosedRange<Double>] { [-SeatState.most...SeatState.most] }

  /// The exponentials, or the leaders'.
  public func weigh(
    _ state: SeatState, _ answers: AnswerRows, into weights: UnsafeMutablePointer<Double>, _ scratch: Scratch
  ) {
    SeatLanes(answers, state).gather(state, column: Self.sum, into: weights)
    if state.totals[0] > 0 {
      Kernels.scale(weights, answers.rowCount, by: state.logCount / state.totals[0])
      Kernels.exponentials(weights, answers.rowCount)
    } else {
      let most = Kernels.maximum(weights, answers.rowCount)
      for row in 0..<answers.rowCount { weights[row] = weights[row] == most ? 1 : 0 }
    }
  }

  /// Adds the gap between mean loss and mix loss to D, and the regrets to their sums.
  public func learn(
    _ state: inout SeatState, _ answers: AnswerRows, regrets: UnsafeMutablePointer<Double>, _ scratch: Scratch
  ) {
    let count = answers.rowCount
    let weights = scratch.take(count)
    weigh(state, answers, into: weights, scratch)
    Kernels.normalise(weights, count)
    let mean = -Kernels.dot(weights, regrets, count)
    let sums = scratch.take(count)
    SeatLanes(answers, state).gather(state, column: Self.sum, into: sums)
    let mix: Double
    if state.totals[0] > 0 {
      let rate = state.logCount / state.totals[0]
      let most = Kernels.maximum(regrets, count)
      var sum = 0.0
      for row in 0..<count { sum += weights[row] * FixedMath.exp(rate * (regrets[row] - most)) }
      // Where only rows without weight did well the sum may be 0; then the mix loss is that of the rest.
      mix = sum > 0 ? -most - FixedMath.log(sum) / rate : mean
    } else {
      let before = Kernels.maximum(sums, count)
      for row in 0..<count { sums[row] += regrets[row] }
      mix = before - Kernels.maximum(sums, count)
    }
    state.totals[0] += max(0, mean - mix)
    for row in 0..<count { state[Self.sum, answers.seats[row].index] += regrets[row] }
  }
}
