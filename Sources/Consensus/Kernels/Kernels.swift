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

  /// The largest lane.
  @inline(__always)
  static func maximum(_ lanes: SIMD8<Double>) -> Double {
    let four = lanes.lowHalf.replacing(with: lanes.highHalf, where: lanes.highHalf .> lanes.lowHalf)
    let two = four.lowHalf.replacing(with: four.highHalf, where: four.highHalf .> four.lowHalf)
    return two[0] > two[1] ? two[0] : two[1]
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
      largest = maximum(lanes)
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
    exponentials(exponents, count, factors: factors)
    normalise(exponents, count)
  }

  /// As `softmax`, but scaled so that the largest exponential is 1 before its factor.
  static func exponentials(
    _ exponents: UnsafeMutablePointer<Double>, _ count: Int, factors: UnsafePointer<Double>? = nil
  ) {
    let most = maximum(exponents, count)
    var i = 0
    while i + 8 <= count {
      var powers = FixedMath.expOfNonPositive(load(exponents + i) - most)
      if let factors { powers *= load(factors + i) }
      store(powers, exponents + i)
      i += 8
    }
    while i + 2 <= count {
      let place = UnsafeMutableRawPointer(exponents + i)
      var powers = FixedMath.expOfNonPositive(place.loadUnaligned(as: SIMD2<Double>.self) - most)
      if let factors { powers *= UnsafeRawPointer(factors + i).loadUnaligned(as: SIMD2<Double>.self) }
      place.storeBytes(of: powers, as: SIMD2<Double>.self)
      i += 2
    }
    if i < count {
      exponents[i] = FixedMath.expOfNonPositive(SIMD2(exponents[i] - most, 0))[0] * (factors?[i] ?? 1)
    }
  }

  /// Σ over rows of weight x row x `scale`, into `result`: the linear pool.
  static func mix(
    _ answers: AnswerRows, _ weights: UnsafePointer<Double>, into result: UnsafeMutablePointer<Double>,
    scale: Double = 1
  ) {
    mixBlocks(answers, weights, into: result) { _ in }
    let factor = AnswerRows.billionth * scale
    for k in 0..<answers.classCount { result[k] *= factor }
  }

  /// The linear pool with weights that do not add up to 1 yet; equal ones where their sum is not a positive number.
  static func mixRelative(
    _ answers: AnswerRows, _ weights: UnsafeMutablePointer<Double>, into result: UnsafeMutablePointer<Double>
  ) {
    let total = sum(weights, answers.rowCount)
    guard total > 0x1p-1000, total < .infinity else {
      normalise(weights, answers.rowCount)
      return mix(answers, weights, into: result)
    }
    mix(answers, weights, into: result, scale: 1 / total)
  }

  /// Σ over rows of weight x row, in billionths, into `result`.
  ///
  /// Blocks of 64 rows stay in the nearest cache while they are read for eight, four, two classes or one at a time,
  /// with the sums in registers. Before each block `prepare` may write its weights: computing them while the next rows
  /// are on their way costs nothing where memory is the slower of the two.
  @inline(__always)
  static func mixBlocks(
    _ answers: AnswerRows, _ weights: UnsafePointer<Double>, into result: UnsafeMutablePointer<Double>,
    prepare: (Range<Int>) -> Void
  ) {
    let (count, classCount) = (answers.rowCount, answers.classCount)
    for k in 0..<classCount { result[k] = 0 }
    var first = 0
    while first < count {
      let rows = first..<min(first &+ 64, count)
      prepare(rows)
      mixBlock(answers, weights, rows, result)
      first = rows.upperBound
    }
  }

  private static func mixBlock(
    _ answers: AnswerRows, _ weights: UnsafePointer<Double>, _ rows: Range<Int>, _ result: UnsafeMutablePointer<Double>
  ) {
    let classCount = answers.classCount
    var k = 0
    while k &+ 8 <= classCount {
      var sum = SIMD8<Double>()
      var place = answers.values + (rows.lowerBound &* classCount &+ k)
      for row in rows {
        sum += load(place) * weights[row]
        place += classCount
      }
      store(load(result + k) + sum, result + k)
      k &+= 8
    }
    if k &+ 4 <= classCount {
      mixBlock(answers, weights, rows, SIMD4<Int32>.self, k, result) { SIMD4<Double>($0) }
      k &+= 4
    }
    if k &+ 2 <= classCount {
      mixBlock(answers, weights, rows, SIMD2<Int32>.self, k, result) { SIMD2<Double>($0) }
      k &+= 2
    }
    if k < classCount {
      var sum = 0.0
      for row in rows { sum += one(answers.values + (row &* classCount &+ k)) * weights[row] }
      result[k] += sum
    }
  }

  // Few classes leave room in the registers for two rows at a time, so that sums wait less for each other.
  @inline(__always)
  private static func mixBlock<Whole: SIMD, Lanes: SIMD>(
    _ answers: AnswerRows, _ weights: UnsafePointer<Double>, _ rows: Range<Int>, _: Whole.Type, _ k: Int,
    _ result: UnsafeMutablePointer<Double>, _ convert: (Whole) -> Lanes
  ) where Lanes.Scalar == Double {
    let classCount = answers.classCount
    var (even, odd) = (Lanes(), Lanes())
    var place = UnsafeRawPointer(answers.values + (rows.lowerBound * classCount + k))
    var row = rows.lowerBound
    while row + 2 <= rows.upperBound {
      even += convert(place.loadUnaligned(as: Whole.self)) * weights[row]
      odd += convert((place + 4 * classCount).loadUnaligned(as: Whole.self)) * weights[row + 1]
      place += 8 * classCount
      row += 2
    }
    if row < rows.upperBound { even += convert(place.loadUnaligned(as: Whole.self)) * weights[row] }
    let target = UnsafeMutableRawPointer(result + k)
    target.storeBytes(of: target.loadUnaligned(as: Lanes.self) + (even + odd), as: Lanes.self)
  }

  /// For each row the mixture `mixed` without it, the rest scaled to 1: rowCount x K. Where a row is the whole mixture,
  /// what is left is the plain mean of the others.
  static func unmix(
    _ answers: AnswerRows, _ weights: UnsafePointer<Double>, _ mixed: UnsafePointer<Double>,
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
  private static func one(_ place: UnsafePointer<UInt32>) -> Double { Double(Int32(bitPattern: place.pointee)) }

  @inline(__always)
  static func loadPair(_ place: UnsafePointer<Double>) -> SIMD2<Double> {
    UnsafeRawPointer(place).loadUnaligned(as: SIMD2<Double>.self)
  }

  /// Adds weight x vector to `result`, all of length `count`.
  @inline(__always)
  static func add(
    _ vector: UnsafePointer<Double>, times weight: Double, to result: UnsafeMutablePointer<Double>, _ count: Int
  ) {
    var k = 0
    while k &+ 2 <= count {
      let sum = loadPair(result + k) + loadPair(vector + k) * weight
      UnsafeMutableRawPointer(result + k).storeBytes(of: sum, as: SIMD2<Double>.self)
      k &+= 2
    }
    if k < count { result[k] += weight * vector[k] }
  }

  /// The scalar product of two vectors of length `count`.
  @inline(__always)
  static func dot(_ a: UnsafePointer<Double>, _ b: UnsafePointer<Double>, _ count: Int) -> Double {
    var pairs = SIMD2<Double>()
    var k = 0
    while k &+ 2 <= count {
      pairs += loadPair(a + k) * loadPair(b + k)
      k &+= 2
    }
    let sum = pairs[0] + pairs[1]
    return k < count ? sum + a[k] * b[k] : sum
  }
}
