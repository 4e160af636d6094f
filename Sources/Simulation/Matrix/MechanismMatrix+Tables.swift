import Charts
import Quantities

extension MechanismMatrix {
  /// What a table shows.
  public enum Measure: String, CaseIterable, Hashable, Sendable {
    /// The adversary's profit for each credit.
    case profit
    /// What the others make for each credit.
    case honestReturn = "honest_return"
    /// The accuracy that is lost, in points.
    case accuracyLost = "accuracy_lost"

    /// What stands over the table.
    public var title: String {
      switch self {
      case .profit: "What the adversary makes for each credit"
      case .honestReturn: "What honest members make for each credit"
      case .accuracyLost: "Points of accuracy that the consensus loses"
      }
    }

    /// What its marks mean.
    public var caption: String {
      switch self {
      case .profit: "* earns more than honesty and more than nothing, at 5 % for each cell; orange gains, blue loses"
      case .honestReturn: "credits for each credit brought in; orange gains, blue loses"
      case .accuracyLost: "against an honest adversary; * at 5 % for each cell; – where no outcome comes"
      }
    }
  }

  /// The number of a cell; not a number where there is none.
  public func value(_ measure: Measure, of cell: Cell) -> Double {
    switch measure {
    case .profit: cell.profit.mean
    case .honestReturn: cell.othersReturn.mean
    case .accuracyLost: cell.accuracyLost.map { $0.mean * 100 } ?? .nan
    }
  }

  /// What stands in a cell: a number with its sign, and a star where it is sure.
  public func text(_ measure: Measure, of cell: Cell) -> String {
    let isSure =
      switch measure {
      case .profit: cell.pays
      case .honestReturn: false
      case .accuracyLost: cell.accuracyLost?.isAboveZero ?? false
      }
    return Self.short(value(measure, of: cell)) + (isSure ? "*" : "")
  }

  /// A table of shades, a mechanism in each column and a strategy in each row.
  public func heatTable(_ measure: Measure) -> HeatTable {
    HeatTable(
      title: measure.title, caption: measure.caption, rows: attacks.map(\.name), columns: mechanisms.map(\.name),
      cells: attacks.indices.map { column in
        cells.map { row in HeatTable.Cell(value(measure, of: row[column]), text: text(measure, of: row[column])) }
      })
  }

  /// The table as lines of text: strategies downwards, mechanisms by number across, and what the numbers stand for.
  public func lines(_ measure: Measure) -> [String] {
    let width = attacks.map(\.name.count).max() ?? 0
    func right(_ text: String, _ width: Int) -> String {
      String(repeating: " ", count: max(0, width - text.count)) + text
    }
    func left(_ text: String) -> String { text + String(repeating: " ", count: max(0, width - text.count)) }
    var lines = [measure.title + " (" + measure.caption.prefix { $0 != ";" } + ")"]
    lines.append(left("") + mechanisms.indices.map { right("\($0 + 1)", 8) }.joined())
    for (column, attack) in attacks.enumerated() {
      lines.append(left(attack.name) + cells.map { right(text(measure, of: $0[column]), 8) }.joined())
    }
    return lines
  }

  /// Which mechanism each number stands for, and its most profitable strategy.
  public var legend: [String] {
    mechanisms.indices.map { row in
      let best = attacks.indices.max { cells[row][$0].profit.mean < cells[row][$1].profit.mean }
      let words = best.map { column in
        ": \(attacks[column].name) makes most, \(text(.profit, of: cells[row][column])) for each credit"
      }
      return "\(row + 1) \(mechanisms[row].name)\(words ?? "")"
    }
  }

  /// Every cell in a row, with half-widths of 95 % intervals.
  public var table: ReportTable {
    var table = ReportTable(
      title: "All cells",
      columns: [
        "mechanism", "attack", "profit", "profit ± 95 %", "gain over honest", "gain ± 95 %", "honest return",
        "honest return ± 95 %", "accuracy lost", "accuracy lost ± 95 %", "pays",
      ])
    for (mechanism, row) in zip(mechanisms, cells) {
      for (attack, cell) in zip(attacks, row) {
        var values: [ReportTable.Value] = [.text(mechanism.name), .text(attack.name)]
        for estimate in [cell.profit, cell.gain, cell.othersReturn, cell.accuracyLost] as [Estimate?] {
          values.append(estimate.map { .number($0.mean) } ?? .empty)
          values.append(estimate?.halfWidth.map { .number($0) } ?? .empty)
        }
        values.append(.text(cell.pays ? "yes" : "no"))
        table.append(values)
      }
    }
    return table
  }

  /// The tables as a page in one file.
  public var html: String {
    var page = ReportPage(title: "Mechanisms against strategies")
    page.heading(1, "Mechanisms against strategies")
    page.paragraph(
      "One adversary in one scenario, under each mechanism with each strategy in its standard settings, compared with "
        + "itself being honest under the same \(replicates) seeds. A cell without profit is no promise: witan attack "
        + "searches.", class: "lead")
    page.list(legend, class: "verdict")
    for measure in Measure.allCases {
      page.figure(heatTable(measure), caption: measure.caption, table: table, file: "matrix.csv")
    }
    return page.html
  }

  /// Every cell for programs; profit, gain and return for each credit, accuracy from 0 to 1.
  public var json: JSONValue {
    var entries: [JSONValue] = []
    for (mechanism, row) in zip(mechanisms, cells) {
      for (attack, cell) in zip(attacks, row) { entries.append(Self.json(cell, mechanism.name, attack.name)) }
    }
    return .object([("replicates", .integer(replicates)), ("runs", .integer(runs)), ("cells", .list(entries))])
  }

  private static func json(_ cell: Cell, _ mechanism: String, _ attack: String) -> JSONValue {
    let lost: JSONValue = cell.accuracyLost.map { .decimal($0.mean) } ?? .null
    return .object([
      ("mechanism", .text(mechanism)), ("attack", .text(attack)), ("profit", .decimal(cell.profit.mean)),
      ("gain_over_honest", .decimal(cell.gain.mean)), ("honest_return", .decimal(cell.othersReturn.mean)),
      ("accuracy_lost", lost), ("pays", .flag(cell.pays)),
    ])
  }

  // Three places at most, and a sign for what is not zero.
  private static func short(_ value: Double) -> String {
    guard value.isFinite else { return "–" }
    let size = abs(value)
    let places = size >= 100 ? 0 : size >= 10 ? 1 : size >= 1 ? 2 : 3
    let scale = [1.0, 10, 100, 1_000][places]
    let whole = Int((size * scale).rounded())
    guard whole > 0 else { return "0" }
    let digits = String(whole)
    let padded = String(repeating: "0", count: max(0, places + 1 - digits.count)) + digits
    let fraction = padded.suffix(places)
    return (value < 0 ? "-" : "+") + padded.dropLast(places) + (places > 0 ? "." + fraction : "")
  }
}
