import Quantities

// What pools share that add up logarithms.
extension Kernels {
  /// Σ over rows of coefficient x logarithms, added to `result`. Sums stay in registers, class by class.
  static func addLogs(
    _ answers: AnswerRows, _ coefficients: UnsafePointer<Double>, to result: UnsafeMutablePointer<Double>
  ) {
    let (logs, count, classCount) = (answers.logTable, answers.rowCount, answers.classCount)
    var k = 0
    while k &+ 8 <= classCount {
      var sum = load(result + k)
      var place = logs + k
      for row in 0..<count {
        sum += load(place) * coefficients[row]
        place += classCount
      }
      store(sum, result + k)
      k &+= 8
    }
    while k &+ 2 <= classCount {
      var sum = loadPair(result + k)
      var place = logs + k
      for row in 0..<count {
        sum += loadPair(place) * coefficients[row]
        place += classCount
      }
      UnsafeMutableRawPointer(result + k).storeBytes(of: sum, as: SIMD2<Double>.self)
      k &+= 2
    }
    if k < classCount {
      for row in 0..<count { result[k] += logs[row * classCount + k] * coefficients[row] }
    }
  }

  /// How much a vector of K numbers moves log odds: the sum of distances from its mean.
  @inline(__always)
  static func spread(_ vector: UnsafePointer<Double>, _ classCount: Int) -> Double {
    var mean = 0.0
    for k in 0..<classCount { mean += vector[k] }
    mean /= Double(classCount)
    var result = 0.0
    for k in 0..<classCount { result += abs(vector[k] - mean) }
    return result
  }

  /// Shrinks coefficients of logarithms until no row moves the log odds by more than its limit, as a share of all.
  static func cap(_ answers: AnswerRows, coefficients: UnsafeMutablePointer<Double>, _ scratch: Scratch) {
    guard answers.limits != nil else { return }
    let (count, classCount) = (answers.rowCount, answers.classCount)
    let shares = scratch.take(count)
    for row in 0..<count {
      shares[row] = abs(coefficients[row]) * spread(answers.logTable + row * classCount, classCount)
    }
    limit(answers, shares, scratch) { row, factor in coefficients[row] *= factor }
  }

  /// Shrinks what each row adds, rowCount x K, until none moves the log odds by more than its limit.
  static func cap(_ answers: AnswerRows, contributions: UnsafeMutablePointer<Double>, _ scratch: Scratch) {
    guard answers.limits != nil else { return }
    let (count, classCount) = (answers.rowCount, answers.classCount)
    let shares = scratch.take(count)
    for row in 0..<count { shares[row] = spread(contributions + row * classCount, classCount) }
    limit(answers, shares, scratch) { row, factor in
      for k in 0..<classCount { contributions[row * classCount + k] *= factor }
    }
  }

  // Those above their limit shrink; nobody grows, since a louder voice would say what its model did not mean. So the
  // shares are taken of what is left: the factor with which the held ones end at their limits among the unheld.
  private static func limit(
    _ answers: AnswerRows, _ shares: UnsafeMutablePointer<Double>, _ scratch: Scratch, _ shrink: (Int, Double) -> Void
  ) {
    let count = answers.rowCount
    let total = sum(shares, count)
    guard total > 0 else { return }
    let capped = scratch.take(count)
    for row in 0..<count { capped[row] = shares[row] / total }
    cap(capped, answers.limits, count)
    // Scaled so that the row that would have grown most keeps what it has.
    var least = Double.infinity
    for row in 0..<count where capped[row] > 0 { least = min(least, shares[row] / capped[row]) }
    guard least < .infinity else { return }
    for row in 0..<count where shares[row] > 0 { shrink(row, least * capped[row] / shares[row]) }
  }

  /// The softmax of `logits` less each row's contribution, its coefficient times its logarithms: rowCount x K.
  static func withoutEach(
    _ answers: AnswerRows, logits: UnsafePointer<Double>, coefficients: UnsafePointer<Double>,
    into forecasts: UnsafeMutablePointer<Double>
  ) {
    let classCount = answers.classCount
    for row in 0..<answers.rowCount {
      let (place, logs) = (forecasts + row * classCount, answers.logTable + row * classCount)
      for k in 0..<classCount { place[k] = logits[k] - coefficients[row] * logs[k] }
      softmax(place, classCount)
    }
  }
}

extension AnswerRows {
  /// The logarithms, which the caller asked for.
  @inline(__always)
  var logTable: UnsafePointer<Double> {
    guard let logs else { preconditionFailure("a pool that reads logarithms says so") }
    return logs
  }
}

// Products with the square blocks of the full stacker: for each l a line of K numbers, one for each k.
extension Kernels {
  /// Adds Σ over l of x(l) times line l to `result`.
  @inline(__always)
  static func addProduct(
    _ block: UnsafePointer<Double>, _ x: UnsafePointer<Double>, to result: UnsafeMutablePointer<Double>,
    _ classCount: Int
  ) {
    var k = 0
    while k + 8 <= classCount {
      var sum = load(result + k)
      var line = block + k
      for l in 0..<classCount {
        sum += load(line) * x[l]
        line += classCount
      }
      store(sum, result + k)
      k += 8
    }
    while k + 2 <= classCount {
      let place = UnsafeMutableRawPointer(result + k)
      var sum = place.loadUnaligned(as: SIMD2<Double>.self)
      var line = UnsafeRawPointer(block + k)
      for l in 0..<classCount {
        sum += line.loadUnaligned(as: SIMD2<Double>.self) * x[l]
        line += 8 * classCount
      }
      place.storeBytes(of: sum, as: SIMD2<Double>.self)
      k += 2
    }
    if k < classCount {
      for l in 0..<classCount { result[k] += block[l * classCount + k] * x[l] }
    }
  }

  /// Adds x(l) times `step` to each line l.
  @inline(__always)
  static func addOuter(
    _ x: UnsafePointer<Double>, _ step: UnsafePointer<Double>, to block: UnsafeMutablePointer<Double>,
    _ classCount: Int
  ) {
    var k = 0
    while k &+ 8 <= classCount {
      let some = load(step + k)
      var line = block + k
      for l in 0..<classCount {
        store(load(line) + some * x[l], line)
        line += classCount
      }
      k &+= 8
    }
    while k &+ 2 <= classCount {
      let some = UnsafeRawPointer(step + k).loadUnaligned(as: SIMD2<Double>.self)
      var line = UnsafeMutableRawPointer(block + k)
      for l in 0..<classCount {
        line.storeBytes(of: line.loadUnaligned(as: SIMD2<Double>.self) + some * x[l], as: SIMD2<Double>.self)
        line += 8 * classCount
      }
      k &+= 2
    }
    if k < classCount {
      for l in 0..<classCount { block[l * classCount + k] += step[k] * x[l] }
    }
  }
}

extension Kernels {
  /// Added to a sum of squared gradients, so that the first step of what has none yet is finite.
  static let leastSquare = 1e-12
}
