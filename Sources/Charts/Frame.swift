/// Where the values of a line chart lie on the page.
struct Frame {
  /// Tall enough for the names of all lines: beside the plot where there is room, else below it.
  let height: Int

  private let size: ChartSize
  private let top: Int
  private let bottom: Int
  private let positions: [Double]
  private let horizontal: Scale
  private let vertical: Scale

  private static let nameHeight = 15
  private static let legendHeight = 19
  // As many points as can be told apart; each stretch keeps its least and its greatest value.
  private static let stretchMax = 400

  /// Where plots begin.
  static func left(_ size: ChartSize) -> Int { size == .wide ? 72 : 62 }
  private static func right(_ size: ChartSize) -> Int { size == .wide ? 590 : 348 }

  init(_ chart: LineChart, _ size: ChartSize, top: Int) {
    self.size = size
    self.top = top
    let lineCount = chart.series.count
    switch size {
    case .wide:
      bottom = max(top + 326, top + Self.nameHeight * lineCount)
      height = bottom + 50
    case .narrow:
      bottom = top + 216
      height = bottom + 50 + Self.legendHeight * lineCount
    }
    let stepCount = max(2, chart.series.map(\.values.count).max() ?? 0)
    let given = chart.positions.count >= stepCount ? chart.positions : []
    positions = given.isEmpty ? (1...stepCount).map { Double($0) } : given
    let (first, last) = (positions[0], positions[positions.count - 1])
    let (left, right) = (Self.left(size), Self.right(size))
    horizontal = Scale(first, last, from: left, to: right, isRounded: false, tickMax: size == .wide ? 7 : 5)

    let values = chart.series.lazy.flatMap { $0.values + ($0.band.map { $0.low + $0.high } ?? []) }.filter(\.isFinite)
    var least = chart.includesZero ? 0 : Double.infinity
    var greatest = chart.includesZero ? 0 : -Double.infinity
    for value in values {
      least = min(least, value)
      greatest = max(greatest, value)
    }
    if least > greatest { (least, greatest) = (0, 1) }
    vertical = Scale(least, greatest > least ? greatest : least + 1, from: bottom, to: top)
  }

  private func x(_ step: Int) -> Double { horizontal.place(positions[step]) }

  func path(_ values: [Double]) -> String {
    var path = ""
    var isDown = false
    for step in Self.kept(values) {
      guard values[step].isFinite else {
        isDown = false
        continue
      }
      path += "\(isDown ? "L" : "M")\(SVGText.place(x(step))) \(SVGText.place(vertical.place(values[step])))"
      isDown = true
    }
    return path
  }

  /// The area between two lines, a piece for each stretch without gaps.
  func area(_ band: LineChart.Band) -> String {
    var path = ""
    let count = min(band.low.count, band.high.count)
    var start = 0
    while start < count {
      guard band.low[start].isFinite, band.high[start].isFinite else {
        start += 1
        continue
      }
      var end = start
      while end < count, band.low[end].isFinite, band.high[end].isFinite { end += 1 }
      for (place, step) in (start..<end).enumerated() { path += corner(place, step, band.high[step]) }
      for step in (start..<end).reversed() { path += corner(1, step, band.low[step]) }
      path += "Z"
      start = end
    }
    return path
  }

  private func corner(_ place: Int, _ step: Int, _ value: Double) -> String {
    "\(place == 0 ? "M" : "L")\(SVGText.place(x(step))) \(SVGText.place(vertical.place(value)))"
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

  func axes(horizontal name: String, vertical verticalName: String) -> [String] {
    let (left, right) = (Self.left(size), Self.right(size))
    var lines: [String] = []
    for tick in vertical.ticks {
      let place = SVGText.place(vertical.place(tick))
      lines.append("<path class=\"grid\" d=\"M\(left) \(place)H\(right)\"/>")
      lines.append("<text class=\"end\" x=\"\(left - 6)\" y=\"\(place)\" dy=\"4\">\(vertical.label(tick))</text>")
    }
    // The first step is told as well, where no round number stands close by.
    let ticks = horizontal.ticks
    let isClose = ticks.first.map { horizontal.place($0) - Double(left) < 30 } ?? false
    for tick in (isClose ? [] : [horizontal.low]) + ticks {
      let place = SVGText.place(horizontal.place(tick))
      lines.append("<text class=\"mid\" x=\"\(place)\" y=\"\(bottom + 18)\">\(horizontal.label(tick))</text>")
    }
    lines.append("<path class=\"axis\" d=\"M\(left) \(top)V\(bottom)H\(right)\"/>")
    let middle = (left + right) / 2
    lines.append("<text class=\"mid\" x=\"\(middle)\" y=\"\(bottom + 40)\">\(SVGText.escaped(name))</text>")
    lines.append(
      "<text class=\"mid\" transform=\"translate(14 \((top + bottom) / 2)) rotate(-90)\">"
        + "\(SVGText.escaped(verticalName))</text>")
    return lines
  }

  /// The names of the lines, each with a piece of its line: beside its end, as near as the others leave room for, or below.
  func names(_ series: [LineChart.Series]) -> [String] {
    guard size == .wide else { return legend(series) }
    let ends = series.enumerated().compactMap { index, series in
      series.values.last { $0.isFinite }.map { (index: index, name: series.name, place: vertical.place($0)) }
    }
    // From above, none before the one above it is done; then from below, so that the last ones stay on the page.
    let order = ends.sorted { ($0.place, $0.index) < ($1.place, $1.index) }
    var places = order.map(\.place)
    for i in places.indices {
      places[i] = max(places[i], i == 0 ? Double(top) : places[i - 1] + Double(Self.nameHeight))
    }
    for i in places.indices.reversed() {
      places[i] = min(places[i], i == places.count - 1 ? Double(bottom) : places[i + 1] - Double(Self.nameHeight))
    }
    let right = Self.right(size)
    return zip(order, places).flatMap {
      name(index: $0.index, $0.name, x: right + 8, y: SVGText.place($1), lettersMax: 20)
    }
  }

  private func legend(_ series: [LineChart.Series]) -> [String] {
    series.enumerated().flatMap { index, series in
      name(index: index, series.name, x: 8, y: "\(bottom + 62 + Self.legendHeight * index)", lettersMax: 44)
    }
  }

  private func name(index: Int, _ name: String, x: Int, y: String, lettersMax: Int) -> [String] {
    [
      "<path class=\"line \(ChartStyle.stroke(index))\" stroke-dasharray=\"\(ChartStyle.dash(index))\" d=\"M\(x) \(y)h22\"/>",
      "<text x=\"\(x + 28)\" y=\"\(y)\" dy=\"4\">\(SVGText.escaped(SVGText.shortened(name, to: lettersMax)))</text>",
    ]
  }
}
