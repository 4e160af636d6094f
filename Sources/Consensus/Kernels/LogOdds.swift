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

  /// Holds the coefficients of logarithms to the limits of their rows, as shares of the sum of their sizes.
  ///
  /// The sum stays, as in a mixture. What a row says plays no part: else a quiet row would make all others quiet.
  static func cap(_ answers: AnswerRows, coefficients: UnsafeMutablePointer<Double>, _ scratch: Scratch) {
    guard let limits = answers.limits else { return }
    let count = answers.rowCount
    let shares = scratch.take(count)
    for row in 0..<count { shares[row] = abs(coefficients[row]) }
    let total = sum(shares, count)
    guard total > 0 else { return }
    for row in 0..<count { shares[row] /= total }
    cap(shares, limits, count)
    for row in 0..<count { coefficients[row] = (coefficients[row] < 0 ? -total : total) * shares[row] }
  }

  /// Scales what each row adds, rowCount x K, so that the sizes of their coefficients keep to the limits.
  ///
  /// - Parameter sizes: the size of each row's coefficients; not negative.
  static func cap(
    _ answers: AnswerRows, contributions: UnsafeMutablePointer<Double>, sizes: UnsafePointer<Double>, _ scratch: Scratch
  ) {
    guard let limits = answers.limits else { return }
    let (count, classCount) = (answers.rowCount, answers.classCount)
    let shares = scratch.take(count)
    let total = sum(sizes, count)
    guard total > 0 else { return }
    for row in 0..<count { shares[row] = sizes[row] / total }
    cap(shares, limits, count)
    for row in 0..<count where sizes[row] > 0 {
      let factor = shares[row] * total / sizes[row]
      for k in 0..<classCount { contributions[row * classCount + k] *= factor }
    }
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
