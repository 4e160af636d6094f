import Quantities

/// Expectation-maximisation with a full confusion matrix for each worker: the arithmetic of the Dawid-Skene family.
///
/// Everything that is indexed by the true class is padded to `width` lanes, so that an answer costs one vector addition
/// in each half of a sweep. Both halves happen in one pass over the answers: a task's posterior is added to the counts
/// while it is at hand.
///
/// - Complexity: a sweep takes O(answers K + tasks K + workers K^2).
struct ConfusionKernel {
  /// The most numbers that the matrices of all workers may take: 2 GiB.
  static let numbersMax = 1 << 28

  let answers: Answers
  /// Lanes for each true class: 2, 4, or a multiple of 8.
  let width: Int
  /// For each answer, its worker's row for its class: worker K + label.
  private let cells: [Int32]
  /// Logarithm of the share of each class; -infinity in lanes beyond K.
  var logPrior: [Double]
  /// [worker][answer][truth], the logarithm of the probability of the answer.
  var logMatrices: [Double]
  /// [worker][answer][truth], how often the answer met the truth, as far as known.
  private(set) var counts: [Double]
  /// [task][truth].
  private(set) var posterior: [Double]

  /// Where the posterior is at first: vote shares, and known classes.
  init(_ answers: Answers, method: String) throws(TruthError) {
    let k = answers.classCount
    width = k <= 2 ? 2 : k <= 4 ? 4 : (k + 7) / 8 * 8
    let (numbers, overflow) = (answers.workerCount * k).multipliedReportingOverflow(by: width)
    guard !overflow, numbers <= Self.numbersMax else {
      throw .tooLarge(method: method, numbers: numbers, limit: Self.numbersMax)
    }
    self.answers = answers
    cells = zip(answers.workers, answers.labels).map { $0 * Int32(k) + $1 }
    logPrior = [Double](repeating: -.infinity, count: width)
    // Whole vectors of eight lanes throughout.
    counts = [Double](repeating: 0, count: (numbers + 7) / 8 * 8)
    logMatrices = counts
    posterior = [Double](repeating: 0, count: (answers.taskCount * width + 7) / 8 * 8)
    let shares = VoteKernel.voteShares(answers)
    for task in 0..<answers.taskCount {
      for label in 0..<k { posterior[task * width + label] = shares[task * k + label] }
    }
    accumulate()
  }

  /// The mean posterior of each class, K of them.
  func meanPosterior() -> [Double] {
    var sums = [Double](repeating: 0, count: answers.classCount)
    for task in 0..<answers.taskCount {
      for label in 0..<answers.classCount { sums[label] += posterior[task * width + label] }
    }
    return sums.map { $0 / Double(answers.taskCount) }
  }

  /// Sets the class shares, each at least 1e-10.
  mutating func setPrior(_ prior: [Double]) {
    for (label, share) in prior.enumerated() { logPrior[label] = FixedMath.log(max(share, 1e-10)) }
  }

  /// The posterior without padding: T x K.
  func compactPosterior() -> [Double] {
    let k = answers.classCount
    if width == k { return Array(posterior.prefix(answers.taskCount * k)) }
    var compact: [Double] = []
    compact.reserveCapacity(answers.taskCount * k)
    for task in 0..<answers.taskCount { compact.append(contentsOf: posterior[(task * width)..<(task * width + k)]) }
    return compact
  }

  /// The matrices of all workers as probabilities, [worker][truth][answer].
  func confusion() -> [Double] {
    let k = answers.classCount
    var matrices = [Double](repeating: 0, count: answers.workerCount * k * k)
    for worker in 0..<answers.workerCount {
      for label in 0..<k {
        for truth in 0..<k {
          matrices[(worker * k + truth) * k + label] = FixedMath.exp(logMatrices[(worker * k + label) * width + truth])
        }
      }
    }
    return matrices
  }

