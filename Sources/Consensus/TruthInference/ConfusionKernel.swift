import Quantities

/// Sweeps over answers with a full confusion matrix for each worker: the arithmetic of the Dawid-Skene family.
///
/// A task is in one of K M states: K classes, each in M subtypes (1 but for models of correlated workers). What is
/// indexed by state is padded to `width` lanes, so that an answer costs one vector addition in each half of a sweep.
/// Both halves happen in one pass over the answers: a task's posterior is added to the counts while it is at hand.
///
/// - Complexity: a sweep takes O(answers K M + tasks K M + workers K^2 M).
struct ConfusionKernel {
  /// The most numbers that the matrices of all workers may take: 2 GiB.
  static let numbersMax = 1 << 28

  let answers: Answers
  /// M.
  let subtypeCount: Int
  /// K M; the state of class k and subtype m has number k M + m.
  let stateCount: Int
  /// Lanes for the states: 2, 4, or a multiple of 8.
  let width: Int
  /// For each answer, its worker's row for its class: worker K + label.
  private let cells: [Int32]
  /// Logarithms of the shares of the states, -infinity beyond: a row for tasks whose class is not known, then one for
  /// each known class, -infinity in the states of other classes.
  private var logPriors: [Double]
  /// [worker][answer][state], the logarithm of the probability of the answer.
  private(set) var logMatrices: [Double]
  /// [worker][answer][state], how often the answer met the state, as far as known.
  private(set) var counts: [Double]
  /// [task][state].
  private(set) var posterior: [Double]
  /// Whether each class was named by an answer or is that of a known task.
  private let isPossible: [Bool]

  /// Begins with vote shares, and known classes.
  ///
  /// - Parameter split: for a task's vote shares (T x K), the share of each subtype in each class: T x K x M.
  init(
    _ answers: Answers, method: String, subtypeCount: Int = 1, split: ([Double]) -> [Double] = { _ in [] }
  ) throws(TruthError) {
    let k = answers.classCount
    self.subtypeCount = subtypeCount
    stateCount = k * subtypeCount
    width = stateCount <= 2 ? 2 : stateCount <= 4 ? 4 : (stateCount + 7) / 8 * 8
    let (numbers, overflow) = (answers.workerCount * k).multipliedReportingOverflow(by: width)
    guard !overflow, numbers <= Self.numbersMax else {
      throw .tooLarge(method: method, numbers: numbers, limit: Self.numbersMax)
    }
    self.answers = answers
    var isPossible = [Bool](repeating: false, count: k)
    for label in answers.labels { isPossible[Int(label)] = true }
    for label in answers.gold where label >= 0 { isPossible[Int(label)] = true }
    self.isPossible = isPossible
    cells = zip(answers.workers, answers.labels).map { $0 * Int32(k) + $1 }
    logPriors = [Double](repeating: -.infinity, count: width * (k + 1))
    // Whole vectors of eight lanes throughout.
    counts = [Double](repeating: 0, count: (numbers + 7) / 8 * 8)
    logMatrices = counts
    posterior = [Double](repeating: 0, count: (answers.taskCount * width + 7) / 8 * 8)
    let shares = VoteKernel.voteShares(answers)
    let splits = subtypeCount == 1 ? [] : split(shares)
    for task in 0..<answers.taskCount {
      for state in 0..<stateCount {
        let share = shares[task * k + state / subtypeCount]
        posterior[task * width + state] = splits.isEmpty ? share : share * splits[task * stateCount + state]
      }
    }
    accumulate()
  }

  /// The sum of the posterior over the tasks for each state, K M of them.
  func stateSums() -> [Double] {
    var sums = [Double](repeating: 0, count: stateCount)
    for task in 0..<answers.taskCount {
      for state in 0..<stateCount { sums[state] += posterior[task * width + state] }
    }
    return sums
  }

  /// Sets the logarithms of the shares of the states. A class that nobody named and no known task has stays impossible:
  /// otherwise models would use it for whatever they explain badly.
  mutating func setPrior(logs: [Double]) {
    for (state, share) in logs.enumerated() where isPossible[state / subtypeCount] {
      logPriors[state] = share
      logPriors[width * (1 + state / subtypeCount) + state] = share
    }
  }

  /// Sets the shares of the states to the mean of the posterior, each at least 1e-10.
  mutating func setPriorToMean() {
    setPrior(logs: stateSums().map { FixedMath.log(max($0 / Double(answers.taskCount), 1e-10)) })
  }

  /// The posterior of the classes, without padding: T x K.
  func classPosterior() -> [Double] {
    let k = answers.classCount
    if width == k { return Array(posterior.prefix(answers.taskCount * k)) }
    var compact: [Double] = []
    compact.reserveCapacity(answers.taskCount * k)
    for task in 0..<answers.taskCount {
      for label in 0..<k {
        let first = task * width + label * subtypeCount
        let sum = posterior[first..<(first + subtypeCount)].reduce(0, +)
        compact.append(answers.gold[task] == Int32(label) ? 1 : min(sum, 1))
      }
    }
    return compact
  }

