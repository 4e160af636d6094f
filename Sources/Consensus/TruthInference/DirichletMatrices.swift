import Quantities

/// Beliefs about workers' confusion matrices: the row of each state is drawn from a Dirichlet distribution, one for all
/// workers or one for each. The variational half-step that `PooledDawidSkene` and `EBCC` have in common.
struct DirichletMatrices {
  private let k: Int
  /// Numbers of one worker: K rows of `width` states.
  private let cells: Int
  private let width: Int
  private let stateCount: Int
  private let workerCount: Int
  /// The parameters before any answer, [answer][state], or [worker][answer][state].
  private(set) var prior: [Double]
  /// How far the next worker is in `prior`: 0 where all share it.
  private let priorStride: Int
  /// Sums over the answers, then their digammas: [worker][state].
  private var sums: [Double]

  /// Beliefs that all workers share: `diagonal` for the right answer and `off` for each other.
  init(_ kernel: ConfusionKernel, diagonal: Double, off: Double) {
    self.init(kernel, isShared: true)
    for label in 0..<k {
      for state in 0..<stateCount {
        prior[label * width + state] = state / kernel.subtypeCount == label ? diagonal : off
      }
    }
  }

  /// Beliefs of each worker's own, to be set by `setPrior`.
  init(_ kernel: ConfusionKernel, isShared: Bool = false) {
    k = kernel.answers.classCount
    width = kernel.width
    cells = k * width
    stateCount = kernel.stateCount
    workerCount = kernel.answers.workerCount
    priorStride = isShared ? 0 : cells
    // States beyond the last keep the parameter 1.
    prior = [Double](repeating: 1, count: isShared ? cells : kernel.counts.count)
    sums = [Double](repeating: 1, count: (workerCount * width + 7) / 8 * 8)
  }

  /// Lets `fill` write the parameters of worker after worker: [worker][answer][state].
  mutating func setPrior(_ fill: (UnsafeMutableBufferPointer<Double>) -> Void) {
    prior.withUnsafeMutableBufferPointer { fill($0) }
  }

  /// Sets the kernel's matrices to the expected logarithms under the beliefs after its counts: digamma(count + prior)
  /// less digamma of the row's sum.
  ///
  /// - Parameter watch: sees digamma(count + prior), [worker][answer][state], and the digammas of the sums,
  ///   [worker][state].
  mutating func fit(
    _ kernel: inout ConfusionKernel,
    watch: (UnsafeMutableBufferPointer<Double>, UnsafeMutableBufferPointer<Double>) -> Void = { _, _ in }
  ) {
    let (k, width, cells, workerCount, priorStride) = (k, width, cells, workerCount, priorStride)
    kernel.setMatrices { matrices, counts in
      prior.withUnsafeBufferPointer { prior in
        sums.withUnsafeMutableBufferPointer { sums in
          Self.add(counts, prior, priorStride, workerCount, k, width, into: matrices, sums)
          eachVector(of: matrices) { FixedMath.digamma($0) }
          eachVector(of: sums) { FixedMath.digamma($0) }
          watch(matrices, sums)
          for worker in 0..<workerCount {
            for label in 0..<k {
              for state in 0..<width {
                matrices[worker * cells + label * width + state] -= sums[worker * width + state]
              }
            }
          }
        }
      }
    }
  }

  /// The logarithm of the evidence of the counts: the sum over workers and states of the ratios of the Dirichlet
  /// normalisers after and before.
  func logEvidence(_ kernel: ConfusionKernel) -> Double {
    var after = [Double](repeating: 1, count: kernel.counts.count)
    var sumsAfter = [Double](repeating: 1, count: sums.count)
    var before = [Double](repeating: 1, count: (prior.count + 7) / 8 * 8)
    var sumsBefore = [Double](repeating: 1, count: priorStride == 0 ? (width + 7) / 8 * 8 : sums.count)
    let none = [Double](repeating: 0, count: before.count)
    let beforeCount = priorStride == 0 ? 1 : workerCount
    prior.withUnsafeBufferPointer { prior in
      after.withUnsafeMutableBufferPointer { after in
        sumsAfter.withUnsafeMutableBufferPointer { sums in
          kernel.counts.withUnsafeBufferPointer {
            Self.add($0, prior, priorStride, workerCount, k, width, into: after, sums)
          }
          eachVector(of: after) { FixedMath.logGamma($0) }
          eachVector(of: sums) { FixedMath.logGamma($0) }
        }
      }
      before.withUnsafeMutableBufferPointer { before in
        sumsBefore.withUnsafeMutableBufferPointer { sums in
          none.withUnsafeBufferPointer { Self.add($0, prior, priorStride, beforeCount, k, width, into: before, sums) }
          eachVector(of: before) { FixedMath.logGamma($0) }
          eachVector(of: sums) { FixedMath.logGamma($0) }
        }
      }
    }
    var evidence = 0.0
    for worker in 0..<workerCount {
      let (own, first) = (worker * cells, worker * priorStride)
      let firstSum = priorStride == 0 ? 0 : worker * width
      for state in 0..<stateCount {
        for label in 0..<k { evidence += after[own + label * width + state] - before[first + label * width + state] }
        evidence -= sumsAfter[worker * width + state] - sumsBefore[firstSum + state]
      }
    }
    return evidence
  }

  /// Counts and prior added up, worker by worker, and their sums over the answers. What lies beyond becomes 1.
  @inline(__always)
  private static func add(
    _ counts: UnsafeBufferPointer<Double>, _ prior: UnsafeBufferPointer<Double>, _ priorStride: Int, _ workerCount: Int,
    _ k: Int, _ width: Int, into cells: UnsafeMutableBufferPointer<Double>, _ sums: UnsafeMutableBufferPointer<Double>
  ) {
    let count = k * width
    for worker in 0..<workerCount {
      for state in 0..<width { sums[worker * width + state] = 0 }
      for label in 0..<k {
        for state in 0..<width {
          let place = label * width + state
          let value = counts[worker * count + place] + prior[worker * priorStride + place]
          cells[worker * count + place] = value
          sums[worker * width + state] += value
        }
      }
    }
    for place in (workerCount * count)..<cells.count { cells[place] = 1 }
    for place in (workerCount * width)..<sums.count { sums[place] = 1 }
  }
}
