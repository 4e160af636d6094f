/// Lines over a common horizontal axis, as an SVG document: regret over questions, balances over time.
///
/// The text of the document holds everything: no font, script or picture comes from elsewhere. It follows the reader's
/// light or dark setting, and each line has its own dash pattern and a name at its end, so that nothing is told by
/// colour alone. Lines with more points than can be seen are thinned to the extremes of each stretch.
public struct LineChart: Hashable, Sendable {
  /// One line.
  public struct Series: Hashable, Sendable {
    /// What stands at its end.
    public let name: String
    /// Its height at each step, from the first on; a gap where a value is not finite.
    public let values: [Double]

    /// A line through `values`.
    public init(name: String, values: [Double]) {
      self.name = name
      self.values = values
    }
  }

  /// What stands over it, in words that say what is seen.
  public var title: String
  /// What the horizontal axis counts.
  public var horizontalLabel: String
  /// What the vertical axis measures, with its unit.
  public var verticalLabel: String
  /// The lines.
  public var series: [Series]

  /// A chart of `series`.
  public init(title: String, horizontalLabel: String, verticalLabel: String, series: [Series]) {
    self.title = title
    self.horizontalLabel = horizontalLabel
    self.verticalLabel = verticalLabel
    self.series = series
  }

  /// The document: 760 units wide and 420 high, higher for many lines; to be scaled at will.
  public var svg: String {
    let frame = Frame(self)
    var lines = [
      "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 \(Frame.width) \(frame.height)\" role=\"img\""
        + " aria-labelledby=\"title desc\">",
      "<title id=\"title\">\(SVGText.escaped(title))</title>",
      "<desc id=\"desc\">\(SVGText.escaped(description))</desc>",
      "<style>\(Self.style)</style>",
      "<rect class=\"ground\" width=\"\(Frame.width)\" height=\"\(frame.height)\"/>",
      "<text class=\"head\" x=\"\(Frame.left)\" y=\"24\">\(SVGText.escaped(title))</text>",
    ]
    lines += frame.axes(horizontal: horizontalLabel, vertical: verticalLabel)
    for (index, series) in series.enumerated() where !series.values.isEmpty {
      let look =
        "class=\"line c\(index % Self.colourCount)\" stroke-dasharray=\"\(Self.dashes[index % Self.dashes.count])\""
      lines.append("<path \(look) d=\"\(frame.path(series.values))\"/>")
    }
    lines += frame.names(series, dashes: Self.dashes, colourCount: Self.colourCount)
    lines.append("</svg>")
    return lines.joined(separator: "\n") + "\n"
  }

  // What the picture says, for those who cannot see it.
  private var description: String {
    let ends = series.map { series in
      "\(series.name) ends at \(series.values.last { $0.isFinite }.map { SVGText.number($0) } ?? "nothing")"
    }
    return "\(verticalLabel) over \(horizontalLabel): \(ends.joined(separator: ", "))."
  }

  private static let dashes = ["none", "7 3", "2 3", "9 3 2 3", "12 4", "4 2 1 2"]
  private static let colourCount = 8
  private static let style = """
    .ground{fill:#fff}text{font:12px system-ui,sans-serif;fill:#222}.head{font-size:15px;font-weight:600}\
    .axis{stroke:#888;fill:none}.grid{stroke:#ddd}.line{fill:none;stroke-width:1.6}.end{text-anchor:end}.mid{text-anchor:middle}\
    .c0{stroke:#0b62a4}.c1{stroke:#b4460f}.c2{stroke:#3b7a2a}.c3{stroke:#8e2a8a}\
    .c4{stroke:#6b5a00}.c5{stroke:#00757a}.c6{stroke:#a3123f}.c7{stroke:#555}\
    @media(prefers-color-scheme:dark){.ground{fill:#15181c}text{fill:#e6e6e6}.axis{stroke:#999}.grid{stroke:#333}\
    .c0{stroke:#6db7f2}.c1{stroke:#ff9f6b}.c2{stroke:#8fd37a}.c3{stroke:#e08bdc}\
    .c4{stroke:#e0c84a}.c5{stroke:#5fd4d8}.c6{stroke:#ff7fa3}.c7{stroke:#bbb}}
    """
}