  /// The matrices of all workers as probabilities, [worker][truth][answer]: counts with `pseudo` added to each cell.
  func confusion(pseudo: Double) -> [Double] { confusion { _ in pseudo } }

  /// The same with what `matrices` believed before the answers.
  func confusion(_ matrices: DirichletMatrices) -> [Double] {
    let isShared = matrices.prior.count < counts.count
    let cells = answers.classCount * width
    return confusion { matrices.prior[isShared ? $0 % cells : $0] }
  }

  /// `pseudo` says what to add to the count in a place of `counts`.
  private func confusion(pseudo: (Int) -> Double) -> [Double] {
    let k = answers.classCount
    var matrices = [Double](repeating: 0, count: answers.workerCount * k * k)
    for worker in 0..<answers.workerCount {
      for truth in 0..<k {
        var total = 0.0
        for label in 0..<k {
          let first = (worker * k + label) * width + truth * subtypeCount
          let count = counts[first..<(first + subtypeCount)].reduce(0, +) + pseudo(first)
          matrices[(worker * k + truth) * k + label] = count
          total += count
        }
        for label in 0..<k { matrices[(worker * k + truth) * k + label] /= total }
      }
    }
    return matrices
  }

  /// Fits the matrices: the logarithms of (counts + pseudo) / their sums, cells without any count at 1e-10.
  ///
  /// - Parameter pseudo: a count to add to each cell.
  mutating func setMatrices(pseudo: Double) {
    let (k, width) = (answers.classCount, width)
    logMatrices.withUnsafeMutableBufferPointer { matrices in
      counts.withUnsafeBufferPointer { counts in
        for worker in 0..<answers.workerCount {
          let base = worker * k * width
          for state in 0..<width {
            var total = 0.0
            for label in 0..<k {
              let count = max(counts[base + label * width + state] + pseudo, 1e-10)
              matrices[base + label * width + state] = count
              total += count
            }
            let scale = 1 / total
            for label in 0..<k { matrices[base + label * width + state] *= scale }
          }
        }
        for place in (answers.workerCount * k * width)..<matrices.count { matrices[place] = 1 }
      }
      eachVector(of: matrices) { FixedMath.log($0) }
    }
  }

  /// Lets `fit` fill the matrices, [worker][answer][state], from the counts, in the same places.
  mutating func setMatrices(_ fit: (UnsafeMutableBufferPointer<Double>, UnsafeBufferPointer<Double>) -> Void) {
    logMatrices.withUnsafeMutableBufferPointer { matrices in counts.withUnsafeBufferPointer { fit(matrices, $0) } }
  }

  /// The sum of posterior times logarithm of everything that the last sweep added up: what its log likelihood would be
  /// without the entropy of the posterior.
  func expectedLogJoint() -> Double {
    var sum = 0.0
    for place in counts.indices { sum += counts[place] * logMatrices[place] }
    for (state, total) in stateSums().enumerated() where total > 0 { sum += total * logPriors[state] }
    return sum
  }

  /// Gives each task to its most probable class with certainty, a tie to the lowest, and counts anew.
  mutating func harden() {
    for task in 0..<answers.taskCount {
      let row = (task * width)..<((task + 1) * width)
      var top = row.lowerBound
      for lane in row where posterior[lane] > posterior[top] { top = lane }
      for lane in row { posterior[lane] = lane == top ? 1 : 0 }
    }
    accumulate()
  }

  /// Counts anew from the posterior as it stands.
  private mutating func accumulate() {
    switch width {
    case 2: pass(SIMD2<Double>.self, infers: false, isHard: false)
    case 4: pass(SIMD4<Double>.self, infers: false, isHard: false)
    default: widePass(infers: false, isHard: false)
    }
  }

  /// Infers the posterior from matrices and prior and counts anew from it; returns the log likelihood of the answers.
  ///
  /// - Parameter isHard: whether each task goes to its most probable class with certainty, a tie to the lowest.
  @discardableResult
  mutating func sweep(isHard: Bool = false) -> Double {
    switch width {
    case 2: pass(SIMD2<Double>.self, infers: true, isHard: isHard)
    case 4: pass(SIMD4<Double>.self, infers: true, isHard: isHard)
    default: widePass(infers: true, isHard: isHard)
    }
  }

  /// Tasks whose exponentials are taken together, so that their lanes fill vectors and stay in the cache.
  private static let block = 64

