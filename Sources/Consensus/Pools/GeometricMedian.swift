import Quantities

/// The distribution with the least sum of Euclidean distances to all predictions, with equal weights
/// (Weiszfeld 1937; Pillutla, Kakade, Harchaoui 2022, robust federated aggregation).
///
/// z ← Σ (wᵢ/dᵢ) pᵢ / Σ (wᵢ/dᵢ), dᵢ = max(‖z - pᵢ‖, 1e-6), from the mean, until no class moves by 1e-10 or for 100
/// sweeps. It stays in the simplex. Guarantee: with hostile weight b < 1/2 it stays within 2 (1 - b)/(1 - 2b) of the
/// largest honest distance from the honest answer. Cost: O(N K) a sweep.
public struct GeometricMedian: EqualPool {
  /// The pool.
  public init() {}

  private static let distanceFloor = 1e-6

  /// The geometric median.
  public func forecast(_ answers: AnswerRows, notes: UnsafeMutablePointer<Double>, _ scratch: Scratch) {
    let (count, classCount) = (answers.rowCount, answers.classCount)
    let shares = scratch.take(count)
    let pulls = scratch.take(count)
    let next = scratch.take(classCount)
    standing(answers, into: shares, scratch)
    Kernels.mix(answers, shares, into: notes)
    Kernels.normalise(notes, classCount)
    for _ in 0..<100 {
      for row in 0..<count { pulls[row] = shares[row] / Self.distance(answers, row, notes) }
      Kernels.normalise(pulls, count)
      Kernels.mix(answers, pulls, into: next)
      Kernels.normalise(next, classCount)
      var moved = 0.0
      for k in 0..<classCount {
        moved = max(moved, abs(next[k] - notes[k]))
        notes[k] = next[k]
      }
      if moved < 1e-10 { break }
    }
  }

  /// One sweep from the consensus with the row taken out: to first order the median of the others.
  public func withoutEach(
    _ answers: AnswerRows, notes: UnsafePointer<Double>, into forecasts: UnsafeMutablePointer<Double>,
    _ scratch: Scratch
  ) {
    let (count, classCount) = (answers.rowCount, answers.classCount)
    let shares = scratch.take(count)
    let mixed = scratch.take(classCount)
    standing(answers, into: shares, scratch)
    for row in 0..<count { shares[row] /= Self.distance(answers, row, notes) }
    Kernels.normalise(shares, count)
    Kernels.mix(answers, shares, into: mixed)
    Kernels.unmix(answers, shares, mixed, into: forecasts)
  }

  private static func distance(_ answers: AnswerRows, _ row: Int, _ point: UnsafePointer<Double>) -> Double {
    var sum = 0.0
    for k in 0..<answers.classCount {
      let difference = point[k] - answers.probability(row, k)
      sum += difference * difference
    }
    return max(sum.squareRoot(), distanceFloor)
  }
}
