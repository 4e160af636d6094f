import Quantities

/// What a batch came to in a few tables: for a terminal, and as a JSON document.
public struct BatchSummary: Sendable {
  /// What there is to sum up.
  public let results: RunResults

  private struct Cell {
    let label: String
    let scenario: Scenario
    let series: [FigureSeries]

    func estimate(_ measure: Measure, group: String? = nil) -> Estimate? {
      series.first { $0.key == Figures.Key(measure, group: group) }?.estimate
    }
  }

  private let cells: [Cell]

  /// Sums up `results`.
  public init(_ results: RunResults) {
    self.results = results
    cells = results.cells.map { Cell(label: $0.label, scenario: $0.scenario, series: FigureSeries.all(of: $0.figures)) }
  }

  private var isSweep: Bool { results.scenario.sweep != nil }

  /// Each group of each cell: how many members, what a member made in the mean with its 95 % interval over replicates,
  /// what the group made for each credit at stake, and its share of all weight at the end.
  public var groups: ReportTable {
    let columns = ["group", "strategy", "members", "profit", "± 95 %", "profit per credit staked", "± 95 %", "weight"]
    var table = ReportTable(title: "Groups", columns: (isSweep ? ["cell"] : []) + columns)
    for cell in cells {
      for group in cell.scenario.groups {
        let profit = cell.estimate(.groupProfit, group: group.name)
        let yield = cell.estimate(.groupReturn, group: group.name)
        let row: [ReportTable.Value] = [
          .text(group.name), .text(type(of: group.strategy).name), .number(Double(group.count)),
          Self.value(profit?.mean),
          Self.value(profit?.halfWidth), Self.value(yield?.mean), Self.value(yield?.halfWidth),
          Self.value(cell.estimate(.groupWeight, group: group.name)?.mean),
        ]
        table.append((isSweep ? [.text(cell.label)] : []) + row)
      }
    }
    return table
  }

  /// How good the consensus of each cell was, beside the best member and the plain mean of all answers.
  public var consensus: ReportTable {
    let measures: [(String, Measure)] = [
      ("accuracy", .consensusAccuracy), ("plain mean's accuracy", .uniformAccuracy), ("log loss", .consensusLogLoss),
      ("best member's", .bestMemberLogLoss), ("best mixture's", .bestMixtureLogLoss), ("plain mean's", .uniformLogLoss),
      ("questions", .questionsClosed),
    ]
    // Columns that no cell knows anything of are left out: without detail there is no best member.
    let known = measures.filter { measure in cells.contains { $0.estimate(measure.1) != nil } }
    var table = ReportTable(title: "Consensus", columns: (isSweep ? ["cell"] : []) + known.map(\.0))
    for cell in cells {
      table.append((isSweep ? [.text(cell.label)] : []) + known.map { Self.value(cell.estimate($0.1)?.mean) })
    }
    return table
  }

  /// The whole as JSON: every figure of every cell with its interval, and the hashes.
  public var json: JSONValue {
    .object([
      ("name", .text(results.scenario.name)), ("depth", .text(results.scenario.depth.rawValue)),
      ("seed", .text(String(results.scenario.seed))), ("replicates", .integer(results.scenario.replicates)),
      ("hash", .text(results.hash.hex)),
      (
        "cells",
        .list(
          zip(results.cells, cells).map { result, cell in
            .object([
              ("label", .text(cell.label)), ("hashes", .list(result.records.map { .text($0.hash.hex) })),
              ("figures", .list(cell.series.map(Self.figure))),
              ("tables", .list(result.tables.map(Self.document))),
            ])
          })
      ),
    ])
  }

  private static func figure(_ series: FigureSeries) -> JSONValue {
    let estimate = series.estimate
    return .object([
      ("measure", .text(series.key.measure.rawValue)), ("group", series.key.group.map(JSONValue.text) ?? .null),
      ("mean", .decimal(estimate.mean)), ("low", estimate.halfWidth == nil ? .null : .decimal(estimate.low)),
      ("high", estimate.halfWidth == nil ? .null : .decimal(estimate.high)),
    ])
  }

  private static func document(_ table: ReportTable) -> JSONValue {
    .object([
      ("title", .text(table.title)),
      (
        "rows",
        .list(
          table.rows.map { row in
            .object(
              zip(table.columns, row).map { column, value in
                switch value {
                case .text(let text): (column, .text(text))
                case .number(let number): (column, .decimal(number))
                case .empty: (column, .null)
                }
              })
          })
      ),
    ])
  }

  private static func value(_ number: Double?) -> ReportTable.Value { number.map { .number($0) } ?? .empty }
}