  /// A pass where the true classes fit into one vector.
  @discardableResult
  @inline(__always)
  private mutating func pass<V: SIMD & BitwiseCopyable>(_: V.Type, infers: Bool, isHard: Bool) -> Double
  where V.Scalar == Double {
    let taskCount = answers.taskCount
    var likelihood = 0.0
    counts.withUnsafeMutableBufferPointer { $0.update(repeating: 0) }
    var tops = [Double](repeating: 0, count: Self.block)
    answers.taskStarts.withUnsafeBufferPointer { starts in
      answers.weights.withUnsafeBufferPointer { weights in
        cells.withUnsafeBufferPointer { cells in
          counts.withUnsafeMutableBytes { counts in
            logMatrices.withUnsafeBytes { matrices in
              posterior.withUnsafeMutableBytes { posterior in
                logPriors.withUnsafeBytes { priors in
                  let stride = MemoryLayout<V>.size
                  for first in Swift.stride(from: 0, to: taskCount, by: Self.block) {
                    let end = min(first + Self.block, taskCount)
                    if infers {
                      for task in first..<end {
                        let known = Int(answers.gold[task]) + 1
                        var sum = priors.loadUnaligned(fromByteOffset: known * stride, as: V.self)
                        if weights.isEmpty {
                          for answer in starts[task]..<starts[task + 1] {
                            sum += matrices.loadUnaligned(fromByteOffset: Int(cells[answer]) * stride, as: V.self)
                          }
                        } else {
                          for answer in starts[task]..<starts[task + 1] {
                            sum +=
                              matrices.loadUnaligned(fromByteOffset: Int(cells[answer]) * stride, as: V.self)
                              * weights[answer]
                          }
                        }
                        let top = sum.max()
                        tops[task - first] = top
                        posterior.storeBytes(of: sum - top, toByteOffset: task * stride, as: V.self)
                      }
                      let lanes = posterior.bindMemory(to: Double.self)
                      let from = first * V.scalarCount
                      let to = (end * V.scalarCount + 7) / 8 * 8
                      eachVector(of: UnsafeMutableBufferPointer(rebasing: lanes[from..<to])) { FixedMath.exp($0) }
                      for task in first..<end {
                        var row = posterior.loadUnaligned(fromByteOffset: task * stride, as: V.self)
                        let sum = row.sum()
                        likelihood += tops[task - first] + FixedMath.log(sum)
                        row = isHard ? Self.indicator(row) : row / sum
                        posterior.storeBytes(of: row, toByteOffset: task * stride, as: V.self)
                      }
                    }
                    for task in first..<end {
                      let row = posterior.loadUnaligned(fromByteOffset: task * stride, as: V.self)
                      for answer in starts[task]..<starts[task + 1] {
                        let place = Int(cells[answer]) * stride
                        let count = counts.loadUnaligned(fromByteOffset: place, as: V.self)
                        let added = weights.isEmpty ? count + row : count + row * weights[answer]
                        counts.storeBytes(of: added, toByteOffset: place, as: V.self)
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
    return likelihood
  }

  /// A pass where the true classes take several vectors of eight.
  @discardableResult
  private mutating func widePass(infers: Bool, isHard: Bool) -> Double {
    let width = width
    var likelihood = 0.0
    counts.withUnsafeMutableBufferPointer { $0.update(repeating: 0) }
    answers.taskStarts.withUnsafeBufferPointer { starts in
      cells.withUnsafeBufferPointer { cells in
        counts.withUnsafeMutableBytes { counts in
          logMatrices.withUnsafeBytes { matrices in
            logPriors.withUnsafeBytes { priors in
              posterior.withUnsafeMutableBytes { posterior in
                let lanes = posterior.bindMemory(to: Double.self)
                for task in 0..<answers.taskCount {
                  let row = UnsafeMutableBufferPointer(rebasing: lanes[(task * width)..<((task + 1) * width)])
                  if infers {
                    for at in Swift.stride(from: 0, to: width * 8, by: 64) {
                      let known = (Int(answers.gold[task]) + 1) * width * 8
                      var sum = priors.loadUnaligned(fromByteOffset: known + at, as: SIMD8<Double>.self)
                      for answer in starts[task]..<starts[task + 1] {
                        let place = Int(cells[answer]) * width * 8 + at
                        let logs = matrices.loadUnaligned(fromByteOffset: place, as: SIMD8<Double>.self)
                        sum += logs * answers.weight(answer)
                      }
                      posterior.storeBytes(of: sum, toByteOffset: task * width * 8 + at, as: SIMD8<Double>.self)
                    }
                    likelihood += Self.normalise(row, isHard: isHard)
                  }
                  for answer in starts[task]..<starts[task + 1] {
                    let weight = answers.weight(answer)
                    for at in Swift.stride(from: 0, to: width * 8, by: 64) {
                      let place = Int(cells[answer]) * width * 8 + at
                      let share = posterior.loadUnaligned(
                        fromByteOffset: task * width * 8 + at, as: SIMD8<Double>.self)
                      let count = counts.loadUnaligned(fromByteOffset: place, as: SIMD8<Double>.self)
                      counts.storeBytes(of: count + share * weight, toByteOffset: place, as: SIMD8<Double>.self)
                    }
                  }
                }
              }
            }
          }
        }
      }
    }
    return likelihood
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

/// Replaces each eight numbers by `transform` of them; their count is a multiple of eight.
@inline(__always)
func eachVector(of numbers: UnsafeMutableBufferPointer<Double>, _ transform: (SIMD8<Double>) -> SIMD8<Double>) {
  let bytes = UnsafeMutableRawBufferPointer(numbers)
  for place in stride(from: 0, to: bytes.count, by: 64) {
    let vector = bytes.loadUnaligned(fromByteOffset: place, as: SIMD8<Double>.self)
    bytes.storeBytes(of: transform(vector), toByteOffset: place, as: SIMD8<Double>.self)
  }
}
