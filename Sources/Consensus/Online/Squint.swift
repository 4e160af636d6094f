import Quantities

/// Squint with the improper prior (Koolen, van Erven 2015): the best of all rates, without knowing it.
///
/// wᵢ ∝ ∫ exp(η Rᵢ - η² Vᵢ) dη over 0 < η <= 1/(2E), Rᵢ = Σ rᵢ, Vᵢ = Σ rᵢ², E the largest |r| of anyone so far and at
/// least 1. In closed form a difference of error functions, taken here from scaled ones in log space, since the plain
/// ones lose all digits where R < 0 or R > V.
///
/// Guarantee: the regret to member i is O(√(Vᵢ (ln N + ln ln T))) for |r| <= 1, for all members and quantiles at once.
public struct Squint: RegretRule {
  private enum Column {
    static let sum = 1
    static let squares = 2
  }

  /// The rule.
  public init() {}

  /// Sums and squares.
  public var columnCount: Int { 3 }
  /// The range E.
  public var totals: [Double] { [1] }
  /// Finite; squares not negative.
  public var ranges: [ClosedRange<Double>] { [-SeatState.most...SeatState.most, 0...SeatState.most] }

  /// The integrals.
  public func weigh(
    _ state: SeatState, _ answers: AnswerRows, into weights: UnsafeMutablePointer<Double>, _ scratch: Scratch
  ) {
    let range = max(state.totals[0], 1)
    for row in 0..<answers.rowCount {
      let seat = answers.seats[row].index
      weights[row] = Self.logEvidence(
        state[Column.sum, seat] / range, state[Column.squares, seat] / (range * range))
    }
    Kernels.exponentials(weights, answers.rowCount)
  }

  /// Adds the regrets and their squares.
  public func learn(
    _ state: inout SeatState, _ answers: AnswerRows, regrets: UnsafeMutablePointer<Double>, _ scratch: Scratch
  ) {
    for row in 0..<answers.rowCount {
      let (seat, regret) = (answers.seats[row].index, regrets[row])
      state[Column.sum, seat] += regret
      state[Column.squares, seat] += regret * regret
      state.totals[0] = max(state.totals[0], abs(regret))
    }
  }

  /// ln of the integral of exp(η R - η² V) over η from 0 to 1/2; relative error of the integral under 1e-10.
  ///
  /// With c = R / (2√V) and h = √V / 2 the integral is e^(c²)/√V times that of e^(-u²) from -c to h - c. Each part is
  /// written so that only positive terms of one size are added: erfcx on the side where the integrand falls.
  static func logEvidence(_ sum: Double, _ squares: Double) -> Double {
    let root = squares.squareRoot()
    if root < 0.02 { return logSeries(sum, squares) }
    let (c, half) = (sum / (2 * root), root / 2)
    // ∫ from a to b of e^(-u²) du, times 2/√π, with everything scaled by e^(a²) or e^(b²) or not at all.
    let halfRootPi = 0.886226925452758
    let (a, b) = (-c, half - c)
    if a >= 0 {
      // Falls from the start: scaled by e^(a²) = e^(c²), which cancels the factor before the integral.
      let part = FixedMath.erfcx(a) - FixedMath.exp(a * a - b * b) * FixedMath.erfcx(b)
      return FixedMath.log(halfRootPi / root * part)
    }
    if b <= 0 {
      // Rises to the end: scaled by e^(b²).
      let part = FixedMath.erfcx(-b) - FixedMath.exp(b * b - a * a) * FixedMath.erfcx(-a)
      return c * c - b * b + FixedMath.log(halfRootPi / root * part)
    }
    // The peak lies inside: the whole less both tails.
    let tails = FixedMath.exp(-a * a) * FixedMath.erfcx(-a) + FixedMath.exp(-b * b) * FixedMath.erfcx(b)
    return c * c + FixedMath.log(halfRootPi / root * (2 - tails))
  }

  // For small V, where the closed form divides a difference of nearly equal numbers by almost nothing: twelve pieces of
  // Gauss and Legendre's rule with five points each on the integrand itself, which is smooth there.
  private static func logSeries(_ sum: Double, _ squares: Double) -> Double {
    // The largest exponent is at an end, or in between by no more than V/4.
    let most = max(0, sum / 2 - squares / 4)
    // Where exp(η R) falls or rises fast, only the part within 40/|R| of the larger end counts.
    let length = min(0.5, 40 / max(abs(sum), 1))
    let start = sum > 0 ? 0.5 - length : 0
    let width = length / 24
    var total = 0.0
    func add(_ rate: Double, _ weight: Double) {
      total += weight * FixedMath.exp(rate * sum - rate * rate * squares - most)
    }
    for piece in 0..<12 {
      let centre = start + (2 * Double(piece) + 1) * width
      let (near, far) = (0.5384693101056831 * width, 0.9061798459386640 * width)
      add(centre, 0.5688888888888889)
      add(centre - near, 0.4786286704993665)
      add(centre + near, 0.4786286704993665)
      add(centre - far, 0.2369268850561891)
      add(centre + far, 0.2369268850561891)
    }
    return most + FixedMath.log(total * width)
  }
}
