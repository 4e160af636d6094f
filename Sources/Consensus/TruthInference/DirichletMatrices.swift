import Quantities

/// What is believed of workers' confusion matrices before their answers are seen: each row is drawn from a Dirichlet
/// distribution that all workers share. The variational half-step that `PooledDawidSkene` and `EBCC` have in common.
struct DirichletMatrices {
  /// [truth][answer], K x K, above 0.
  private(set) var prior: [Double]
  private let k: Int
  private let subtypeCount: Int
  private let width: Int
  private let workerCount: Int
  /// Parameters or their functions, [worker][answer][state], and sums over the answers, [worker][state].
  private var sums: [Double]

  init(_ kernel: ConfusionKernel, diagonal: Double, off: Double) {
    k = kernel.answers.classCount
    subtypeCount = kernel.subtypeCount
    width = kernel.width
    workerCount = kernel.answers.workerCount
    prior = [Double](repeating: off, count: k * k)
    for label in 0..<k { prior[label * k + label] = diagonal }
    sums = [Double](repeating: 0, count: (workerCount * width + 7) / 8 * 8)
  }

  /// Where `state` lies in `prior`, for answer 0; states beyond K M borrow the first.
  private func row(_ state: Int) -> Int { state < k * subtypeCount ? state / subtypeCount * k : 0 }

  /// [answer][state]: the prior, laid out as the kernel's counts of one worker are.
  private func laidOut() -> [Double] {
    var rows = [Double](repeating: 1, count: k * width)
    for label in 0..<k { for state in 0..<width { rows[label * width + state] = prior[row(state) + label] } }
    return rows
  }

  /// Sets the kernel's matrices to the expected logarithms under the beliefs after its counts: digamma(count + prior)
  /// less digamma of the row's sum. Before that, if it `learns`, moves the prior one step towards the counts
  /// (Minka 2000, "Estimating a Dirichlet distribution", equation 55), with the digammas it has at hand.
  mutating func fit(_ kernel: inout ConfusionKernel, learns: Bool) {
    let rows = laidOut()
    let (k, width, workerCount) = (k, width, workerCount)
    let cells = k * width
    var digammaSums = [Double](repeating: 0, count: cells)
    var totalSums = [Double](repeating: 0, count: width)
    kernel.setMatrices { matrices, counts in
      for worker in 0..<workerCount {
        for place in 0..<cells { matrices[worker * cells + place] = counts[worker * cells + place] + rows[place] }
        for state in 0..<width {
          var sum = 0.0
          for label in 0..<k { sum += matrices[worker * cells + label * width + state] }
          sums[worker * width + state] = sum
        }
      }
      for place in (workerCount * cells)..<matrices.count { matrices[place] = 1 }
      for place in (workerCount * width)..<sums.count { sums[place] = 1 }
      eachVector(of: matrices) { FixedMath.digamma($0) }
      sums.withUnsafeMutableBufferPointer { eachVector(of: $0) { FixedMath.digamma($0) } }
      for worker in 0..<workerCount {
        if learns {
          for place in 0..<cells { digammaSums[place] += matrices[worker * cells + place] }
          for state in 0..<width { totalSums[state] += sums[worker * width + state] }
        }
        for label in 0..<k {
          for state in 0..<width {
            matrices[(worker * k + label) * width + state] -= sums[worker * width + state]
          }
        }
      }
    }
    if learns { move(digammaSums, totalSums) }
  }

  /// One step of the fixed point: each parameter times the ratio of what answers and rows gained by the counts. A
  /// thousandth of a worker without answers keeps the ratio finite; parameters stay between 0.001 and 1000.
  private mutating func move(_ digammaSums: [Double], _ totalSums: [Double]) {
    let workers = Double(workerCount * subtypeCount)
    let old = prior
    for truth in 0..<k {
      let states = (truth * subtypeCount)..<((truth + 1) * subtypeCount)
      let rowSum = old[(truth * k)..<((truth + 1) * k)].reduce(0, +)
      let below = states.reduce(0) { $0 + totalSums[$1] } - workers * FixedMath.digamma(rowSum)
      for label in 0..<k {
        let value = old[truth * k + label]
        let above = states.reduce(0) { $0 + digammaSums[label * width + $1] } - workers * FixedMath.digamma(value)
        prior[truth * k + label] = min(max(value * (above + 1e-3) / (below + 1e-3), 1e-3), 1e3)
      }
    }
  }

  /// The logarithm of the evidence that the counts give to this prior: the sum over workers and states of the ratios
  /// of Dirichlet normalisers after and before.
  func logEvidence(_ kernel: ConfusionKernel) -> Double {
    let rows = laidOut()
    let cells = k * width
    var before = 0.0
    for truth in 0..<k { before += FixedMath.logBeta(Array(prior[(truth * k)..<((truth + 1) * k)])) }
    var parameters = [Double](repeating: 1, count: kernel.counts.count)
    var totals = [Double](repeating: 1, count: sums.count)
    for worker in 0..<workerCount {
      for place in 0..<cells {
        parameters[worker * cells + place] = kernel.counts[worker * cells + place] + rows[place]
      }
      for state in 0..<width {
        totals[worker * width + state] = (0..<k).reduce(0) { $0 + parameters[worker * cells + $1 * width + state] }
      }
    }
    parameters.withUnsafeMutableBufferPointer { eachVector(of: $0) { FixedMath.logGamma($0) } }
    totals.withUnsafeMutableBufferPointer { eachVector(of: $0) { FixedMath.logGamma($0) } }
    var after = 0.0
    for worker in 0..<workerCount {
      for state in 0..<(k * subtypeCount) {
        for label in 0..<k { after += parameters[worker * cells + label * width + state] }
        after -= totals[worker * width + state]
      }
    }
    return after - before * Double(workerCount * subtypeCount)
  }
}
