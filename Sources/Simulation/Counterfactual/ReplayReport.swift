import Charts
import ProtocolCore
import Quantities

/// A replay as a page and as tables: the ledger beside the one that would have been.
public struct ReplayReport: Sendable {
  private let result: ReplayResult
  private let title: String

  // Curves of more models than these would not be told apart; the tables have all.
  private static let shownMax = 6

  /// A report on `result`.
  ///
  /// - Parameter title: what was otherwise, such as `without ada`.
  public init(_ result: ReplayResult, title: String) {
    self.result = result
    self.title = title
  }

  /// The page, well-formed XML, with charts of the models whose balances differ most.
  public var html: String {
    var page = ReportPage(title: "Replay: \(title)")
    page.heading(1, "Replay: \(title)")
    page.paragraph("What a ledger came to, and what it would have come to.", class: "lead")
    page.list(result.sentences, class: "verdict")
    page.heading(2, "Models")
    page.table(models, file: "models.csv")
    page.heading(2, "Consensus and treasury")
    page.table(totals, file: "totals.csv")
    page.heading(2, "Balances over time")
    let balances = balances
    for (place, model) in mostChanged {
      figure("The balance of \(model.id)", { $0.balances[safe: place] ?? nil }, &page)
    }
    figure("The treasury", { $0.treasury }, &page)
    page.heading(3, "All balances")
    page.table(balances, file: "balances.csv")
    return page.html
  }

  /// The tables behind it by their file names.
  public var tables: [(file: String, table: ReportTable)] {
    [("models.csv", models), ("totals.csv", totals), ("balances.csv", balances)]
  }

  private var mostChanged: [(Int, ReplayResult.Model)] {
    let changed = result.models.enumerated().filter { $0.element.other != nil && $0.element.balanceChange != .zero }
    let order = changed.sorted {
      (($1.element.balanceChange ?? .zero).micro.magnitude, $0.offset)
        < (($0.element.balanceChange ?? .zero).micro.magnitude, $1.offset)
    }
    return order.prefix(Self.shownMax).map { ($0.offset, $0.element) }
  }

  private func figure(_ title: String, _ value: (ReplayTimeline.Point) -> Amount?, _ page: inout ReportPage) {
    let lines = [("ledger", result.timeline.real), ("otherwise", result.timeline.other)].map { name, points in
      LineChart.Series(name: name, values: points.map { value($0).map(Self.credits) ?? .nan })
    }
    var chart = LineChart(
      title: title, horizontalLabel: "events of the ledger", verticalLabel: "credits", series: lines)
    chart.positions = result.timeline.real.map { Double($0.position) }
    chart.includesZero = false
    var table = ReportTable(title: title, columns: ["event", "ledger", "otherwise"])
    for (place, point) in result.timeline.real.enumerated() {
      table.append([.number(Double(point.position))] + lines.map { .number($0.values[place]) })
    }
    page.figure(
      chart, caption: "In credits, after so many events of the ledger.", table: table,
      file: "\(title.split(separator: " ").last ?? "balance").csv")
  }

  private static func credits(_ amount: Amount) -> Double { Double(amount.micro) / 1e6 }

  private var models: ReportTable {
    var table = ReportTable(
      title: "Models, in the ledger and otherwise",
      columns: [
        "model", "balance", "balance otherwise", "difference", "profit", "profit otherwise", "earned",
        "earned otherwise", "lost", "lost otherwise", "accuracy", "accuracy otherwise", "weight", "weight otherwise",
        "status", "status otherwise", "answers dropped", "answers unheard",
      ])
    func credits(_ amount: Amount?) -> ReportTable.Value { amount.map { .number(Self.credits($0)) } ?? .empty }
    func share(_ billionths: UInt32?) -> ReportTable.Value {
      billionths.map { .number(Double($0) / Double(Billionths.one)) } ?? .empty
    }
    for model in result.models {
      let (real, other) = (model.real, model.other)
      table.append([
        .text(model.id.name), credits(real.balance), credits(other?.balance), credits(model.balanceChange),
        credits(real.profit), credits(other?.profit), credits(real.rewarded), credits(other?.rewarded),
        credits(real.slashed), credits(other?.slashed), share(real.accuracy), share(other?.accuracy),
        share(real.weight), share(other?.weight), .text(real.status.rawValue),
        .text(other?.status.rawValue ?? "left out"), .number(Double(model.dropped)), .number(Double(model.unheard)),
      ])
    }
    return table
  }

  private var totals: ReportTable {
    var table = ReportTable(
      title: "Consensus and treasury, in the ledger and otherwise", columns: ["figure", "ledger", "otherwise"])
    let (real, other) = (result.real, result.other)
    func row(_ name: String, _ a: Double?, _ b: Double?) {
      table.append([.text(name), a.map { .number($0) } ?? .empty, b.map { .number($0) } ?? .empty])
    }
    row("accuracy of the consensus", result.tally.real.accuracy, result.tally.other.accuracy)
    row("log loss of the consensus (nats)", result.tally.real.logLoss, result.tally.other.logLoss)
    row("questions scored", Double(result.tally.real.count), Double(result.tally.other.count))
    row("treasury (credits)", Self.credits(real.treasury), Self.credits(other.treasury))
    row("rewards that fell short (credits)", Self.credits(real.shortfall), Self.credits(other.shortfall))
    row("questions that fell short", Double(real.shortQuestions), Double(other.shortQuestions))
    row("questions open at the end", Double(real.openCount), Double(other.openCount))
    row("events", Double(real.head.position), Double(other.head.position))
    return table
  }

  private var balances: ReportTable {
    var table = ReportTable(
      title: "Balances over time (credits)", columns: ["event", "time", "model", "ledger", "otherwise"])
    for (real, other) in zip(result.timeline.real, result.timeline.other) {
      for (place, model) in result.models.enumerated() where place < real.balances.count {
        table.append([
          .number(Double(real.position)), .text(Timestamp.text(real.tick)), .text(model.id.name),
          (real.balances[place]).map { .number(Self.credits($0)) } ?? .empty,
          (other.balances[safe: place] ?? nil).map { .number(Self.credits($0)) } ?? .empty,
        ])
      }
    }
    return table
  }
}

extension Array {
  fileprivate subscript(safe index: Int) -> Element? { indices.contains(index) ? self[index] : nil }
}
