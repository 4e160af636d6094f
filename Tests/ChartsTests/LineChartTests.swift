import Charts
import Testing

@Suite struct LineChartTests {
  private func chart(_ series: LineChart.Series...) -> LineChart {
    LineChart(title: "Regret", horizontalLabel: "question", verticalLabel: "nats", series: series)
  }

  // The ends of all tags, so that a document that is not well formed is found without a parser.
  private func isBalanced(_ svg: String) -> Bool {
    var open: [Substring] = []
    for tag in svg.split(separator: "<").dropFirst(svg.hasPrefix("<") ? 0 : 1) {
      guard let end = tag.firstIndex(of: ">") else { return false }
      let inside = tag[..<end]
      if inside.hasPrefix("/") {
        guard open.popLast() == inside.dropFirst() else { return false }
      } else if !inside.hasSuffix("/") {
        open.append(inside.prefix { $0 != " " })
      }
    }
    return open.isEmpty
  }

  @Test func `names from outside are escaped and the document is balanced`() {
    let svg = chart(.init(name: "</svg><script>&\"'\u{0}", values: [1, 2])).svg
    #expect(!svg.contains("<script"))
    #expect(svg.contains("&lt;/svg&gt;&lt;script&gt;&amp;&quot;&#39;\u{FFFD}"))
    #expect(isBalanced(svg))
  }

  @Test(arguments: [[], [0.0], [5, 5, 5], [-3, .nan, 4, .infinity, 1], [1e-9, 2e-9], [-1e12, 1e12]])
  func `any values give a document of finite places`(values: [Double]) {
    let svg = chart(.init(name: "a", values: values)).svg
    #expect(isBalanced(svg))
    let paths = svg.split(separator: "\n").filter { $0.contains("<path") }
    #expect(paths.allSatisfy { !$0.contains("nan") && !$0.contains("inf") })
  }

  @Test func `a gap lifts the pen`() throws {
    let svg = chart(.init(name: "a", values: [1, .nan, 2, 3])).svg
    let line = try #require(svg.split(separator: "\n").first { $0.contains("class=\"line c0\"") })
    let path = try #require(line.components(after: " d=\""))
    #expect(path.filter { $0 == "M" }.count == 2)
    #expect(path.filter { $0 == "L" }.count == 1)
  }

  @Test func `a long line is thinned and keeps its extremes`() throws {
    var values = (0..<100_000).map { Double($0 % 10) }
    values[51_234] = 1_000
    let svg = chart(.init(name: "a", values: values)).svg
    #expect(svg.utf8.count < 30_000)
    let line = try #require(svg.split(separator: "\n").first { $0.contains("class=\"line c0\"") })
    // The top of the frame belongs to the greatest value.
    #expect(line.contains(" 44"))
  }

  @Test(arguments: [1, 5, 26, 60])
  func `the names of all lines stand on the page, none on another`(count: Int) throws {
    var chart = chart()
    chart.series = (0..<count).map { .init(name: "line \($0)", values: [0, 1]) }
    let height = try #require(chart.svg.components(after: "viewBox=\"0 0 760 ").flatMap { Double($0) })
    let places = chart.svg.split(separator: "\n").filter { $0.contains(">line ") }.compactMap { line in
      line.components(after: " y=\"").flatMap { Double($0) }
    }.sorted()
    #expect(places.count == count)
    #expect(places.allSatisfy { $0 > 30 && $0 < height - 20 })
    #expect(zip(places, places.dropFirst()).allSatisfy { $1 - $0 >= 14 })
  }

  @Test func `the description says where each line ends`() {
    let svg = chart(.init(name: "meta", values: [0, 0.5]), .init(name: "best", values: [0, -12_345.6])).svg
    #expect(svg.contains("meta ends at 0.5, best ends at -12346."))
  }
}

extension StringProtocol where SubSequence == Substring {
  fileprivate func components(after mark: String) -> Substring? {
    guard let range = firstRange(of: mark) else { return nil }
    return self[range.upperBound...].prefix { $0 != "\"" }
  }
}
