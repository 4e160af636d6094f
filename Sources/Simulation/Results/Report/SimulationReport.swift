import Charts
import Quantities

/// The page that tells what a scenario came to: one file, to be read anywhere.
public struct SimulationReport: Sendable {
  private let results: RunResults
  private let scenarioText: String
  private let version: String

  /// Of how many cells the charts are drawn; the table of cells has all.
  private static let chartedMax = 12
  /// How many cells are compared in words.
  private static let comparedMax = 40

  /// A report of `results`.
  ///
  /// - Parameters:
  ///   - scenarioText: the scenario as expanded, shown at the end.
  ///   - version: of the program.
  public init(_ results: RunResults, scenarioText: String, version: String) {
    self.results = results
    self.scenarioText = scenarioText
    self.version = version
  }

  /// The page, well-formed XML.
  public var html: String {
    let scenario = results.scenario
    var page = ReportPage(title: "\(scenario.name): what it came to")
    page.heading(1, scenario.name)
    if !scenario.about.isEmpty { page.paragraph(scenario.about, class: "lead") }
    let all = results.cells.map { FigureSeries.all(of: $0.figures) }
    if results.cells.count == 1, let cell = results.cells.first {
      page.list(Verdict(cell, series: all[0]).sentences, class: "verdict")
      page.facts(facts)
      page.heading(2, "Results")
      CellReport(cell, series: all[0], stem: "").add(to: &page)
    } else {
      addSweep(all, to: &page)
    }
    page.heading(2, "How to get this again")
    page.paragraph(
      "Every number follows from the scenario and its seed: the same program gives the same runs, bit for bit, with any "
        + "number of threads. All figures of all runs are in metrics.csv, all members in members.csv, and run.json says "
        + "the same for programs, beside this page.")
    page.text(scenarioText, summary: "The scenario as expanded")
    let hasCells = results.cells.count > 1
    var hashes = ReportTable(title: "Hashes of the runs", columns: (hasCells ? ["cell"] : []) + ["replicate", "hash"])
    for cell in results.cells {
      for (replicate, record) in cell.records.enumerated() {
        hashes.append((hasCells ? [.text(cell.label)] : []) + [.number(Double(replicate)), .text(record.hash.hex)])
      }
    }
    page.table(hashes, file: "hashes.csv")
    return page.html
  }

  private var facts: [(name: String, value: String)] {
    let scenario = results.scenario
    let members = scenario.groups.reduce(0) { $0 + $1.count }
    return [
      ("questions", "\(scenario.questionCount), \(scenario.classCount) classes"),
      ("members", "\(members) in \(scenario.groups.count) \(scenario.groups.count == 1 ? "group" : "groups")"),
      ("consensus", scenario.rules.consensus.kind.rawValue), ("incentive", scenario.rules.incentive.kind.rawValue),
      ("depth", scenario.depth.rawValue), ("replicates", "\(results.cells.map(\.records.count).max() ?? 0)"),
      ("seed", "\(scenario.seed)"), ("witan", version), ("hash", results.hash.hex),
    ]
  }

  // MARK: Sweeps

  private func addSweep(_ all: [[FigureSeries]], to page: inout ReportPage) {
    let comparison = RunComparison(
      sides: zip(results.cells, all).prefix(Self.comparedMax).map {
        RunComparison.Side(name: $0.label, seed: $0.scenario.seed, series: $1)
      })
    page.list(sentences(comparison, all), class: "verdict")
    page.facts(facts + [("cells", "\(results.cells.count)")])
    page.heading(2, "All cells")
    for name in groupNames.prefix(4) { addCells(Figures.Key(.groupTotalProfit, group: name), all, to: &page) }
    for measure in [Measure.honestReturn, .consensusAccuracy, .consensusLogLoss, .weightNakamoto] {
      addCells(Figures.Key(measure), all, to: &page)
    }
    page.table(Self.cells(results.cells, all), file: "cells.csv")
    page.heading(2, "Against the first cell")
    page.paragraph(comparison.method)
    page.table(comparison.table, file: "differences.csv")
    page.heading(2, "Cell by cell")
    if results.cells.count > Self.chartedMax {
      page.paragraph("Charts of the first \(Self.chartedMax) cells; run a cell by itself to see the others.")
    }
    for (index, cell) in results.cells.prefix(Self.chartedMax).enumerated() {
      page.openPart(cell.label, isOpen: index == 0)
      page.list(Verdict(cell, series: all[index]).sentences, class: "verdict")
      CellReport(cell, series: all[index], stem: "cell-\(index + 1)-").add(to: &page)
      page.closePart()
    }
  }

