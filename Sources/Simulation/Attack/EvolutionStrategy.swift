import Quantities

/// Looks for the highest value of a function of a few real numbers that can only be tried out: CMA-ES.
///
/// Each generation is drawn from a normal distribution; the better half, weighted by rank, moves its mean, and the steps
/// that led to success shape its covariance and its width (Hansen 2016, "The CMA evolution strategy: a tutorial", figure
/// 6, with the settings of table 1 and without negative weights). Ranks alone count, so any rising transformation of the
/// function gives the same search. All from one stream and our own arithmetic: the same on every machine.
public struct EvolutionStrategy: Sendable {
  /// How many numbers.
  public let dimension: Int
  /// How many are drawn in a generation.
  public let population: Int
  /// Where the distribution is.
  public private(set) var mean: [Double]
  /// How wide it is: the standard deviation along an axis of average length.
  public private(set) var step: Double

  private var random: CounterStream
  private let weights: [Double]
  private let effective: Double
  private var covariance: [Double]
  private var axes: [Double]
  private var lengths: [Double]
  private var stepPath: [Double]
  private var shapePath: [Double]
  private var generation = 0
  private var drawn: [[Double]] = []

  /// A search that begins at `mean`.
  ///
  /// - Parameters:
  ///   - mean: one number or more.
  ///   - step: the first standard deviation, above 0; about a third of the range that is of interest.
  ///   - population: at least 4; 4 + 3 ln n rounded down by default.
  ///   - random: where the draws come from.
  public init(mean: [Double], step: Double, population: Int? = nil, random: CounterStream) {
    precondition(!mean.isEmpty, "nothing to vary")
    precondition(step > 0, "a first step of nothing leads nowhere")
    let n = mean.count
    let population = max(4, population ?? 4 + Int(3 * FixedMath.log(Double(n))))
    let raw = (1...population / 2).map { FixedMath.log(Double(population + 1) / 2) - FixedMath.log(Double($0)) }
    let sum = raw.reduce(0, +)
    weights = raw.map { $0 / sum }
    effective = 1 / weights.reduce(0) { $0 + $1 * $1 }
    dimension = n
    self.population = population
    self.mean = mean
    self.step = step
    self.random = random
    covariance = [Double](repeating: 0, count: n * n)
    for i in 0..<n { covariance[i * n + i] = 1 }
    axes = covariance
    lengths = [Double](repeating: 1, count: n)
    stepPath = [Double](repeating: 0, count: n)
    shapePath = stepPath
  }

  /// Draws the next generation: `population` points.
  public mutating func draw() -> [[Double]] {
    let n = dimension
    drawn = (0..<population).map { _ in
      let normal = (0..<n).map { lengths[$0] * nextNormal() }
      return (0..<n).map { i in (0..<n).reduce(0) { $0 + axes[i * n + $1] * normal[$1] } }
    }
    return drawn.map { steps in (0..<n).map { mean[$0] + step * steps[$0] } }
  }

  /// Learns how good the points of the last generation are.
  ///
  /// - Parameter values: in the order in which they were drawn; equal values rank in that order.
  public mutating func learn(_ values: [Double]) {
    precondition(values.count == drawn.count, "one value for each point that was drawn")
    let n = dimension
    let size = Double(n)
    let order = values.indices.sorted { (values[$1], $0) < (values[$0], $1) }
    let chosen = zip(weights, order).map { (weight: $0, steps: drawn[$1]) }
    var move = [Double](repeating: 0, count: n)
    for (weight, steps) in chosen { for i in 0..<n { move[i] += weight * steps[i] } }
    for i in 0..<n { mean[i] += step * move[i] }

    let stepRate = (effective + 2) / (size + effective + 5)
    let damping = 1 + 2 * max(0, ((effective - 1) / (size + 1)).squareRoot() - 1) + stepRate
    // The move in the coordinates in which the distribution is round.
    let turned = (0..<n).map { j in (0..<n).reduce(0) { $0 + axes[$1 * n + j] * move[$1] } / lengths[j] }
    for i in 0..<n {
      let round = (0..<n).reduce(0) { $0 + axes[i * n + $1] * turned[$1] }
      stepPath[i] = (1 - stepRate) * stepPath[i] + (stepRate * (2 - stepRate) * effective).squareRoot() * round
    }
    let length = stepPath.reduce(0) { $0 + $1 * $1 }.squareRoot()
    let expected = size.squareRoot() * (1 - 1 / (4 * size) + 1 / (21 * size * size))
    step *= FixedMath.exp(min(1, stepRate / damping * (length / expected - 1)))

    generation += 1
    let warmth = 1 - FixedMath.exp(2 * Double(generation) * FixedMath.log(1 - stepRate))
    let isSteady = length / warmth.squareRoot() < (1.4 + 2 / (size + 1)) * expected
    let shapeRate = (4 + effective / size) / (size + 4 + 2 * effective / size)
    let push = isSteady ? (shapeRate * (2 - shapeRate) * effective).squareRoot() : 0
    for i in 0..<n { shapePath[i] = (1 - shapeRate) * shapePath[i] + push * move[i] }
    let oneRate = 2 / ((size + 1.3) * (size + 1.3) + effective)
    let manyRate = min(
      1 - oneRate, 2 * (effective - 2 + 1 / effective) / ((size + 2) * (size + 2) + effective))
    let kept = 1 - oneRate - manyRate + (isSteady ? 0 : oneRate * shapeRate * (2 - shapeRate))
    for i in 0..<n {
      for j in 0...i {
        let many = chosen.reduce(0) { $0 + $1.weight * $1.steps[i] * $1.steps[j] }
        let entry = kept * covariance[i * n + j] + oneRate * shapePath[i] * shapePath[j] + manyRate * many
        covariance[i * n + j] = entry
        covariance[j * n + i] = entry
      }
    }
    let eigen = SymmetricEigen(covariance, size: n)
    axes = eigen.vectors
    lengths = eigen.values.map { max($0, 1e-20).squareRoot() }
  }

  // Marsaglia's polar method, one of its two numbers: the other would have to be remembered.
  private mutating func nextNormal() -> Double {
    while true {
      let x = 2 * random.unit() - 1
      let y = 2 * random.unit() - 1
      let square = x * x + y * y
      if square > 0, square < 1 { return x * (-2 * FixedMath.log(square) / square).squareRoot() }
    }
  }
}
