/// How often predictions came true against how sure they were: on the diagonal where confidence is honest.
public struct ReliabilityChart: Chart, Hashable {
  /// The predictions of about the same confidence.
  public struct Bin: Hashable, Sendable {
    /// How many.
    public let count: Int
    /// The mean probability they gave, 0 to 1.
    public let confidence: Double
    /// The part that came true, 0 to 1.
    public let accuracy: Double

    /// Puts the parts together.
    public init(count: Int, confidence: Double, accuracy: Double) {
      self.count = count
      self.confidence = confidence
      self.accuracy = accuracy
    }

    /// Where the part that comes true lies with 95 % confidence, if predictions are independent (Wilson 1927).
    public var interval: (low: Double, high: Double) {
      guard count > 0 else { return (0, 1) }
      let (n, z) = (Double(count), 1.959_963_984_540_054)
      let middle = (accuracy + z * z / (2 * n)) / (1 + z * z / n)
      let half = z / (1 + z * z / n) * (accuracy * (1 - accuracy) / n + z * z / (4 * n * n)).squareRoot()
      return (max(0, middle - half), min(1, middle + half))
    }
  }

  /// What stands over it.
  public var title: String
  /// By confidence; empty ones left out.
  public var bins: [Bin]

  /// A chart of the bins that hold something.
  public init(title: String, bins: [Bin]) {
    self.title = title
    self.bins = bins.filter { $0.count > 0 }
  }

  /// What each bin says.
  public var description: String {
    let told = bins.map { bin in
      "of \(bin.count) held \(SVGText.percent(bin.confidence)) probable \(SVGText.percent(bin.accuracy)) came true"
    }
    return "How often the consensus was right against how sure it was: \(told.joined(separator: "; "))."
  }

  /// A square plot; below it, how many predictions there are of each confidence.
  public func drawing(_ size: ChartSize, top: Int) -> (lines: [String], height: Int) {
    let left = Frame.left(size)
    let extent = size == .wide ? 400 : 296
    let bottom = top + extent
    let across = Scale(0, 1, from: left, to: left + extent, tickMax: 5)
    let up = Scale(0, 1, from: bottom, to: top, tickMax: 5)
    var lines: [String] = []
    for tick in up.ticks {
      let place = SVGText.place(up.place(tick))
      lines.append("<path class=\"grid\" d=\"M\(left) \(place)H\(left + extent)\"/>")
      lines.append("<text class=\"end\" x=\"\(left - 6)\" y=\"\(place)\" dy=\"4\">\(up.label(tick))</text>")
      let side = SVGText.place(across.place(tick))
      lines.append("<text class=\"mid\" x=\"\(side)\" y=\"\(bottom + 18)\">\(across.label(tick))</text>")
    }
    lines.append("<path class=\"axis\" d=\"M\(left) \(top)V\(bottom)H\(left + extent)\"/>")
    lines.append("<path class=\"ideal\" d=\"M\(left) \(bottom)L\(left + extent) \(top)\"/>")
    // Below the diagonal at its lower end, where a consensus over several classes has no points.
    lines.append(
      "<text class=\"soft\" x=\"\(SVGText.place(across.place(0.12)))\" y=\"\(SVGText.place(up.place(0.05)))\">"
        + "as sure as right</text>")
    let greatest = Double(bins.map(\.count).max() ?? 1)
    for bin in bins {
      let (x, y) = (across.place(bin.confidence), up.place(bin.accuracy))
      let interval = bin.interval
      let (low, high) = (SVGText.place(up.place(interval.low)), SVGText.place(up.place(interval.high)))
      lines.append("<path class=\"whisker c0\" d=\"M\(SVGText.place(x)) \(low)V\(high)\"/>")
      // The area tells how many there are.
      let radius = 3 + 7 * (Double(bin.count) / greatest).squareRoot()
      lines.append(
        "<circle class=\"f0\" cx=\"\(SVGText.place(x))\" cy=\"\(SVGText.place(y))\" r=\"\(SVGText.place(radius))\"/>")
    }
    let middle = left + extent / 2
    lines.append(
      "<text class=\"mid\" x=\"\(middle)\" y=\"\(bottom + 40)\">probability of the most probable class</text>")
    lines.append(
      "<text class=\"mid\" transform=\"translate(14 \((top + bottom) / 2)) rotate(-90)\">part that came true</text>")
    return (lines, bottom + 50)
  }
}