  private func addCells(_ key: Figures.Key, _ all: [[FigureSeries]], to page: inout ReportPage) {
    let known = zip(results.cells, all).compactMap { cell, series in
      series.first { $0.key == key }.map { (name: cell.label, estimate: $0.estimate) }
    }
    guard known.count > 1 else { return }
    let unit = key.measure.unit.isEmpty ? "" : " (\(key.measure.unit))"
    let title = key.group.map { "“\($0)”: \(key.measure.title)" } ?? key.measure.title
    let chart = IntervalChart(
      title: title, label: key.measure.title + unit, mark: key.group == nil ? .point : .bar,
      rows: known.prefix(Self.comparedMax).map {
        .init(
          name: $0.name, value: $0.estimate.mean, low: $0.estimate.halfWidth == nil ? nil : $0.estimate.low,
          high: $0.estimate.halfWidth == nil ? nil : $0.estimate.high)
      })
    var table = ReportTable(title: title, columns: ["cell", "mean", "from", "to"])
    for (name, estimate) in known {
      table.append([
        .text(name), .number(estimate.mean), estimate.halfWidth == nil ? .empty : .number(estimate.low),
        estimate.halfWidth == nil ? .empty : .number(estimate.high),
      ])
    }
    page.figure(
      chart, caption: "Means over replicates with 95 % intervals, where there are replicates.", table: table,
      file: "\(key.measure.rawValue).csv")
  }

  private static func cells(_ cells: [RunResults.Cell], _ all: [[FigureSeries]]) -> ReportTable {
    var keys: [Figures.Key] = []
    for series in all { for one in series where !keys.contains(one.key) { keys.append(one.key) } }
    var table = ReportTable(
      title: "Means over replicates",
      columns: ["cell"] + keys.map { key in key.group.map { "\($0): \(key.measure.title)" } ?? key.measure.title })
    for (cell, series) in zip(cells, all) {
      let means = Dictionary(uniqueKeysWithValues: series.map { ($0.key, $0.estimate.mean) })
      table.append([.text(cell.label)] + keys.map { key in means[key].map { .number($0) } ?? .empty })
    }
    return table
  }

  /// The names of all groups, in the order in which cells have them.
  private var groupNames: [String] {
    var names: [String] = []
    for cell in results.cells {
      for group in cell.scenario.groups where !names.contains(group.name) { names.append(group.name) }
    }
    return names
  }

  private func sentences(_ comparison: RunComparison, _ all: [[FigureSeries]]) -> [String] {
    ["\(results.cells.count) cells were run, all on the same seeds; the first is \(comparison.first.name)."]
      + groupNames.prefix(4).compactMap { profit($0, all) }
      + [(Measure.consensusLogLoss, "log loss of the consensus"), (.honestReturn, "honest return")].compactMap {
        Self.best($0, called: $1, comparison)
      }
  }

  /// Where a group made least and most.
  private func profit(_ name: String, _ all: [[FigureSeries]]) -> String? {
    let known = zip(results.cells, all).compactMap { cell, series in
      series.first { $0.key == Figures.Key(.groupTotalProfit, group: name) }.map { (cell.label, $0.estimate) }
    }
    guard let least = known.min(by: { $0.1.mean < $1.1.mean }), let most = known.max(by: { $0.1.mean < $1.1.mean }),
      least.1.mean < most.1.mean
    else { return nil }
    let ends = [least, most].map { label, estimate in
      "\(SVGText.number(estimate.mean)) credits in \(label)"
        + (estimate.halfWidth == nil ? "" : " (\(Verdict.interval(estimate)))")
    }
    return "All of “\(name)” together made from \(ends[0]) to \(ends[1])."
  }

  private static func best(_ measure: Measure, called what: String, _ comparison: RunComparison) -> String? {
    let rows = comparison.rows.filter { $0.key == Figures.Key(measure) }
    guard let least = rows.min(by: { $0.difference.mean < $1.difference.mean }),
      let most = rows.max(by: { $0.difference.mean < $1.difference.mean })
    else { return nil }
    let best = measure.direction == .down ? least : most
    let isBetter = measure.direction == .down ? best.difference.mean < 0 : best.difference.mean > 0
    return isBetter
      ? "The best \(what) is \(SVGText.number(best.second.mean)) in \(best.name), against "
        + "\(SVGText.number(best.first.mean)) in the first: \(best.verdict.words)."
      : "No cell has a better \(what) than the first, \(SVGText.number(best.first.mean))."
  }
}
