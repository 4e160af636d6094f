/// Numbers in rows and columns, row-major, contiguous.
public struct Matrix: Hashable, Sendable {
  /// How many rows.
  public let rowCount: Int
  /// How many columns.
  public let columnCount: Int
  /// The numbers: row 0 first.
  public var values: [Double]

  /// Takes over `values`, of which there must be `rowCount * columnCount`.
  public init(rowCount: Int, columnCount: Int, values: [Double]) {
    precondition(values.count == rowCount * columnCount)
    self.rowCount = rowCount
    self.columnCount = columnCount
    self.values = values
  }

  /// All zeros.
  public init(rowCount: Int, columnCount: Int) {
    self.init(
      rowCount: rowCount, columnCount: columnCount, values: [Double](repeating: 0, count: rowCount * columnCount))
  }

  /// The number in row `row`, column `column`.
  public subscript(row: Int, column: Int) -> Double {
    get { values[row * columnCount + column] }
    set { values[row * columnCount + column] = newValue }
  }

  /// The numbers of row `row`.
  public func row(_ row: Int) -> ArraySlice<Double> { values[row * columnCount..<(row + 1) * columnCount] }
}
