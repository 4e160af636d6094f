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
    withCells { String(decoding: $0[row, column], as: UTF8.self) }
  }

  /// Calls `body` with the UTF-8 of all cells, without copying them: for loops over many cells.
  public func withCells<Result>(_ body: (Cells) -> Result) -> Result {
    text.withUnsafeBufferPointer { text in
      ends.withUnsafeBufferPointer { body(Cells(text: text, ends: $0, columnCount: columnCount)) }
    }
  }

  /// The UTF-8 of all cells of a table; valid only inside `withCells`.
  public struct Cells {
    @usableFromInline let text: UnsafeBufferPointer<UInt8>
    @usableFromInline let ends: UnsafeBufferPointer<Int>
    @usableFromInline let columnCount: Int

    /// The UTF-8 of the cell in row `row`, column `column`, both from 0.
    @inlinable
    public subscript(row: Int, column: Int) -> UnsafeBufferPointer<UInt8> {
      let cell = row * columnCount + column
      return UnsafeBufferPointer(rebasing: text[(cell == 0 ? 0 : ends[cell - 1])..<ends[cell]])
    }
  }
}
