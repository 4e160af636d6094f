import Charts
import Foundation
import Testing

#if canImport(FoundationXML)
  import FoundationXML
#endif

@Suite struct ChartKindsTests {
  private static let name = "</svg><script>&\"'\u{0}"

  private static func charts(_ values: [Double]) -> [any Chart] {
    var lines = LineChart(
      title: name, horizontalLabel: name, verticalLabel: name,
      series: [.init(name: name, values: values, band: .init(low: values.map { $0 - 1 }, high: values.map { $0 + 1 }))])
    lines.includesZero = false
    lines.positions = values.indices.map { Double($0) * 10 }
    return [
      lines,
      IntervalChart(title: name, label: name, mark: .bar, rows: values.map { .init(name: name, value: $0) }),
      IntervalChart(
        title: name, label: name, mark: .point,
        rows: values.map { .init(name: name, value: $0, low: $0 - 1, high: $0 + 1) }),
      ReliabilityChart(
        title: name, bins: values.indices.map { .init(count: $0, confidence: 0.5, accuracy: Double($0 % 2)) }),
      TimelineChart(
        title: name, label: name, end: 10, spans: [.init(name: name, start: -5, end: 1e12)],
        moments: values.filter(\.isFinite)),
    ]
  }

  @Test(arguments: [[], [0.0], [3, 3, 3], [-3, .nan, 4, .infinity, 1], [1e-12, 2e-12], [-1e15, 1e15], [0.999, 1]])
  func `every chart is well-formed and of finite places, whatever it is given`(values: [Double]) {
    for chart in Self.charts(values) {
      for text in [chart.svg, chart.figure(.wide, id: "a"), chart.figure(.narrow, id: "a")] {
        #expect(XMLParser(data: Data(text.utf8)).parse(), "\(type(of: chart))")
        #expect(!text.contains("<script"))
        let drawn = text.split(separator: "\n").filter { $0.contains("<path") || $0.contains("<rect") }
        #expect(drawn.allSatisfy { !$0.contains("nan") && !$0.contains("inf") })
      }
    }
  }

  @Test func `a chart in a page brings no style and no title of its own`() {
    for chart in Self.charts([1, 2]) {
      let text = chart.figure(.narrow, id: "x-1")
      #expect(!text.contains("<style"))
      #expect(!text.contains("class=\"head\""))
      #expect(text.contains("aria-labelledby=\"x-1-title x-1-desc\""))
      #expect(text.contains("viewBox=\"0 0 360 "))
    }
  }

  @Test func `the interval of a bin is Wilson's`() {
    // 8 of 10: 0.490 to 0.943 (Newcombe 1998 gives the method; worked by hand).
    let interval = ReliabilityChart.Bin(count: 10, confidence: 0.7, accuracy: 0.8).interval
    #expect(abs(interval.low - 0.4902) < 1e-4)
    #expect(abs(interval.high - 0.9433) < 1e-4)
  }

  @Test func `without zero small changes of large values fill the chart`() throws {
    var chart = LineChart(
      title: "t", horizontalLabel: "h", verticalLabel: "v", series: [.init(name: "a", values: [1_000, 1_001])])
    chart.includesZero = false
    #expect(chart.svg.contains(">1000.2<"), "an axis tells its numbers apart")
    chart.includesZero = true
    #expect(!chart.svg.contains(">1000.2<"))
  }

  @Test func `a long name is cut, and whole in the words for those who cannot see it`() {
    let name = String(repeating: "n", count: 80)
    let text = IntervalChart(title: "t", label: "l", mark: .bar, rows: [.init(name: name, value: 1)])
      .figure(.narrow, id: "a")
    #expect(text.contains("n…n"))
    #expect(text.contains("\(name) 1."))
  }
}
