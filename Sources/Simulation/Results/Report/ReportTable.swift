import Charts

/// The numbers behind a chart, for people and as comma-separated values.
public struct ReportTable: Hashable, Sendable {
  /// What stands in one place.
  public enum Value: Hashable, Sendable {
    /// Words.
    case text(String)
    /// A number; what is not finite is left empty.
    case number(Double)
    /// Nothing.
    case empty
  }

  /// What it shows.
  public var title: String
  /// The names of its columns.
  public var columns: [String]
  /// A value for each column.
  public private(set) var rows: [[Value]] = []

  /// How many rows the page shows at most; the text for programs has all.
  private static let shownMax = 24

  /// A table without rows.
  public init(title: String, columns: [String]) {
    self.title = title
    self.columns = columns
  }

  /// Adds a row, a value for each column.
  public mutating func append(_ row: [Value]) {
    precondition(row.count == columns.count)
    rows.append(row)
  }

  /// All of it as comma-separated values with a header (RFC 4180), numbers with all their digits.
  public var csv: String {
    var text = columns.map(CSVText.cell).joined(separator: ",") + "\n"
    for row in rows {
      text += row.map { value in
        switch value {
        case .text(let text): CSVText.cell(text)
        case .number(let number): number.isFinite ? "\(number)" : ""
        case .empty: ""
        }
      }.joined(separator: ",")
      text += "\n"
    }
    return text
  }

  /// The table as an element of a page; of many rows an even choice, the first and the last among them.
  var html: String {
    let shown: [Int] =
      rows.count <= Self.shownMax
      ? Array(rows.indices) : (0..<Self.shownMax).map { $0 * (rows.count - 1) / (Self.shownMax - 1) }
    let name = SVGText.escaped(title)
    var lines = [
      "<div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-label=\"\(name)\"><table><caption>\(name)"
        + (shown.count < rows.count ? " (\(shown.count) of \(rows.count) rows; the CSV has all)" : "") + "</caption>",
      "<thead><tr>" + columns.map { "<th scope=\"col\">\(SVGText.escaped($0))</th>" }.joined() + "</tr></thead><tbody>",
    ]
    for row in shown {
      let cells = rows[row].enumerated().map { column, value in
        switch value {
        case .text(let text):
          column == 0
            ? "<th scope=\"row\">\(SVGText.escaped(text))</th>" : "<td class=\"words\">\(SVGText.escaped(text))</td>"
        case .number(let number): number.isFinite ? "<td>\(SVGText.number(number))</td>" : "<td>–</td>"
        case .empty: "<td>–</td>"
        }
      }
      lines.append("<tr>\(cells.joined())</tr>")
    }
    lines.append("</tbody></table></div>")
    return lines.joined(separator: "\n")
  }

  /// A link that holds the comma-separated values, to be saved as `file`.
  func link(file: String) -> String {
    "<a class=\"csv\" download=\"\(SVGText.escaped(file))\" href=\"data:text/csv;charset=utf-8,\(CSVText.percent(csv))\">"
      + "\(SVGText.escaped(file))</a>"
  }
}

/// How comma-separated values are spelled.
enum CSVText {
  /// A cell, in quotes where it needs them.
  static func cell(_ text: String) -> String {
    let needsQuotes = text.unicodeScalars.contains { $0 == "," || $0 == "\"" || $0 == "\n" || $0 == "\r" }
    guard needsQuotes else { return text }
    return "\"" + text.split(separator: "\"", omittingEmptySubsequences: false).joined(separator: "\"\"") + "\""
  }

  /// `text` for use in an address: everything but letters, digits and `,.-_` spelled as its bytes.
  static func percent(_ text: String) -> String {
    let digits = Array("0123456789ABCDEF".utf8)
    var bytes: [UInt8] = []
    bytes.reserveCapacity(text.utf8.count * 5 / 4)
    for byte in text.utf8 {
      switch byte {
      case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x2C, 0x2D, 0x2E, 0x5F: bytes.append(byte)
      default: bytes += [0x25, digits[Int(byte >> 4)], digits[Int(byte & 15)]]
      }
    }
    return String(decoding: bytes, as: UTF8.self)
  }
}
