import Quantities

/// The answers to one question where they lie in memory: what the pools' inner loops read.
///
/// A view: valid only while the table behind it is. `PredictionTable.withAnswers` makes one for as long as a closure runs.
public struct AnswerRows {
  /// Whose rows they are, ascending.
  public let seats: UnsafeBufferPointer<Seat>
  /// rowCount x K billionths, row by row, each row adding up to one billion.
  public let values: UnsafePointer<UInt32>
  /// How many classes, K.
  public let classCount: Int
  /// The most influence each row may have, as fractions of 1; `nil` where nothing is capped. See `InfluenceLimits`.
  public let limits: UnsafePointer<Double>?
  /// rowCount x K natural logarithms of the probabilities, none below `logFloor`, each row less its mean, since only
  /// differences matter; there where a pool asks for them.
  var logs: UnsafePointer<Double>?

  /// A view of rows that lie at `values`.
  ///
  /// - Precondition: seats ascend; each row has `classCount` billionths that add up to one billion.
  public init(
    seats: UnsafeBufferPointer<Seat>, values: UnsafePointer<UInt32>, classCount: Int,
    limits: UnsafePointer<Double>? = nil
  ) {
    self.seats = seats
    self.values = values
    self.classCount = classCount
    self.limits = limits
  }

  /// How many answered.
  @inline(__always)
  public var rowCount: Int { seats.count }

  /// The probability that `row` gives to class `k`.
  @inline(__always)
  func probability(_ row: Int, _ k: Int) -> Double {
    Double(Int32(bitPattern: values[row * classCount + k])) * Self.billionth
  }

  /// The class that `row` holds most probable; a tie goes to the lowest index.
  @inline(__always)
  func top(_ row: Int) -> Int {
    let place = values + row * classCount
    var best = 0
    for k in 1..<max(1, classCount) where place[k] > place[best] { best = k }
    return best
  }

  /// What rows `row ..< row + 8` give to class `k`, in billionths; 0 beyond the last row.
  @inline(__always)
  func column(_ k: Int, _ row: Int) -> SIMD8<Double> {
    var place = values + (row * classCount + k)
    var lanes = SIMD8<Int32>()
    if row + 8 <= rowCount {
      for lane in 0..<8 {
        lanes[lane] = Int32(bitPattern: place.pointee)
        place += classCount
      }
    } else {
      for lane in 0..<(rowCount - row) {
        lanes[lane] = Int32(bitPattern: place.pointee)
        place += classCount
      }
    }
    return SIMD8<Double>(lanes)
  }

  /// Probabilities below this count as this much where their logarithm is taken: one zero would be a veto.
  static let logFloor = 1e-4
  @inline(__always)
  static var billionth: Double { 1e-9 }

  /// With logarithms, computed into `scratch`.
  func withLogs(_ scratch: Scratch) -> AnswerRows {
    let count = rowCount * classCount
    let logs = scratch.take(count)
    var i = 0
    while i + 8 <= count {
      var lanes = Kernels.load(values + i) * Self.billionth
      lanes.replace(with: Self.logFloor, where: lanes .< Self.logFloor)
      Kernels.store(FixedMath.logOfNormal(lanes), logs + i)
      i += 8
    }
    while i < count {
      logs[i] = FixedMath.log(max(Double(values[i]) * Self.billionth, Self.logFloor))
      i += 1
    }
    for row in 0..<rowCount {
      let place = logs + row * classCount
      var mean = 0.0
      for k in 0..<classCount { mean += place[k] }
      mean /= Double(classCount)
      for k in 0..<classCount { place[k] -= mean }
    }
    var result = self
    result.logs = UnsafePointer(logs)
    return result
  }
}

extension PredictionTable {
  /// Runs `body` on a view of the rows.
  ///
  /// - Parameter limits: the most influence each row may have, in billionths; `nil` caps nothing.
  public borrowing func withAnswers<Result>(
    limits: InfluenceLimits? = nil, _ body: (AnswerRows) throws -> Result
  ) rethrows -> Result {
    precondition(rowCount > 0, "a question without answers cannot be pooled")
    precondition(limits.map { $0.fractions.count == rowCount } ?? true, "a limit for each row")
    return try seats.withUnsafeBufferPointer { seats in
      try values.withUnsafeBufferPointer { values in
        guard let values = values.baseAddress else { preconditionFailure("rows have values") }
        guard let limits else { return try body(AnswerRows(seats: seats, values: values, classCount: classCount)) }
        return try limits.fractions.withUnsafeBufferPointer {
          try body(AnswerRows(seats: seats, values: values, classCount: classCount, limits: $0.baseAddress))
        }
      }
    }
  }
}
