/// Values side by side, each with its interval: a row for each, its name and its number above a bar or a point.
public struct IntervalChart: Chart, Hashable {
  /// How a value is drawn.
  public enum Mark: Hashable, Sendable {
    /// A bar from 0, for amounts.
    case bar
    /// A point, for values whose distance from 0 means nothing.
    case point
  }

  /// One value.
  public struct Row: Hashable, Sendable {
    /// What it is of.
    public let name: String
    /// The value.
    public let value: Double
    /// The ends of its interval; `nil` for none.
    public let low: Double?
    /// The upper end.
    public let high: Double?

    /// Puts the parts together.
    public init(name: String, value: Double, low: Double? = nil, high: Double? = nil) {
      self.name = name
      self.value = value
      self.low = low
      self.high = high
    }
  }

  /// What stands over it.
  public var title: String
  /// What is measured, with its unit.
  public var label: String
  /// How values are drawn.
  public var mark: Mark
  /// From above; only those with a finite value.
  public var rows: [Row]

  /// A chart of `rows`.
  public init(title: String, label: String, mark: Mark, rows: [Row]) {
    self.title = title
    self.label = label
    self.mark = mark
    self.rows = rows.filter(\.value.isFinite)
  }

  /// Every value with its interval.
  public var description: String {
    let told = rows.map { row in "\(row.name) \(Self.told(row))" }
    return "\(label): \(told.joined(separator: "; "))."
  }

  private static func told(_ row: Row) -> String {
    guard let low = row.low, let high = row.high else { return SVGText.number(row.value) }
    return "\(SVGText.number(row.value)) (\(SVGText.number(low)) to \(SVGText.number(high)))"
  }

  /// A row of 42 units for each value, and the axis below.
  public func drawing(_ size: ChartSize, top: Int) -> (lines: [String], height: Int) {
    let (left, right) = (12, size.width - 12)
    let rowHeight = 42
    let bottom = top + rowHeight * rows.count + 4
    let values = rows.flatMap { [$0.value, $0.low ?? $0.value, $0.high ?? $0.value] }.filter(\.isFinite)
    let least = (values + (mark == .bar ? [0] : [])).min() ?? 0
    let greatest = (values + (mark == .bar ? [0] : [])).max() ?? 1
    let scale = Scale(least, greatest, from: left + 8, to: right - 8, tickMax: size == .wide ? 8 : 4)
    var lines: [String] = []
    for tick in scale.ticks {
      let place = SVGText.place(scale.place(tick))
      lines.append("<path class=\"\(tick == 0 ? "axis" : "grid")\" d=\"M\(place) \(top)V\(bottom)\"/>")
      lines.append("<text class=\"mid\" x=\"\(place)\" y=\"\(bottom + 16)\">\(scale.label(tick))</text>")
    }
    for (index, row) in rows.enumerated() {
      let y = top + rowHeight * index
      lines += draw(row, index: index, y: y, in: scale, left: left, right: right, size: size)
    }
    let middle = (left + right) / 2
    lines.append("<text class=\"mid\" x=\"\(middle)\" y=\"\(bottom + 38)\">\(SVGText.escaped(label))</text>")
    return (lines, bottom + 48)
  }

  private func draw(
    _ row: Row, index: Int, y: Int, in scale: Scale, left: Int, right: Int, size: ChartSize
  ) -> [String] {
    let name = SVGText.escaped(SVGText.shortened(row.name, to: size == .wide ? 76 : 24))
    var lines = [
      "<text class=\"strong\" x=\"\(left)\" y=\"\(y + 14)\">\(name)</text>",
      "<text class=\"end\" x=\"\(right)\" y=\"\(y + 14)\">\(SVGText.escaped(Self.told(row)))</text>",
    ]
    let (zero, place) = (scale.place(max(scale.low, min(0, scale.high))), scale.place(row.value))
    let middle = y + 29
    switch mark {
    case .bar:
      let extent = "x=\"\(SVGText.place(min(zero, place)))\" width=\"\(SVGText.place(abs(place - zero)))\""
      let look = "class=\"bar \(ChartStyle.stroke(index)) \(ChartStyle.fill(index))\""
      lines.append("<rect \(look) \(extent) y=\"\(middle - 7)\" height=\"14\"/>")
    case .point:
      lines.append(
        "<circle class=\"\(ChartStyle.fill(index))\" cx=\"\(SVGText.place(place))\" cy=\"\(middle)\" r=\"4\"/>")
    }
    if let low = row.low, let high = row.high, low.isFinite, high.isFinite {
      let (from, to) = (SVGText.place(scale.place(low)), SVGText.place(scale.place(high)))
      let ends = "M\(from) \(middle - 4)v8M\(to) \(middle - 4)v8M\(from) \(middle)H\(to)"
      lines.append("<path class=\"whisker \(ChartStyle.stroke(index))\" d=\"\(ends)\"/>")
    }
    return lines
  }
}
