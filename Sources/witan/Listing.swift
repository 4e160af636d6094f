import Quantities

/// Rows under named columns: printed as a table for people, or as JSON whose keys are the same names in snake_case.
struct Listing: Sendable {
  /// What stands in one place of a listing.
  enum Cell: Sendable {
    case text(String)
    case integer(Int)
    /// A number shown with so many places; JSON gets all of it.
    case decimal(Double, places: Int)
    case amount(Amount)
    case share(UInt32)
    case none
  }

  /// The name of each column, as people read it: `log loss`.
  let columns: [String]
  /// One cell for each column.
  private(set) var rows: [[Cell]] = []

  init(_ columns: String...) { self.columns = columns }
  init(columns: [String]) { self.columns = columns }

  mutating func append(_ cells: Cell...) { append(cells: cells) }

  mutating func append(cells: [Cell]) {
    precondition(cells.count == columns.count)
    rows.append(cells)
  }

  /// The table: numbers to the right, text to the left, two blanks between columns. A name that is wider than what
  /// stands under it takes a line for each word.
  var text: String {
    let shown = rows.map { $0.map(\.shown) }
    let heads = columns.enumerated().map { column, name in
      let content = shown.reduce(0) { max($0, $1[column].count) }
      return name.count > content ? name.split(separator: " ").map(String.init) : [name]
    }
    let height = heads.reduce(0) { max($0, $1.count) }
    let headLines = (0..<height).map { line in
      heads.map { head in line < height - head.count ? "" : head[line - (height - head.count)] }
    }
    let widths = columns.indices.map { column in (headLines + shown).reduce(0) { max($0, $1[column].count) } }
    let isNumeric = columns.indices.map { column in rows.allSatisfy { $0[column].isNumeric } && !rows.isEmpty }
    func line(_ cells: [String]) -> String {
      var text = ""
      for (column, cell) in cells.enumerated() {
        let blanks = String(repeating: " ", count: widths[column] - cell.count)
        text += "  " + (isNumeric[column] ? blanks + cell : cell + blanks)
      }
      while text.last == " " { text.removeLast() }
      return text
    }
    return (headLines.map(line) + [line(widths.map { String(repeating: "-", count: $0) })] + shown.map(line))
      .joined(separator: "\n")
  }

  /// A list with an object for each row.
  var json: JSONValue {
    let keys = columns.map { String($0.map { $0 == " " || $0 == "-" ? "_" : $0 }) }
    return .list(rows.map { row in .object(zip(keys, row).map { (key: $0, value: $1.json) }) })
  }
}

extension Listing.Cell {
  fileprivate var shown: String {
    switch self {
    case .text(let text): text
    case .integer(let value): String(value)
    case .decimal(let value, let places): Listing.fixed(value, places)
    case .amount(let amount): Listing.fixed(Double(amount.micro) / 1e6, 2)
    case .share(let billionths): Listing.fixed(Double(billionths) / 1e9, 4)
    case .none: "-"
    }
  }

  fileprivate var json: JSONValue {
    switch self {
    case .text(let text): .text(text)
    case .integer(let value): .integer(value)
    case .decimal(let value, _): .decimal(value)
    case .amount(let amount): .amount(amount)
    case .share(let billionths): .share(billionths)
    case .none: .null
    }
  }

  fileprivate var isNumeric: Bool {
    if case .text = self { false } else { true }
  }
}

extension Listing {
  /// `amount` in credits, without trailing zeros.
  static func brief(_ amount: Amount) -> String {
    var text = amount.description
    while text.last == "0" { text.removeLast() }
    if text.last == "." { text.removeLast() }
    return text
  }

  /// `value` with exactly `places` places, rounded to nearest.
  static func fixed(_ value: Double, _ places: Int) -> String {
    guard value.isFinite, abs(value) < 1e12 else { return "\(value)" }
    let scale = (0..<places).reduce(1.0) { power, _ in power * 10 }
    let whole = Int64((abs(value) * scale).rounded())
    let digits = String(whole)
    let padded = String(repeating: "0", count: max(0, places + 1 - digits.count)) + digits
    let sign = value < 0 && whole != 0 ? "-" : ""
    return places == 0 ? sign + padded : "\(sign)\(padded.dropLast(places)).\(padded.suffix(places))"
  }
}
