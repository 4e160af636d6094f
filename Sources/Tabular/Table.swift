/// Named columns and rows of text, as they stood in a file: nothing is converted before it is asked for.
///
/// All cells lie one behind the other in one buffer, so that a table of millions of cells costs little more than its
/// text.
public struct Table: Hashable, Sendable {
  /// The header: distinct, none empty.
  public let columnNames: [String]
  /// The line of the file in which each row begins, from 1; for error messages.
  public let lines: [Int]
  /// The UTF-8 of all cells, row by row, without separators and quotes.
  let text: [UInt8]
  /// Where each cell ends in `text`; the first begins at 0.
  let ends: [Int]

  /// How many rows.
  public var rowCount: Int { lines.count }
  /// How many columns.
  public var columnCount: Int { columnNames.count }

  /// The place of a column for error messages.
  public func place(ofColumn column: Int) -> ColumnPlace {
    ColumnPlace(number: column + 1, name: columnNames[column])
  }

  /// The text of a cell, as it was written.
  public subscript(row: Int, column: Int) -> String {
    withBytes(row: row, column: column) { String(decoding: $0, as: UTF8.self) }
  }

  /// Calls `body` with the UTF-8 of a cell, without copying it.
  @inlinable
  public func withBytes<Result>(row: Int, column: Int, _ body: (UnsafeBufferPointer<UInt8>) -> Result) -> Result {
    withAllBytes { text, ends in
      let cell = row * columnCount + column
      return body(UnsafeBufferPointer(rebasing: text[(cell == 0 ? 0 : ends[cell - 1])..<ends[cell]]))
    }
  }

  /// Calls `body` with the UTF-8 of all cells and the end of each: for loops over many cells.
  ///
  /// Cell `row * columnCount + column` reaches from the end of the cell before it to its own.
  @usableFromInline
  func withAllBytes<Result>(_ body: (UnsafeBufferPointer<UInt8>, UnsafeBufferPointer<Int>) -> Result) -> Result {
    text.withUnsafeBufferPointer { text in ends.withUnsafeBufferPointer { body(text, $0) } }
  }

  /// Calls `body` with each cell of a column, from the first row to the last, until it returns `false`.
  @inlinable
  public func forEachCell(ofColumn column: Int, _ body: (_ row: Int, _ bytes: UnsafeBufferPointer<UInt8>) -> Bool) {
    withAllBytes { text, ends in
      var cell = column
      for row in 0..<rowCount {
        let start = cell == 0 ? 0 : ends[cell - 1]
        guard body(row, UnsafeBufferPointer(rebasing: text[start..<ends[cell]])) else { return }
        cell += columnCount
      }
    }
  }
}
