/// What happened when: stretches of time as bars, moments as numbered marks, over a common axis.
public struct TimelineChart: Chart, Hashable {
  /// Something that lasted.
  public struct Span: Hashable, Sendable {
    /// What.
    public let name: String
    /// From when.
    public let start: Double
    /// Until when.
    public let end: Double

    /// Puts the parts together.
    public init(name: String, start: Double, end: Double) {
      self.name = name
      self.start = start
      self.end = end
    }
  }

  /// What stands over it.
  public var title: String
  /// What the axis counts, with its unit.
  public var label: String
  /// Where the axis ends; it begins at 0.
  public var end: Double
  /// A row for each, from above.
  public var spans: [Span]
  /// Moments, a mark for each in a row of their own.
  public var moments: [Double]

  /// A chart of `spans` and `moments` between 0 and `end`.
  public init(title: String, label: String, end: Double, spans: [Span], moments: [Double]) {
    self.title = title
    self.label = label
    self.end = end
    self.spans = spans
    self.moments = moments
  }

  /// Every stretch, and how many moments there are.
  public var description: String {
    let told = spans.map { "\($0.name) from \(SVGText.number($0.start)) to \(SVGText.number($0.end))" }
    let counted = "\(moments.count) events"
    return "\(label): \((told + [counted]).joined(separator: "; "))."
  }

  /// A row of 36 units for each stretch, one for the moments, and the axis.
  public func drawing(_ size: ChartSize, top: Int) -> (lines: [String], height: Int) {
    let (left, right) = (16, size.width - 16)
    let rowCount = spans.count + (moments.isEmpty ? 0 : 1)
    let bottom = top + 36 * rowCount + 6
    let scale = Scale(0, max(end, 1), from: left, to: right, isRounded: false, tickMax: size == .wide ? 8 : 4)
    func place(_ value: Double) -> Double { scale.place(max(0, min(max(end, 1), value))) }
    var lines: [String] = []
    for tick in scale.ticks {
      let place = SVGText.place(scale.place(tick))
      lines.append("<path class=\"grid\" d=\"M\(place) \(top)V\(bottom)\"/>")
      lines.append("<text class=\"mid\" x=\"\(place)\" y=\"\(bottom + 16)\">\(scale.label(tick))</text>")
    }
    for (index, span) in spans.enumerated() {
      let y = top + 36 * index
      let (start, end) = (place(span.start), place(span.end))
      let name = SVGText.escaped(SVGText.shortened(span.name, to: size == .wide ? 100 : 48))
      lines.append("<text x=\"\(left)\" y=\"\(y + 13)\">\(name)</text>")
      let look = "class=\"bar \(ChartStyle.stroke(index)) \(ChartStyle.fill(index))\""
      let extent = "x=\"\(SVGText.place(start))\" width=\"\(SVGText.place(max(2, end - start)))\""
      lines.append("<rect \(look) \(extent) y=\"\(y + 19)\" height=\"11\"/>")
    }
    if !moments.isEmpty {
      let y = top + 36 * spans.count
      lines.append("<text x=\"\(left)\" y=\"\(y + 13)\">events</text>")
      // Marks that would cover each other are drawn once.
      let places = Set(moments.map { SVGText.place(place($0)) }).sorted()
      let strokes = places.map { "M\($0) \(y + 18)v14" }.joined()
      lines.append("<path class=\"mark c7\" d=\"\(strokes)\"/>")
    }
    lines.append("<path class=\"axis\" d=\"M\(left) \(bottom)H\(right)\"/>")
    let middle = (left + right) / 2
    lines.append("<text class=\"mid\" x=\"\(middle)\" y=\"\(bottom + 38)\">\(SVGText.escaped(label))</text>")
    return (lines, bottom + 48)
  }
}
