import Charts
import Quantities

extension AttackReport {
  /// The report as a page in one file.
  public var html: String {
    let name = adversary.without.name
    var page = ReportPage(title: "Attack on \(name)")
    page.heading(1, "Attack on \(name)")
    page.paragraph(about, class: "lead")
    page.list([headline, sentence], class: "verdict")
    page.facts(facts)
    page.paragraph(method)
    if let threshold {
      page.heading(2, "With less money")
      let rows = threshold.steps.map { step in
        IntervalChart.Row(
          name: "\(Figure.text(Double(step.stake.micro) / 1e6)) credits", value: step.profit.mean,
          low: step.profit.halfWidth.map { _ in step.profit.low },
          high: step.profit.halfWidth.map { _ in step.profit.high })
      }
      page.figure(
        IntervalChart(title: "Profit by stake", label: "profit, in credits", mark: .point, rows: rows),
        caption: "The same attack, its names in proportion. 95 % intervals under fresh seeds.", table: table(threshold),
        file: "stakes.csv")
    }
    page.heading(2, "How far each strategy came")
    page.paragraph(
      "The best plan of each strategy in the race, from the one that came furthest. These figures come from the search "
        + "itself: the best of many looks better than it is.")
    page.table(standingsTable, file: "strategies.csv")
    page.text(scenario.yaml, summary: "The scenario that replays the attack")
    return page.html
  }

  private func table(_ threshold: StakeThreshold) -> ReportTable {
    var table = ReportTable(
      title: "Profit by stake", columns: ["stake", "names", "profit", "± 95 %", "more than honest", "± 95 %", "p"])
    for step in threshold.steps {
      table.append([
        .number(Double(step.stake.micro) / 1e6), .number(Double(step.identities)), .number(step.profit.mean),
        step.profit.halfWidth.map { .number($0) } ?? .empty, .number(step.gain.mean),
        step.gain.halfWidth.map { .number($0) } ?? .empty, .number(step.chance),
      ])
    }
    return table
  }

  private var standingsTable: ReportTable {
    var table = ReportTable(
      title: "Strategies", columns: ["strategy", "best plan", "profit", "points of accuracy taken", "runs"])
    for standing in standings {
      let lost = standing.accuracyLost.mean * 100
      table.append([
        .text(standing.strategy), .text("\(standing.plan)"), .number(standing.profit.mean),
        lost.isFinite ? .number(lost) : .empty, .number(Double(standing.profit.count)),
      ])
    }
    return table
  }

  /// The report for programs: means with ends of 95 % intervals, credits, accuracy from 0 to 1.
  public var json: JSONValue {
    let second: JSONValue = plan.isMixed ? .text(type(of: plan.second).name) : .null
    var entries: [(key: String, value: JSONValue)] = [
      ("scenario", .text(adversary.without.name)), ("goal", .text(settings.goal.rawValue)),
      ("members", .integer(adversary.members)), ("stake", .amount(adversary.stake)),
      ("significant", .flag(verdict.isSignificant)), ("p", .decimal(verdict.chance)), ("attack", .text("\(plan)")),
      ("names", .integer(plan.identities)), ("first", .text(type(of: plan.first).name)), ("second", second),
    ]
    entries += [
      ("profit", Self.json(verdict.profit)), ("profit_per_credit", .decimal(profitPerCredit)),
      ("worst_profit", .decimal(verdict.worstProfit)), ("honest_profit", Self.json(verdict.honestProfit)),
      ("gain_over_honest", Self.json(verdict.gain)), ("gain_over_nothing", Self.json(verdict.profit)),
    ]
    entries += [
      ("accuracy", Self.json(verdict.accuracy)), ("accuracy_honest", Self.json(verdict.honestAccuracy)),
      ("accuracy_without", Self.json(verdict.accuracyWithout)), ("accuracy_lost", Self.json(verdict.accuracyLost)),
      ("log_loss_gained", Self.json(verdict.logLossGained)),
    ]
    let cost: JSONValue = verdict.costOfPoint.map { .decimal($0) } ?? .null
    let smallest: JSONValue = threshold.map { Self.json($0) } ?? .null
    entries += [
      ("cost_of_point", cost), ("others_loss", Self.json(verdict.othersLoss)),
      ("others_loss_to_nobody", Self.json(verdict.othersLossToNobody)), ("smallest_stake", smallest),
      ("runs", .integer(runs)), ("strategies", .list(standings.map { Self.json($0) })),
    ]
    return .object(entries)
  }

  private static func json(_ standing: Standing) -> JSONValue {
    .object([
      ("strategy", .text(standing.strategy)), ("plan", .text("\(standing.plan)")), ("profit", json(standing.profit)),
      ("accuracy_lost", json(standing.accuracyLost)),
    ])
  }

  private static func json(_ threshold: StakeThreshold) -> JSONValue {
    let fails: JSONValue = threshold.fails.map { .amount($0) } ?? .null
    return .object([
      ("works", .amount(threshold.works)), ("fails", fails), ("steps", .list(threshold.steps.map { json($0) })),
    ])
  }

  private static func json(_ step: StakeThreshold.Step) -> JSONValue {
    .object([
      ("stake", .amount(step.stake)), ("names", .integer(step.identities)), ("profit", json(step.profit)),
      ("gain_over_honest", json(step.gain)), ("p", .decimal(step.chance)),
    ])
  }

  private static func json(_ estimate: Estimate?) -> JSONValue {
    guard let estimate else { return .null }
    let hasEnds = estimate.halfWidth != nil
    return .object([
      ("mean", .decimal(estimate.mean)), ("low", hasEnds ? .decimal(estimate.low) : .null),
      ("high", hasEnds ? .decimal(estimate.high) : .null), ("replicates", .integer(estimate.count)),
    ])
  }
}
