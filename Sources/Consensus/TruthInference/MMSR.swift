import Quantities

/// Matrix mean-subsequence-reduced, M-MSR (Ma, Olshevsky 2020): skills from agreement alone, safe against adversaries.
///
/// With one-coin workers the chance-corrected agreement of i and j is s_i s_j. A matrix of rank one is completed from
/// the pairs with tasks in common: u_i and v_j in turn become the mean of |C_ij| / v_j, without the F largest above and
/// the F smallest below the present value, so that F lying neighbours of each worker cannot move it out of the range of
/// the honest. F = half the fewest neighbours a worker has, less one. The signs are those of the leading eigenvector of
/// C. Skills give the log odds of a weighted vote.
public struct MMSR: TruthInference {
  /// The most sweeps. Default: 500.
  public var sweepMax = 500
  /// Ends when no u_i v_j moved by more, in the mean. Default: 1e-8.
  public var moveMin = 1e-8
  /// The most workers: their agreements form a square.
  public static let workersMax = 8_192

  /// The defaults.
  public init() {}

  /// Infers the class of each task. O(workers^2) memory; a sweep takes as much time as there are pairs of workers with a task in common.
  public func infer(_ answers: AnswerSet, report: (Sweep) -> Void) throws(TruthError) -> TruthEstimate {
    try Stopping(sweepMax: sweepMax, gainMin: moveMin).check()
    guard answers.workerCount <= Self.workersMax else {
      throw .tooLarge(
        method: "mmsr", numbers: answers.workerCount * answers.workerCount, limit: Self.workersMax * Self.workersMax)
    }
    let k = Double(answers.classCount)
    let agreement = Agreement(answers)
    var u = [Double](repeating: 0.5, count: answers.workerCount)
    var v = u
    var sweeps = 0
    var hasConverged = false
    while !hasConverged, sweeps < sweepMax {
      let (before, scale) = (zip(u, v).map { $0 * $1 }, Double(max(answers.workerCount, 1)))
      agreement.update(&v, against: u)
      agreement.update(&u, against: v)
      sweeps += 1
      hasConverged = zip(zip(u, v), before).reduce(0) { $0 + ($1.0.0 * $1.0.1 - $1.1).magnitude } < moveMin * scale
      report(Sweep(method: "mmsr", number: sweeps, limit: sweepMax))
    }
    let (normU, normV) = (u.reduce(0) { $0 + $1 * $1 }, v.reduce(0) { $0 + $1 * $1 })
    // u and v share one scale: each takes the root of the ratio of their lengths.
    let balance = normU > 0 && normV > 0 ? (normU / normV).squareRoot().squareRoot() : 1
    let signs = agreement.signs()
    let margin = 1 / Double(max(answers.taskCount, 4)).squareRoot()
    let weights = u.indices.map { worker in
      if answers.classCount == 1 { return 1.0 }
      let skill = min(max(signs[worker] * u[worker] / balance, -1 / (k - 1) + margin), 1 - margin)
      let right = skill * (k - 1) / k + 1 / k
      return FixedMath.log(right * (k - 1) / (1 - right))
    }
    return TruthEstimate(
      answers: answers, method: "mmsr", posterior: VoteKernel.shares(answers, weights: weights), weights: weights,
      sweeps: sweeps, hasConverged: hasConverged)
  }

  /// How far each two workers with tasks in common agree beyond chance.
  private struct Agreement {
    /// For each worker, its neighbours in order and the corrected agreement with each.
    var neighbours: [[(worker: Int, value: Double)]]
    /// How many of the largest and smallest ratios are left out.
    let trimmed: Int
    /// What a skill of 0 becomes where a single ratio says so.
    let least: Double

    init(_ answers: AnswerSet) {
      let (w, k) = (answers.workerCount, Double(answers.classCount))
      var common = [Double](repeating: 0, count: w * w)
      var agreed = common
      for task in 0..<answers.taskCount {
        let range = answers.taskStarts[task]..<answers.taskStarts[task + 1]
        for first in range {
          for second in range where answers.workers[first] != answers.workers[second] {
            let place = Int(answers.workers[first]) * w + Int(answers.workers[second])
            let weight = answers.weight(first) * answers.weight(second)
            common[place] += weight
            if answers.labels[first] == answers.labels[second] { agreed[place] += weight }
          }
        }
      }
      neighbours = (0..<w).map { worker in
        (0..<w).filter { common[worker * w + $0] > 0 }.map { other in
          let place = worker * w + other
          return (other, k > 1 ? (agreed[place] / common[place] * k - 1) / (k - 1) : 1)
        }
      }
      let fewest = neighbours.reduce(Int.max) { $1.isEmpty ? $0 : min($0, $1.count) }
      trimmed = fewest == Int.max ? 0 : max(fewest / 2 - 1, 0)
      least = 1 / Double(max(answers.taskCount, 1)).squareRoot()
    }

    /// Moves each of `values` to the trimmed mean of the ratios of its agreements to the partners' `others`.
    func update(_ values: inout [Double], against others: [Double]) {
      for worker in values.indices {
        var ratios = neighbours[worker].compactMap { neighbour in
          others[neighbour.worker] > 0 ? neighbour.value.magnitude / others[neighbour.worker] : nil
        }
        if trimmed > 0 {
          ratios.sort()
          let below = ratios.prefix { $0 < values[worker] }.count
          ratios.removeFirst(min(below, trimmed))
          let above = ratios.reversed().prefix { $0 > values[worker] }.count
          ratios.removeLast(min(above, trimmed))
        }
        guard !ratios.isEmpty else { continue }
        values[worker] = max(ratios.reduce(0, +) / Double(ratios.count), ratios.count == 1 ? least : 0)
      }
    }

    /// 1 or -1 for each worker: the signs of the leading eigenvector, most of it positive.
    func signs() -> [Double] {
      var vector = [Double](repeating: 1, count: neighbours.count)
      let shift = neighbours.reduce(1) { max($0, $1.reduce(0) { $0 + $1.value.magnitude }) }
      for _ in 0..<100 {
        var next = vector.map { $0 * shift }
        for worker in vector.indices {
          for neighbour in neighbours[worker] { next[worker] += neighbour.value * vector[neighbour.worker] }
        }
        let largest = next.reduce(0) { max($0, $1.magnitude) }
        vector = next.map { $0 / largest }
      }
      return vector.map { $0 < 0 ? -1 : 1 }
    }
  }
}
