import Quantities

extension ConfusionKernel {
  /// Infers the posterior from matrices and prior and counts anew from it; returns the log likelihood of the answers.
  ///
  /// - Parameter isHard: whether each task goes to its most probable state with certainty, a tie to the lowest.
  @discardableResult
  mutating func sweep(isHard: Bool = false) -> Double {
    let width = width
    defer { sumStates() }
    return withPass { pass in
      switch width {
      case 2: pass.infer(SIMD2<Double>.self, isHard: isHard)
      case 4: pass.infer(SIMD4<Double>.self, isHard: isHard)
      case 8: pass.infer(SIMD8<Double>.self, isHard: isHard)
      default: pass.inferWide(isHard: isHard)
      }
    }
  }

  /// Counts anew from the posterior as it stands.
  mutating func accumulate() {
    let width = width
    withPass { pass in
      switch width {
      case 2: pass.count(SIMD2<Double>.self, 0..<pass.taskCount)
      case 4: pass.count(SIMD4<Double>.self, 0..<pass.taskCount)
      case 8: pass.count(SIMD8<Double>.self, 0..<pass.taskCount)
      default: for task in 0..<pass.taskCount { pass.countWide(task) }
      }
    }
    sumStates()
  }

  private mutating func sumStates() {
    var sums = [Double](repeating: 0, count: width)
    sums.withUnsafeMutableBufferPointer { sums in
      posterior.withUnsafeBufferPointer { posterior in
        for task in 0..<answers.taskCount {
          for lane in 0..<width { sums[lane] += posterior[task * width + lane] }
        }
      }
    }
    stateSums = Array(sums.prefix(stateCount))
  }

  /// Lends everything that a pass over the answers touches, the counts at 0.
  private mutating func withPass<Result>(_ body: (Pass) -> Result) -> Result {
    let (width, taskCount) = (width, answers.taskCount)
    return counts.withUnsafeMutableBufferPointer { counts in
      counts.update(repeating: 0)
      return posterior.withUnsafeMutableBufferPointer { posterior in
        logMatrices.withUnsafeBufferPointer { matrices in
          logPriors.withUnsafeBufferPointer { priors in
            cells.withUnsafeBufferPointer { cells in
              answers.taskStarts.withUnsafeBufferPointer { starts in
                answers.weights.withUnsafeBufferPointer { weights in
                  answers.gold.withUnsafeBufferPointer { gold in
                    body(
                      Pass(
                        taskCount: taskCount, width: width, starts: starts, cells: cells, weights: weights, gold: gold,
                        priors: UnsafeRawBufferPointer(priors), matrices: UnsafeRawBufferPointer(matrices),
                        counts: UnsafeMutableRawBufferPointer(counts), posterior: posterior))
                  }
                }
              }
            }
          }
        }
      }
    }
  }
}

/// One pass over the answers, on bare memory.
private struct Pass {
  let taskCount: Int
  let width: Int
  let starts: UnsafeBufferPointer<Int>
  let cells: UnsafeBufferPointer<Int32>
  /// Empty where all answers weigh 1.
  let weights: UnsafeBufferPointer<Double>
  let gold: UnsafeBufferPointer<Int32>
  let priors: UnsafeRawBufferPointer
  let matrices: UnsafeRawBufferPointer
  let counts: UnsafeMutableRawBufferPointer
  let posterior: UnsafeMutableBufferPointer<Double>

  /// Tasks whose exponentials and logarithms are taken together, so that they fill vectors and stay in the cache.
  private static let block = 64

  /// Infers all tasks where the states fit into one vector, and counts from what it finds.
  @inline(__always)
  func infer<V: SIMD & BitwiseCopyable>(_: V.Type, isHard: Bool) -> Double where V.Scalar == Double {
    let stride = MemoryLayout<V>.size
    let rows = UnsafeMutableRawBufferPointer(posterior)
    // The sums of the exponentials of a block; 1 where there is no task, for its logarithm is 0.
    let sums = UnsafeMutableBufferPointer<Double>.allocate(capacity: Self.block)
    defer { sums.deallocate() }
    var likelihood = 0.0
    for first in Swift.stride(from: 0, to: taskCount, by: Self.block) {
      let end = min(first + Self.block, taskCount)
      for task in first..<end {
        let sum = logWeights(V.self, task)
        let top = sum.max()
        likelihood += top
        rows.storeBytes(of: sum - top, toByteOffset: task * stride, as: V.self)
      }
      let lanes = (first * V.scalarCount)..<((end * V.scalarCount + 7) / 8 * 8)
      eachVector(of: UnsafeMutableBufferPointer(rebasing: posterior[lanes])) { FixedMath.exp($0) }
      sums.update(repeating: 1)
      for task in first..<end {
        let row = rows.loadUnaligned(fromByteOffset: task * stride, as: V.self)
        let sum = row.sum()
        sums[task - first] = sum
        rows.storeBytes(of: isHard ? Self.indicator(row) : row / sum, toByteOffset: task * stride, as: V.self)
      }
      eachVector(of: sums) { FixedMath.logOfNormal($0) }
      for place in 0..<(end - first) { likelihood += sums[place] }
      count(V.self, first..<end)
    }
    return likelihood
  }