  /// Fills `logMatrices` with the logarithms of (counts + pseudo) / (column sums), cells without any count at 1e-10.
  ///
  /// - Parameter pseudo: [answer][truth] counts to add for every worker, K x `width`.
  mutating func setMatrices(pseudo: [Double]) {
    let (k, width) = (answers.classCount, width)
    logMatrices.withUnsafeMutableBufferPointer { matrices in
      counts.withUnsafeBufferPointer { counts in
        pseudo.withUnsafeBufferPointer { pseudo in
          for worker in 0..<answers.workerCount {
            let base = worker * k * width
            for truth in 0..<width {
              var total = 0.0
              for label in 0..<k {
                let count = max(counts[base + label * width + truth] + pseudo[label * width + truth], 1e-10)
                matrices[base + label * width + truth] = count
                total += count
              }
              let scale = 1 / total
              for label in 0..<k { matrices[base + label * width + truth] *= scale }
            }
          }
          for place in (answers.workerCount * k * width)..<matrices.count { matrices[place] = 1 }
        }
      }
      Self.eachVector(of: matrices) { FixedMath.log($0) }
    }
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
                let prior = logPrior.withUnsafeBytes { $0.loadUnaligned(as: V.self) }
                let stride = MemoryLayout<V>.size
                for first in Swift.stride(from: 0, to: taskCount, by: Self.block) {
                  let end = min(first + Self.block, taskCount)
                  if infers {
                    for task in first..<end {
                      var sum = prior
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
                    Self.eachVector(of: UnsafeMutableBufferPointer(rebasing: lanes[from..<to])) { FixedMath.exp($0) }
                    for task in first..<end {
                      var row = posterior.loadUnaligned(fromByteOffset: task * stride, as: V.self)
                      let sum = row.sum()
                      let known = answers.gold[task]
                      if known >= 0 {
                        likelihood += tops[task - first] + FixedMath.log(max(row[Int(known)], 1e-300))
                        row = .zero
                        row[Int(known)] = 1
                      } else {
                        likelihood += tops[task - first] + FixedMath.log(sum)
                        row = isHard ? Self.indicator(row) : row / sum
                      }
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
            logPrior.withUnsafeBytes { prior in
              posterior.withUnsafeMutableBytes { posterior in
                let lanes = posterior.bindMemory(to: Double.self)
                for task in 0..<answers.taskCount {
                  let row = UnsafeMutableBufferPointer(rebasing: lanes[(task * width)..<((task + 1) * width)])
                  if infers {
                    for at in Swift.stride(from: 0, to: width * 8, by: 64) {
                      var sum = prior.loadUnaligned(fromByteOffset: at, as: SIMD8<Double>.self)
                      for answer in starts[task]..<starts[task + 1] {
                        let place = Int(cells[answer]) * width * 8 + at
                        let logs = matrices.loadUnaligned(fromByteOffset: place, as: SIMD8<Double>.self)
                        sum += logs * answers.weight(answer)
                      }
                      posterior.storeBytes(of: sum, toByteOffset: task * width * 8 + at, as: SIMD8<Double>.self)
                    }
                    likelihood += Self.normalise(row, known: answers.gold[task], isHard: isHard)
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

  /// Turns a row of log weights into probabilities; returns the logarithm of their sum, or of the known class's weight.
  private static func normalise(_ row: UnsafeMutableBufferPointer<Double>, known: Int32, isHard: Bool) -> Double {
    var top = 0
    for lane in row.indices where row[lane] > row[top] { top = lane }
    let highest = row[top]
    if known >= 0 {
      let weight = row[Int(known)]
      row.update(repeating: 0)
      row[Int(known)] = 1
      return weight
    }
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

  /// Replaces each eight numbers by `transform` of them.
  @inline(__always)
  private static func eachVector(
    of numbers: UnsafeMutableBufferPointer<Double>, _ transform: (SIMD8<Double>) -> SIMD8<Double>
  ) {
    let bytes = UnsafeMutableRawBufferPointer(numbers)
    for place in Swift.stride(from: 0, to: bytes.count, by: 64) {
      let vector = bytes.loadUnaligned(fromByteOffset: place, as: SIMD8<Double>.self)
      bytes.storeBytes(of: transform(vector), toByteOffset: place, as: SIMD8<Double>.self)
    }
  }
}
