import Quantities

/// The inner loops that pools share: eight lanes at a time, every sum in one fixed order, nothing allocated.
enum Kernels {
  @inline(__always)
  static func load(_ place: UnsafePointer<Double>) -> SIMD8<Double> {
    UnsafeRawPointer(place).loadUnaligned(as: SIMD8<Double>.self)
  }

  @inline(__always)
  static func store(_ lanes: SIMD8<Double>, _ place: UnsafeMutablePointer<Double>) {
    UnsafeMutableRawPointer(place).storeBytes(of: lanes, as: SIMD8<Double>.self)
  }

  /// Eight billionths as numbers. They are below 2^31, and the machine converts signed numbers faster.
  @inline(__always)
  static func load(_ place: UnsafePointer<UInt32>) -> SIMD8<Double> {
    SIMD8<Double>(UnsafeRawPointer(place).loadUnaligned(as: SIMD8<Int32>.self))
  }

  /// The lanes in one fixed order.
  @inline(__always)
  static func sum(_ lanes: SIMD8<Double>) -> Double {
    let four = lanes.lowHalf + lanes.highHalf
    let two = four.lowHalf + four.highHalf
    return two[0] + two[1]
  }

  /// The sum of `count` numbers.
  static func sum(_ numbers: UnsafePointer<Double>, _ count: Int) -> Double {
    var lanes = SIMD8<Double>()
    var i = 0
    while i + 8 <= count {
      lanes += load(numbers + i)
      i += 8
    }
    var total = sum(lanes)
    while i < count {
      total += numbers[i]
      i += 1
    }
    return total
  }

  /// The largest of `count` numbers.
  static func maximum(_ numbers: UnsafePointer<Double>, _ count: Int) -> Double {
    var largest = -Double.infinity
    var i = 0
    if count >= 8 {
      var lanes = load(numbers)
      i = 8
      while i + 8 <= count {
        let next = load(numbers + i)
        lanes.replace(with: next, where: next .> lanes)
        i += 8
      }
      largest = lanes.max()
    }
    while i < count {
      largest = max(largest, numbers[i])
      i += 1
    }
    return largest
  }

  /// Multiplies `count` numbers by `factor`.
  static func scale(_ numbers: UnsafeMutablePointer<Double>, _ count: Int, by factor: Double) {
    var i = 0
    while i + 8 <= count {
      store(load(numbers + i) * factor, numbers + i)
      i += 8
    }
    while i < count {
      numbers[i] *= factor
      i += 1
    }
  }

  /// Scales `count` weights to a sum of 1; equal ones where their sum is not a positive number.
  static func normalise(_ weights: UnsafeMutablePointer<Double>, _ count: Int) {
    let total = sum(weights, count)
    if total > 0, total < .infinity {
      // The inverse of a subnormal sum would be infinite.
      if total < 0x1p-1000 { scale(weights, count, by: 0x1p60) }
      scale(weights, count, by: 1 / (total < 0x1p-1000 ? total * 0x1p60 : total))
    } else {
      for i in 0..<count { weights[i] = 1 / Double(count) }
    }
  }

  /// Turns `count` exponents into `factors[i]` exp(exponent), scaled to a sum of 1; without factors into a softmax.
  static func softmax(_ exponents: UnsafeMutablePointer<Double>, _ count: Int, factors: UnsafePointer<Double>? = nil) {
    let most = maximum(exponents, count)
    var i = 0
    while i + 8 <= count {
      var powers = FixedMath.exp(load(exponents + i) - most)
      if let factors { powers *= load(factors + i) }
      store(powers, exponents + i)
      i += 8
    }
    while i < count {
      exponents[i] = FixedMath.exp(exponents[i] - most) * (factors?[i] ?? 1)
      i += 1
    }
    normalise(exponents, count)
  }

  /// Σ over rows of weight x row, into `result`: the linear pool. Rows go four at a time.
  static func mix(_ answers: Answers, _ weights: UnsafePointer<Double>, into result: UnsafeMutablePointer<Double>) {
    let (count, classCount) = (answers.rowCount, answers.classCount)
    for k in 0..<classCount { result[k] = 0 }
    let pairs = classCount & ~1
    var row = 0
    while row + 4 <= count {
      let (w0, w1, w2, w3) = (weights[row], weights[row + 1], weights[row + 2], weights[row + 3])
      let r0 = answers.values + row * classCount
      let (r1, r2, r3) = (r0 + classCount, r0 + 2 * classCount, r0 + 3 * classCount)
      var k = 0
      while k < pairs {
        let sum = (pair(r0 + k) * w0 + pair(r1 + k) * w1) + (pair(r2 + k) * w2 + pair(r3 + k) * w3)
        let place = UnsafeMutableRawPointer(result + k)
        place.storeBytes(of: place.loadUnaligned(as: SIMD2<Double>.self) + sum, as: SIMD2<Double>.self)
        k += 2
      }
      if k < classCount {
        result[k] += (one(r0 + k) * w0 + one(r1 + k) * w1) + (one(r2 + k) * w2 + one(r3 + k) * w3)
      }
      row += 4
    }
    while row < count {
      for k in 0..<classCount { result[k] += one(answers.values + row * classCount + k) * weights[row] }
      row += 1
    }
    for k in 0..<classCount { result[k] *= Answers.billionth }
  }

  /// For each row the mixture `mixed` without it, the rest scaled to 1: rowCount x K. Where a row is the whole mixture,
  /// what is left is the plain mean of the others.
  static func unmix(
    _ answers: Answers, _ weights: UnsafePointer<Double>, _ mixed: UnsafePointer<Double>,
    into forecasts: UnsafeMutablePointer<Double>
  ) {
    let (count, classCount) = (answers.rowCount, answers.classCount)
    for row in 0..<count {
      let (rest, place) = (1 - weights[row], forecasts + row * classCount)
      if rest > 1e-9 {
        // Never below 0 by rounding.
        for k in 0..<classCount {
          place[k] = max(0, mixed[k] - weights[row] * answers.probability(row, k)) / rest
        }
      } else {
        for k in 0..<classCount {
          var sum = 0.0
          for other in 0..<count where other != row { sum += answers.probability(other, k) }
          place[k] = sum / Double(count - 1)
        }
      }
    }
  }

  @inline(__always)
  private static func pair(_ place: UnsafePointer<UInt32>) -> SIMD2<Double> {
    SIMD2<Double>(UnsafeRawPointer(place).loadUnaligned(as: SIMD2<Int32>.self))
  }

  @inline(__always)
  private static func one(_ place: UnsafePointer<UInt32>) -> Double { Double(Int32(bitPattern: place.pointee)) }

  /// Adds weight x vector to `result`, all of length `count`.
  @inline(__always)
  static func add(
    _ vector: UnsafePointer<Double>, times weight: Double, to result: UnsafeMutablePointer<Double>, _ count: Int
  ) {
    for k in 0..<count { result[k] += weight * vector[k] }
  }

  /// The scalar product of two vectors of length `count`.
  @inline(__always)
  static func dot(_ a: UnsafePointer<Double>, _ b: UnsafePointer<Double>, _ count: Int) -> Double {
    var sum = 0.0
    for k in 0..<count { sum += a[k] * b[k] }
    return sum
  }
}
