/// Where the values of a line chart lie on the page.
struct Frame {
  static let width = 760
  /// Tall enough for the names of all lines, one below the other.
  let height: Int
  static let left = 64
  private static let right = 590
  private static let top = 44
  private var bottom: Int { height - 50 }
  private static let nameHeight = 15
  // As many points as can be told apart; each stretch keeps its least and its greatest value.
  private static let stretchMax = 400

  private let stepCount: Int
  private let ticks: [Double]
  private let low: Double
  private let high: Double

  init(_ chart: LineChart) {
    height = max(420, Self.top + 50 + Self.nameHeight * chart.series.count)
    let values = chart.series.lazy.flatMap(\.values).filter(\.isFinite)
    var least = 0.0
    var greatest = 0.0
    for value in values {
      least = min(least, value)
      greatest = max(greatest, value)
    }
    stepCount = max(2, chart.series.map(\.values.count).max() ?? 0)
    ticks = Self.ticks(from: least, to: greatest > least ? greatest : least + 1)
    low = min(least, ticks[0])
    high = max(greatest, ticks[ticks.count - 1])
  }

  /// Round numbers that reach from at most `low` to at least `high`: 4 to 9 of them, 1, 2 or 5 times a power of ten apart.
  static func ticks(from low: Double, to high: Double) -> [Double] {
    var step = 1.0
    while step * 5 > high - low { step /= 10 }
    while step * 50 <= high - low { step *= 10 }
    for factor in [1.0, 2, 5, 10] where (high - low) / (step * factor) <= 7 {
      let first = (low / (step * factor)).rounded(.down)
      let last = (high / (step * factor)).rounded(.up)
      return (0...Int(last - first)).map { (first + Double($0)) * step * factor }
    }
    return [low, high]
  }

  private func x(_ step: Int) -> Double {
    Double(Self.left) + Double(Self.right - Self.left) * Double(step) / Double(stepCount - 1)
  }

  private func y(_ value: Double) -> Double {
    Double(bottom) - Double(bottom - Self.top) * (value - low) / (high - low)
  }

  func path(_ values: [Double]) -> String {
    var path = ""
    var isDown = false
    for step in Self.kept(values) {
      guard values[step].isFinite else {
        isDown = false
        continue
      }
      path += "\(isDown ? "L" : "M")\(SVGText.place(x(step))) \(SVGText.place(y(values[step])))"
      isDown = true
    }
    return path
  }

  // The steps that are drawn: all of a short line, else the least and the greatest of each stretch, and the ends.
  private static func kept(_ values: [Double]) -> [Int] {
    guard values.count > 2 * stretchMax else { return Array(values.indices) }
    var steps: Set<Int> = [0, values.count - 1]
    for stretch in 0..<stretchMax {
      let range = stretch * values.count / stretchMax..<(stretch + 1) * values.count / stretchMax
      for step in [range.min { values[$0] < values[$1] }, range.max { values[$0] < values[$1] }] {
        if let step { steps.insert(step) }
      }
    }
    return steps.sorted()
  }

  func axes(horizontal: String, vertical: String) -> [String] {
    var lines: [String] = []
    for tick in ticks {
      let place = SVGText.place(y(tick))
      lines.append("<path class=\"grid\" d=\"M\(Self.left) \(place)H\(Self.right)\"/>")
      lines.append("<text class=\"end\" x=\"\(Self.left - 6)\" y=\"\(place)\" dy=\"4\">\(SVGText.number(tick))</text>")
    }
    let last = Double(stepCount)
    for tick in Self.ticks(from: 0, to: last) where tick <= last {
      let place = SVGText.place(x(max(0, min(stepCount - 1, Int(tick) - 1))))
      lines.append(
        "<text class=\"mid\" x=\"\(place)\" y=\"\(bottom + 18)\">\(SVGText.number(max(1, tick)))</text>")
    }
    lines.append("<path class=\"axis\" d=\"M\(Self.left) \(Self.top)V\(bottom)H\(Self.right)\"/>")
    lines.append(
      "<text class=\"mid\" x=\"\((Self.left + Self.right) / 2)\" y=\"\(height - 10)\">\(SVGText.escaped(horizontal))</text>"
    )
    let middle = (Self.top + bottom) / 2
    lines.append(
      "<text class=\"mid\" transform=\"translate(16 \(middle)) rotate(-90)\">\(SVGText.escaped(vertical))</text>")
    return lines
  }

  /// The names of the lines, each as near to its end as the others leave room for, with a piece of its line.
  func names(_ series: [LineChart.Series], dashes: [String], colourCount: Int) -> [String] {
    let ends = series.enumerated().compactMap { index, series in
      series.values.last { $0.isFinite }.map { (index: index, name: series.name, place: y($0)) }
    }
    // From above, none before the one above it is done; then from below, so that the last ones stay on the page.
    let order = ends.sorted { ($0.place, $0.index) < ($1.place, $1.index) }
    var places = order.map(\.place)
    for i in places.indices {
      places[i] = max(places[i], i == 0 ? Double(Self.top) : places[i - 1] + Double(Self.nameHeight))
    }
    for i in places.indices.reversed() {
      places[i] = min(places[i], i == places.count - 1 ? Double(bottom) : places[i + 1] - Double(Self.nameHeight))
    }
    var lines: [String] = []
    for (end, place) in zip(order, places) {
      let look = "class=\"line c\(end.index % colourCount)\" stroke-dasharray=\"\(dashes[end.index % dashes.count])\""
      lines.append("<path \(look) d=\"M\(Self.right + 8) \(SVGText.place(place))h22\"/>")
      lines.append(
        "<text x=\"\(Self.right + 36)\" y=\"\(SVGText.place(place))\" dy=\"4\">\(SVGText.escaped(end.name))</text>")
    }
    return lines
  }
}
