/// A table of numbers with shaded cells, as an SVG document: who profits from which attack.
///
/// Every number stands in its cell with its sign, and a mark where it is sure, so that nothing is told by colour alone.
/// It follows the reader's light or dark setting and holds everything that it needs.
public struct HeatTable: Hashable, Sendable {
  /// One cell.
  public struct Cell: Hashable, Sendable {
    /// What decides the shade; not finite where there is nothing to show.
    public let value: Double
    /// What stands in it.
    public let text: String

    /// A cell with `text`, shaded by `value`.
    public init(_ value: Double, text: String) {
      self.value = value
      self.text = text
    }
  }

  /// What stands over it, in words that say what is seen.
  public var title: String
  /// What the shades and marks mean.
  public var caption: String
  /// The names of the rows.
  public var rows: [String]
  /// The names of the columns, written upright.
  public var columns: [String]
  /// As many rows of as many cells.
  public var cells: [[Cell]]

  /// A table of `cells`.
  public init(title: String, caption: String, rows: [String], columns: [String], cells: [[Cell]]) {
    precondition(cells.count == rows.count, "a row of cells for each name")
    precondition(cells.allSatisfy { $0.count == columns.count }, "a cell for each column")
    self.title = title
    self.caption = caption
    self.rows = rows
    self.columns = columns
    self.cells = cells
  }

  private static let cellWidth = 58
  private static let cellHeight = 22
  private static let letterWidth = 7

  /// The document, as wide and as high as the table; to be scaled at will.
  public var svg: String {
    let left = 16 + Self.letterWidth * (rows.map(\.count).max() ?? 0)
    let top = 60 + Self.letterWidth * (columns.map(\.count).max() ?? 0)
    let width = max(left + Self.cellWidth * columns.count + 16, 520)
    let height = top + Self.cellHeight * rows.count + 16
    var lines = [
      "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 \(width) \(height)\" role=\"img\""
        + " aria-label=\"\(SVGText.escaped("\(title). \(caption)"))\">",
      "<title>\(SVGText.escaped(title))</title>", "<desc>\(SVGText.escaped(caption))</desc>",
      "<style>\(Self.style)</style>", "<rect class=\"ground\" width=\"\(width)\" height=\"\(height)\"/>",
      "<text class=\"head\" x=\"16\" y=\"24\">\(SVGText.escaped(title))</text>",
      "<text x=\"16\" y=\"42\">\(SVGText.escaped(caption))</text>",
    ]
    for (column, name) in columns.enumerated() {
      let x = left + Self.cellWidth * column + Self.cellWidth / 2
      lines.append("<text transform=\"translate(\(x + 4) \(top - 6)) rotate(-90)\">\(SVGText.escaped(name))</text>")
    }
    let half = halfShade
    for (row, name) in rows.enumerated() {
      let y = top + Self.cellHeight * row
      lines.append("<text class=\"end\" x=\"\(left - 6)\" y=\"\(y + 15)\">\(SVGText.escaped(name))</text>")
      for (column, cell) in cells[row].enumerated() {
        let x = left + Self.cellWidth * column
        if cell.value.isFinite, cell.value != 0 {
          let shade = Int((80 * abs(cell.value) / (abs(cell.value) + half)).rounded())
          lines.append(
            "<rect class=\"\(cell.value > 0 ? "up" : "down")\" x=\"\(x)\" y=\"\(y)\" width=\"\(Self.cellWidth)\""
              + " height=\"\(Self.cellHeight)\" fill-opacity=\"\(shade < 10 ? "0.0\(shade)" : "0.\(shade)")\"/>")
        }
        lines.append(
          "<text class=\"mid\" x=\"\(x + Self.cellWidth / 2)\" y=\"\(y + 15)\">\(SVGText.escaped(cell.text))</text>")
      }
    }
    lines.append("</svg>")
    return lines.joined(separator: "\n") + "\n"
  }

  // The value that is shaded by half: the middle one by size, so that a few huge ones do not leave the others white.
  private var halfShade: Double {
    let sizes = cells.joined().map { abs($0.value) }.filter { $0.isFinite && $0 > 0 }.sorted()
    return sizes.isEmpty ? 1 : sizes[sizes.count / 2]
  }

  private static let style = """
    .ground{fill:#fff}text{font:12px system-ui,sans-serif;fill:#111}.head{font-size:15px;font-weight:600}\
    .end{text-anchor:end}.mid{text-anchor:middle}.up{fill:#d9622b}.down{fill:#3f86c6}\
    @media(prefers-color-scheme:dark){.ground{fill:#15181c}text{fill:#f2f2f2}}
    """
}
