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

  let answers: AnswerSet
  /// M.
  let subtypeCount: Int
  /// K M; the state of class k and subtype m has number k M + m.
  let stateCount: Int
  /// Lanes for the states: 2, 4, or a multiple of 8.
  let width: Int
  /// For each answer, its worker's row for its class: worker K + label.
  let cells: [Int32]
  /// Logarithms of the shares of the states, -infinity beyond: a row for tasks whose class is not known, then one for
  /// each known class, -infinity in the states of other classes.
  var logPriors: [Double]
  /// [worker][answer][state], the logarithm of the probability of the answer.
  var logMatrices: [Double]
  /// [worker][answer][state], how often the answer met the state, as far as known.
  var counts: [Double]
  /// [task][state].
  var posterior: [Double]
  /// The sum of the posterior over the tasks for each state, as of the last pass.
  var stateSums: [Double]
  /// Whether each class was named by an answer or is that of a known task.
  private let isPossible: [Bool]

  /// Begins with vote shares, and known classes.
  ///
  /// - Parameter split: for a task's vote shares (T x K), the share of each subtype in each class: T x K x M.
  init(
    _ answers: AnswerSet, method: String, subtypeCount: Int = 1, split: ([Double]) -> [Double] = { _ in [] }
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
    for label in answers.labels where !isPossible[Int(label)] { isPossible[Int(label)] = true }
    for label in answers.gold where label >= 0 { isPossible[Int(label)] = true }
    self.isPossible = isPossible
    cells = [Int32](unsafeUninitializedCapacity: answers.count) { cells, count in
      for answer in 0..<answers.count { cells[answer] = answers.workers[answer] &* Int32(k) &+ answers.labels[answer] }
      count = answers.count
    }
    logPriors = [Double](repeating: -.infinity, count: width * (k + 1))
    // Whole vectors of eight lanes throughout.
    counts = [Double](repeating: 0, count: (numbers + 7) / 8 * 8)
    logMatrices = counts
    posterior = [Double](repeating: 0, count: (answers.taskCount * width + 7) / 8 * 8)
    stateSums = [Double](repeating: 0, count: stateCount)
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
    setPrior(logs: stateSums.map { FixedMath.log(max($0 / Double(answers.taskCount), 1e-10)) })
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
    for (state, total) in stateSums.enumerated() where total > 0 { sum += total * logPriors[state] }
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
