/// Where a column stands: its number as people count, from 1, and its name once the header is read.
public struct ColumnPlace: Hashable, Sendable, CustomStringConvertible {
  /// Number of the column, from 1.
  public let number: Int
  /// What the header calls it; `nil` inside the header itself.
  public let name: String?

  /// The place of column `number`, called `name`.
  public init(number: Int, name: String?) {
    self.number = number
    self.name = name
  }

  /// `column 3 ("width")`.
  public var description: String { name.map { "column \(number) (\"\($0)\")" } ?? "column \(number)" }
}

/// Why bytes are not a table. Every line is counted from 1 as an editor does: a row with line breaks in quotes has
/// the number of its first line.
public enum TabularError: Error, Hashable, Sendable {
  /// There is nothing before the end, not even a header.
  case noHeader
  /// There is a header and no row.
  case noRows
  /// The header has a column without a name.
  case emptyColumnName(column: Int)
  /// The header has one name twice, in the columns `first` and `second`.
  case duplicateColumnName(name: String, first: Int, second: Int)
  /// A row is longer or shorter than the header.
  case raggedRow(line: Int, found: Int, expected: Int)
  /// A field opens with a quote in `line` and the table ends before it closes.
  case unclosedQuote(line: Int, column: ColumnPlace)
  /// A quote stands inside a field without quotes, or text follows a closing quote.
  case strayQuote(line: Int, column: ColumnPlace)
  /// A carriage return stands outside quotes without a line feed behind it.
  case strayCarriageReturn(line: Int, column: ColumnPlace)
  /// Bytes that are not UTF-8.
  case invalidUTF8(line: Int, column: ColumnPlace)
  /// A byte of value zero: no text, but a binary or UTF-16 file.
  case zeroByte(line: Int, column: ColumnPlace)
}

extension TabularError: CustomStringConvertible {
  /// What was wrong, and what to do.
  public var description: String {
    switch self {
    case .noHeader:
      "the table is empty: put a line with the column names first"
    case .noRows:
      "the table has a header and no rows: add at least one row below it"
    case .emptyColumnName(let column):
      "column \(column) has no name in the header: give every column a name, or remove the surplus separator"
    case .duplicateColumnName(let name, let first, let second):
      "columns \(first) and \(second) are both called \"\(name)\": rename one of them"
    case .raggedRow(let line, let found, let expected):
      "line \(line) has \(found) fields where the header has \(expected): "
        + "add or remove fields, and put text with a separator into quotes"
    case .unclosedQuote(let line, let column):
      "the quote opened in line \(line), \(column), is never closed: close it, and double each quote inside the text"
    case .strayQuote(let line, let column):
      "line \(line), \(column), has a quote in the wrong place: put the whole field into quotes and double each inside"
    case .strayCarriageReturn(let line, let column):
      "line \(line), \(column), has a carriage return without a line feed: end lines with LF or CRLF"
    case .invalidUTF8(let line, let column):
      "line \(line), \(column), is not UTF-8: save the file with the encoding UTF-8"
    case .zeroByte(let line, let column):
      "line \(line), \(column), has a zero byte, so this is not a text file in UTF-8: export it as CSV in UTF-8"
    }
  }
}