  /// The logarithm of prior times likelihood of each state of a task.
  @inline(__always)
  private func logWeights<V: SIMD & BitwiseCopyable>(_: V.Type, _ task: Int) -> V where V.Scalar == Double {
    let stride = MemoryLayout<V>.size
    var sum = priors.loadUnaligned(fromByteOffset: (Int(gold[task]) + 1) * stride, as: V.self)
    if weights.isEmpty {
      for answer in starts[task]..<starts[task + 1] {
        sum += matrices.loadUnaligned(fromByteOffset: Int(cells[answer]) * stride, as: V.self)
      }
    } else {
      for answer in starts[task]..<starts[task + 1] {
        sum += matrices.loadUnaligned(fromByteOffset: Int(cells[answer]) * stride, as: V.self) * weights[answer]
      }
    }
    return sum
  }

  /// Adds the posterior of `tasks` to the counts of their answers.
  @inline(__always)
  func count<V: SIMD & BitwiseCopyable>(_: V.Type, _ tasks: Range<Int>) where V.Scalar == Double {
    let stride = MemoryLayout<V>.size
    let rows = UnsafeRawBufferPointer(UnsafeBufferPointer(posterior))
    for task in tasks {
      let row = rows.loadUnaligned(fromByteOffset: task * stride, as: V.self)
      for answer in starts[task]..<starts[task + 1] {
        let place = Int(cells[answer]) * stride
        let added = weights.isEmpty ? row : row * weights[answer]
        let sum = counts.loadUnaligned(fromByteOffset: place, as: V.self) + added
        counts.storeBytes(of: sum, toByteOffset: place, as: V.self)
      }
    }
  }

  /// Infers all tasks where the states take several vectors of eight, and counts from what it finds.
  func inferWide(isHard: Bool) -> Double {
    var likelihood = 0.0
    for task in 0..<taskCount {
      let row = UnsafeMutableBufferPointer(rebasing: posterior[(task * width)..<((task + 1) * width)])
      let bytes = UnsafeMutableRawBufferPointer(row)
      let prior = (Int(gold[task]) + 1) * width * 8
      for at in Swift.stride(from: 0, to: width * 8, by: 64) {
        var sum = priors.loadUnaligned(fromByteOffset: prior + at, as: SIMD8<Double>.self)
        for answer in starts[task]..<starts[task + 1] {
          let logs = matrices.loadUnaligned(fromByteOffset: Int(cells[answer]) * width * 8 + at, as: SIMD8<Double>.self)
          sum += weights.isEmpty ? logs : logs * weights[answer]
        }
        bytes.storeBytes(of: sum, toByteOffset: at, as: SIMD8<Double>.self)
      }
      likelihood += Self.normalise(row, isHard: isHard)
      countWide(task)
    }
    return likelihood
  }

  /// Adds the posterior of a task to the counts of its answers.
  func countWide(_ task: Int) {
    let rows = UnsafeRawBufferPointer(UnsafeBufferPointer(posterior))
    for answer in starts[task]..<starts[task + 1] {
      let weight = weights.isEmpty ? 1 : weights[answer]
      for at in Swift.stride(from: 0, to: width * 8, by: 64) {
        let place = Int(cells[answer]) * width * 8 + at
        let share = rows.loadUnaligned(fromByteOffset: task * width * 8 + at, as: SIMD8<Double>.self)
        let sum = counts.loadUnaligned(fromByteOffset: place, as: SIMD8<Double>.self) + share * weight
        counts.storeBytes(of: sum, toByteOffset: place, as: SIMD8<Double>.self)
      }
    }
  }

  /// Turns a row of log weights into probabilities; returns the logarithm of their sum.
  private static func normalise(_ row: UnsafeMutableBufferPointer<Double>, isHard: Bool) -> Double {
    var top = 0
    for lane in row.indices where row[lane] > row[top] { top = lane }
    let highest = row[top]
    for lane in row.indices { row[lane] -= highest }
    eachVector(of: row) { FixedMath.exp($0) }
    let sum = row.reduce(0, +)
    for lane in row.indices { row[lane] = isHard ? (lane == top ? 1 : 0) : row[lane] / sum }
    return highest + FixedMath.log(sum)
  }

  /// 1 in the first of the highest lanes, 0 in the others.
  @inline(__always)
  private static func indicator<V: SIMD>(_ row: V) -> V where V.Scalar == Double {
    var top = 0
    for lane in 1..<V.scalarCount where row[lane] > row[top] { top = lane }
    var result = V.zero
    result[top] = 1
    return result
  }
}
