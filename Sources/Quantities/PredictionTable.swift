/// Predictions for one question: seats x K, row-major, in billionths, each row adding up to one billion.
///
/// Only models that answered have a row: absent is absent, not uniform. Rows stand in the order of their seats.
public struct PredictionTable: Hashable, Sendable {
  /// How many classes, K.
  public let classCount: Int
  /// Whose rows they are, ascending.
  public private(set) var seats: [Seat] = []
  /// The rows, one after the other.
  public private(set) var values: [UInt32] = []

  /// A table without rows.
  ///
  /// - Parameter rowCapacity: how many rows to make room for.
  public init(classCount: Int, rowCapacity: Int = 0) {
    precondition(classCount > 0)
    self.classCount = classCount
    seats.reserveCapacity(rowCapacity)
    values.reserveCapacity(rowCapacity * classCount)
  }

  /// Adds the prediction of `seat`, which must come after all seats that are there.
  ///
  /// - Parameter prediction: K billionths that add up to one billion.
  public mutating func append(_ seat: Seat, _ prediction: [UInt32]) { append(seat, prediction[...]) }

  /// Adds the prediction of `seat`, which must come after all seats that are there.
  ///
  /// - Parameter prediction: K billionths that add up to one billion.
  public mutating func append(_ seat: Seat, _ prediction: ArraySlice<UInt32>) {
    precondition(seats.last.map { $0 < seat } ?? true, "rows stand in the order of their seats")
    precondition(prediction.count == classCount)
    precondition(prediction.reduce(UInt64(0)) { $0 + UInt64($1) } == UInt64(Billionths.one))
    seats.append(seat)
    values.append(contentsOf: prediction)
  }

  /// How many models answered.
  public var rowCount: Int { seats.count }

  /// The prediction in row `row`.
  public func row(_ row: Int) -> ArraySlice<UInt32> { values[row * classCount..<(row + 1) * classCount] }

  /// The class that row `row` holds most probable; a tie goes to the lowest index.
  public func top(_ row: Int) -> Int { Billionths.top(self.row(row)) }
}
