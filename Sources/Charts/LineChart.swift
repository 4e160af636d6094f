/// Lines over a common horizontal axis, with bands where something is uncertain or spread: regret over questions, balances
/// over time.
///
/// Each line has its own dash pattern and a name, so that nothing is told by colour alone. Lines with more points than
/// can be seen are thinned to the extremes of each stretch.
public struct LineChart: Chart, Hashable {
  /// What lies around a line.
  public struct Band: Hashable, Sendable {
    /// Its lower edge at each step; a gap where a value is not finite.
    public let low: [Double]
    /// Its upper edge at each step.
    public let high: [Double]

    /// The band from `low` to `high`.
    public init(low: [Double], high: [Double]) {
      self.low = low
      self.high = high
    }
  }

  /// One line.
  public struct Series: Hashable, Sendable {
    /// What stands at its end.
    public let name: String
    /// Its height at each step, from the first on; a gap where a value is not finite.
    public let values: [Double]
    /// What lies around it; `nil` for nothing.
    public let band: Band?

    /// A line through `values`.
    public init(name: String, values: [Double], band: Band? = nil) {
      self.name = name
      self.values = values
      self.band = band
    }
  }

  /// What stands over it, in words that say what is seen.
  public var title: String
  /// What the horizontal axis counts.
  public var horizontalLabel: String
  /// What the vertical axis measures, with its unit.
  public var verticalLabel: String
  /// Where each step lies on the horizontal axis, ascending; 1, 2, 3 and so on where there are too few.
  public var positions: [Double] = []
  /// Whether the vertical axis reaches down or up to 0. Default: yes. Without it small changes of large values show.
  public var includesZero = true
  /// The lines.
  public var series: [Series]

  /// A chart of `series`.
  public init(title: String, horizontalLabel: String, verticalLabel: String, series: [Series]) {
    self.title = title
    self.horizontalLabel = horizontalLabel
    self.verticalLabel = verticalLabel
    self.series = series
  }

  /// Where each line ends.
  public var description: String {
    let ends = series.map { series in
      "\(series.name) ends at \(series.values.last { $0.isFinite }.map { SVGText.number($0) } ?? "nothing")"
    }
    return "\(verticalLabel) over \(horizontalLabel): \(ends.joined(separator: ", "))."
  }

  /// Bands below, lines above them, names beside or below.
  public func drawing(_ size: ChartSize, top: Int) -> (lines: [String], height: Int) {
    let frame = Frame(self, size, top: top)
    var lines = frame.axes(horizontal: horizontalLabel, vertical: verticalLabel)
    for (index, series) in series.enumerated() {
      guard let band = series.band else { continue }
      lines.append("<path class=\"band \(ChartStyle.fill(index))\" d=\"\(frame.area(band))\"/>")
      let look = "class=\"edge \(ChartStyle.stroke(index))\" stroke-dasharray=\"\(ChartStyle.dash(index))\""
      for edge in [band.low, band.high] { lines.append("<path \(look) d=\"\(frame.path(edge))\"/>") }
    }
    for (index, series) in series.enumerated() where !series.values.isEmpty {
      let look = "class=\"line \(ChartStyle.stroke(index))\" stroke-dasharray=\"\(ChartStyle.dash(index))\""
      lines.append("<path \(look) d=\"\(frame.path(series.values))\"/>")
    }
    lines += frame.names(series)
    return (lines, frame.height)
  }
}
