import Charts
import Quantities

/// What a game of Yuma's cabal came to, as tables, JSON and a page.
public struct CabalReport: Sendable {
  private let scenario: CabalScenario
  private let result: CabalResult

  /// A report on `result`, which `scenario` led to.
  public init(_ scenario: CabalScenario, _ result: CabalResult) {
    self.scenario = scenario
    self.result = result
  }

  /// For each deviation, what honest members need.
  public var retention: ReportTable {
    var table = ReportTable(
      title: "The least honest utility that keeps the honest share",
      columns: ["weight deviation", "least utility", "from", "to", "cabal's self-weight", "networks", "lost"])
    for retention in result.retentions {
      let utility = retention.utility
      let hasInterval = utility.halfWidth != nil
      table.append([
        .number(retention.weightDeviation), .number(utility.mean), hasInterval ? .number(utility.low) : .empty,
        hasInterval ? .number(utility.high) : .empty, .number(retention.bestSelfWeight),
        .number(Double(utility.count)), .number(Double(retention.lostCount)),
      ])
    }
    return table
  }

  /// For each self-weight of the cabal, what honest members need at each deviation.
  public var curves: ReportTable {
    var table = ReportTable(
      title: "The least honest utility against each self-weight",
      columns: ["self-weight"] + result.retentions.map { "deviation \($0.weightDeviation)" })
    for (place, selfWeight) in result.settings.selfWeights.enumerated() {
      table.append([.number(selfWeight)] + result.retentions.map { .number($0.curve[place].utility) })
    }
    return table
  }

  /// The page, with the retention curves.
  public var html: String {
    var page = ReportPage(title: scenario.name)
    page.heading(1, scenario.name)
    if !scenario.about.isEmpty { page.paragraph(scenario.about, class: "lead") }
    page.paragraph(
      "Honest members with \(result.settings.honestStake) of the stake keep their share of all pay if they are at least "
        + "so useful, whatever weight the cabal gives itself. A network is lost where no utility is enough; it counts "
        + "with 1.")
    page.table(retention, file: "retention.csv")
    var chart = LineChart(
      title: "What the cabal's self-weight asks of honest members", horizontalLabel: "the cabal's weight on itself",
      verticalLabel: "least honest utility",
      series: result.retentions.map {
        LineChart.Series(name: "deviation \($0.weightDeviation)", values: $0.curve.map(\.utility))
      })
    chart.positions = result.settings.selfWeights
    page.figure(
      chart, caption: "Means over \(result.settings.networkCount) networks of \(result.settings.nodeCount) nodes.",
      table: curves, file: "curves.csv")
    page.text(scenario.yaml, summary: "The game as expanded")
    return page.html
  }

  /// All of it for programs: for each deviation the utility with its 95 % interval, and the curve.
  public var json: JSONValue {
    let settings = result.settings
    return .object([
      ("name", .text(scenario.name)), ("hash", .text(scenario.hash(of: result).hex)),
      // As text, since it may pass 2^53.
      ("seed", .text("\(settings.seed)")), ("nodes", .integer(settings.nodeCount)),
      ("scorers", .integer(settings.scorerCount)), ("honest_stake", .decimal(settings.honestStake)),
      ("networks", .integer(settings.networkCount)),
      ("self_weights", .list(settings.selfWeights.map(JSONValue.decimal))),
      (
        "retention",
        .list(
          result.retentions.map { retention in
            let utility = retention.utility
            return .object([
              ("weight_deviation", .decimal(retention.weightDeviation)), ("utility", .decimal(utility.mean)),
              ("low", utility.halfWidth == nil ? .null : .decimal(utility.low)),
              ("high", utility.halfWidth == nil ? .null : .decimal(utility.high)),
              ("self_weight", .decimal(retention.bestSelfWeight)), ("lost", .integer(retention.lostCount)),
              ("curve", .list(retention.curve.map { .decimal($0.utility) })),
            ])
          })
      ),
    ])
  }
}
