/// Online gradient descent on the simplex (Zinkevich 2003), in the form of opera 1.2.2, for comparison.
///
/// After question t, from 1: B = max(B, ‖l‖₂), w ← the point of the simplex nearest to w - t^(-1/2) l / B. It sees
/// losses rather than regrets, since the step depends on their size. Guarantee: regret to the best fixed mixture O(√T).
public struct GradientDescent: Hashable, Sendable {
  /// The weights, which add up to 1.
  public private(set) var weights: [Double]
  private var largest = 0.0
  private var learnt = 0

  /// Equal weights of `count` members.
  public init(count: Int) { weights = [Double](repeating: 1 / Double(count), count: count) }

  /// Takes over the losses of one question, or their gradient; one for each member.
  public mutating func learn(_ losses: [Double]) {
    precondition(losses.count == weights.count, "a loss for each member")
    learnt += 1
    largest = max(largest, losses.reduce(0) { $0 + $1 * $1 }.squareRoot())
    guard largest > 0 else { return }
    let step = 1 / (Double(learnt).squareRoot() * largest)
    weights = Self.project(zip(weights, losses).map { $0 - step * $1 })
  }

  /// The point of the simplex nearest to `point`: all coordinates fall by one amount, none below 0.
  static func project(_ point: [Double]) -> [Double] {
    var (level, sum) = (0.0, 0.0)
    for (i, value) in point.sorted(by: >).enumerated() {
      sum += value
      let next = (sum - 1) / Double(i + 1)
      if value > next { level = next }
    }
    return point.map { max(0, $0 - level) }
  }
}
