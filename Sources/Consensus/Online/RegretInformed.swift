import Quantities

/// Regret-informed weights as the Allora chain computes them (chain code of October 2024), for comparison.
///
/// Rᵢ ← (1 - a) Rᵢ + a rᵢ; xᵢ = Rᵢ / (sd(R) + e), sd over those who answered with n - 1; wᵢ ∝ p / (e^(p (c - xᵢ)) + 1),
/// the slope of a softplus, with xᵢ capped at c + 6.75/p, all shifted up where the largest is below c - 8.25/p, and
/// weight 0 below c - 17.25/p. There is no regret guarantee.
public struct RegretInformed: RegretRule {
  /// How far one question moves a regret, a. Default: 0.1, the chain's.
  public let step: Double
  /// The steepness p. Default: 3, that of the chain's examples.
  public let steepness: Double
  /// The centre c. Default: 0.75.
  public let centre: Double
  /// Added to the deviation, e. Default: 0.01.
  public let epsilon: Double
  private static let regret = 1

  /// The rule, with the chain's settings.
  public init(step: Double = 0.1, steepness: Double = 3, centre: Double = 0.75, epsilon: Double = 0.01) {
    precondition((0...1).contains(step) && steepness > 0 && epsilon > 0)
    self.step = step
    self.steepness = steepness
    self.centre = centre
    self.epsilon = epsilon
  }

  /// Smoothed regrets.
  public var columnCount: Int { 2 }
  /// None.
  public var totals: [Double] { [] }
  /// Finite.
  public var ranges: [ClosedRange<Double>] { [-SeatState.most...SeatState.most] }

  /// The weights that follow from smoothed regrets, scaled to 1.
  ///
  /// - Parameter regrets: at least one.
  public func weights(regrets: [Double]) -> [Double] {
    var result = regrets
    result.withUnsafeMutableBufferPointer { buffer in
      guard let base = buffer.baseAddress else { return }
      weigh(base, buffer.count)
    }
    return result
  }

  private func weigh(_ numbers: UnsafeMutablePointer<Double>, _ count: Int) {
    let mean = Kernels.sum(numbers, count) / Double(count)
    var squares = 0.0
    for i in 0..<count { squares += (numbers[i] - mean) * (numbers[i] - mean) }
    let deviation = count > 1 ? (squares / Double(count - 1)).squareRoot() : 0
    Kernels.scale(numbers, count, by: 1 / (deviation + epsilon))
    let most = Kernels.maximum(numbers, count)
    for i in 0..<count { numbers[i] = weight(of: numbers[i], largest: most) }
    Kernels.normalise(numbers, count)
  }

  /// The unscaled weight of one normalised regret where the largest of all is `largest`.
  public func weight(of normalised: Double, largest: Double) -> Double {
    let shifted = normalised + max(0, centre - 8.25 / steepness - largest)
    if shifted < centre - 17.25 / steepness { return 0 }
    return slope(min(shifted, centre + 6.75 / steepness))
  }

  /// The slope of the softplus at `x`: p / (e^(p (c - x)) + 1).
  public func slope(_ x: Double) -> Double { steepness / (FixedMath.exp(steepness * (centre - x)) + 1) }

  /// By the smoothed regrets of those who answered.
  public func weigh(
    _ state: SeatState, _ answers: AnswerRows, into weights: UnsafeMutablePointer<Double>, _ scratch: Scratch
  ) {
    SeatLanes(answers, state).gather(state, column: Self.regret, into: weights)
    weigh(weights, answers.rowCount)
  }

  /// Moves the smoothed regrets.
  public func learn(
    _ state: inout SeatState, _ answers: AnswerRows, regrets: UnsafeMutablePointer<Double>, _ scratch: Scratch
  ) {
    for row in 0..<answers.rowCount {
      let seat = answers.seats[row].index
      state[Self.regret, seat] += step * (regrets[row] - state[Self.regret, seat])
    }
  }
}
