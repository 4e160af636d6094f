/// A table of numbers with shaded cells: who profits from which attack.
///
/// Every number stands in its cell with its sign, and a mark where it is sure, so that nothing is told by colour alone.
/// What is too wide goes on below, with the names of the rows once more.
public struct HeatTable: Chart, Hashable {
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

  /// What is measured, and where the greatest and the least number stand.
  public var description: String {
    var ends: [String] = []
    for (word, isGreater) in [("greatest", true), ("least", false)] {
      var found: (value: Double, words: String)?
      for (row, name) in zip(cells, rows) {
        for (cell, column) in zip(row, columns) where cell.value.isFinite {
          if let old = found?.value, isGreater ? cell.value <= old : cell.value >= old { continue }
          found = (cell.value, "\(word) \(cell.text) for \(name) under \(column)")
        }
      }
      if let found { ends.append(found.words) }
    }
    return ([caption] + ends).joined(separator: "; ")
  }

  private static let cellWidth = 46
  private static let cellHeight = 20
  private static let letterWidth = 6

  /// Blocks of as many columns as there is room for, one below the other.
  public func drawing(_ size: ChartSize, top: Int) -> (lines: [String], height: Int) {
    let left = 10 + Self.letterWidth * (rows.map(\.count).max() ?? 0)
    let headHeight = 10 + Self.letterWidth * (columns.map(\.count).max() ?? 0)
    let perBlock = max(1, (size.width - left - 4) / Self.cellWidth)
    let half = halfShade
    var lines: [String] = []
    var y = top
    for start in stride(from: 0, to: columns.count, by: perBlock) {
      let block = start..<min(columns.count, start + perBlock)
      y += headHeight
      for column in block {
        let x = left + Self.cellWidth * (column - start) + Self.cellWidth / 2 + 4
        lines.append(
          "<text transform=\"translate(\(x) \(y - 6)) rotate(-90)\">\(SVGText.escaped(columns[column]))</text>")
      }
      for (row, name) in rows.enumerated() {
        lines.append("<text class=\"end\" x=\"\(left - 6)\" y=\"\(y + 14)\">\(SVGText.escaped(name))</text>")
        for column in block {
          lines += drawing(cells[row][column], half: half, x: left + Self.cellWidth * (column - start), y: y)
        }
        y += Self.cellHeight
      }
      y += 12
    }
    return (lines, y)
  }

  private func drawing(_ cell: Cell, half: Double, x: Int, y: Int) -> [String] {
    var lines: [String] = []
    if cell.value.isFinite, cell.value != 0 {
      let shade = SVGText.number((0.7 * abs(cell.value) / (abs(cell.value) + half) * 100).rounded() / 100)
      lines.append(
        "<rect class=\"\(ChartStyle.fill(cell.value > 0 ? 1 : 0))\" x=\"\(x)\" y=\"\(y)\" width=\"\(Self.cellWidth)\""
          + " height=\"\(Self.cellHeight)\" fill-opacity=\"\(shade)\"/>")
    }
    lines.append(
      "<text class=\"mid\" x=\"\(x + Self.cellWidth / 2)\" y=\"\(y + 14)\">\(SVGText.escaped(cell.text))</text>")
    return lines
  }

  // The value that is shaded by half: the middle one by size, so that a few huge ones do not leave the others white.
  private var halfShade: Double {
    let sizes = cells.joined().map { abs($0.value) }.filter { $0.isFinite && $0 > 0 }.sorted()
    return sizes.isEmpty ? 1 : sizes[sizes.count / 2]
  }
}
