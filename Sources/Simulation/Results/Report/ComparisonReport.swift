import Charts

/// Runs side by side as a page: what differs, what is noise, and all numbers.
public struct ComparisonReport: Sendable {
  private let sides: [RunComparison.Side]
  private let comparison: RunComparison

  /// A page on `sides`, at least one, compared with the first.
  public init(_ sides: [RunComparison.Side]) {
    self.sides = sides
    comparison = RunComparison(sides: sides)
  }

  /// The page, well-formed XML.
  public var html: String {
    var page = ReportPage(title: "Runs compared")
    page.heading(1, "Runs compared")
    page.paragraph("Every run is compared with the first, \(comparison.first.name).", class: "lead")
    page.list(comparison.sentences, class: "verdict")
    page.paragraph(comparison.method)
    page.heading(2, "Side by side")
    for measure in [
      Measure.consensusAccuracy, .consensusLogLoss, .honestReturn, .gainOverUniform, .balanceNakamoto, .weightNakamoto,
    ] {
      add(measure, to: &page)
    }
    page.heading(2, "All differences")
    page.table(comparison.table, file: "differences.csv")
    return page.html
  }

  private func add(_ measure: Measure, to page: inout ReportPage) {
    let known = sides.compactMap { side in
      side.series.first { $0.key == Figures.Key(measure) }.map { (name: side.name, estimate: $0.estimate) }
    }
    guard known.count > 1 else { return }
    let unit = measure.unit.isEmpty ? "" : " (\(measure.unit))"
    var table = ReportTable(title: measure.title, columns: ["run", "mean", "from", "to"])
    var rows: [IntervalChart.Row] = []
    for (name, estimate) in known {
      let ends = estimate.halfWidth == nil ? nil : (low: estimate.low, high: estimate.high)
      rows.append(.init(name: name, value: estimate.mean, low: ends?.low, high: ends?.high))
      table.append([
        .text(name), .number(estimate.mean), ends.map { .number($0.low) } ?? .empty,
        ends.map { .number($0.high) } ?? .empty,
      ])
    }
    let chart = IntervalChart(title: measure.title, label: measure.title + unit, mark: .point, rows: rows)
    page.figure(
      chart,
      caption:
        "Means over replicates with 95 % intervals, where there are replicates. Paired differences can be sure where "
        + "intervals overlap.",
      table: table, file: "\(measure.rawValue).csv")
  }
}
