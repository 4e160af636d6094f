import Charts
import Consensus

/// The charts and tables of one cell.
struct CellReport {
  private let cell: RunResults.Cell
  private let series: [FigureSeries]
  private let time: OverTime
  /// What the names of its files begin with.
  private let stem: String
  private let runs: String

  init(_ cell: RunResults.Cell, series: [FigureSeries], stem: String) {
    self.cell = cell
    self.series = series
    self.stem = stem
    time = OverTime(cell.records)
    runs = cell.records.count == 1 ? "One run." : "Means of \(cell.records.count) runs."
  }

  /// Adds everything to `page`.
  func add(to page: inout ReportPage) {
    page.heading(3, "Who profited")
    addReturns(to: &page)
    addBalances(to: &page)
    addGroups(to: &page)
    page.heading(3, "How good the consensus was")
    addLosses(to: &page)
    addAccuracy(to: &page)
    addCalibration(to: &page)
    page.heading(3, "Who decided")
    addWeights(to: &page)
    addConcentration(to: &page)
    for table in cell.tables {
      page.heading(3, table.title)
      page.table(table, file: "\(stem)\(table.title.lowercased().split(separator: " ").joined(separator: "-")).csv")
    }
    addTimeline(to: &page)
  }

  private func estimate(_ measure: Measure, group: String? = nil) -> Estimate? {
    series.first { $0.key == Figures.Key(measure, group: group) }?.estimate
  }

  private static func row(_ name: String, _ estimate: Estimate) -> IntervalChart.Row {
    IntervalChart.Row(
      name: name, value: estimate.mean, low: estimate.halfWidth == nil ? nil : estimate.low,
      high: estimate.halfWidth == nil ? nil : estimate.high)
  }

  private static func table(_ title: String, _ rows: [(name: String, estimate: Estimate)]) -> ReportTable {
    var table = ReportTable(title: title, columns: ["name", "mean", "from", "to", "runs"])
    for (name, estimate) in rows {
      let ends: [ReportTable.Value] =
        estimate.halfWidth == nil ? [.empty, .empty] : [.number(estimate.low), .number(estimate.high)]
      table.append([.text(name), .number(estimate.mean)] + ends + [.number(Double(estimate.count))])
    }
    return table
  }

  // MARK: Money

  private func addReturns(to page: inout ReportPage) {
    let rows = cell.scenario.groups.compactMap { group in
      estimate(.groupReturn, group: group.name).map { (name: group.name, estimate: $0) }
    }
    guard !rows.isEmpty else {
      page.paragraph("Nobody put anything at stake.")
      return
    }
    let chart = IntervalChart(
      title: "Profit for each credit at stake, by group", label: "profit per credit at stake", mark: .bar,
      rows: rows.map { Self.row($0.name, $0.estimate) })
    page.figure(
      chart,
      caption:
        "\(runs) Profit is what members own and took out, less what they brought in and paid for bribes; stakes are "
        + "summed over all questions. \(intervals) An interval that holds 0 is noise.",
      table: Self.table("Profit per credit at stake", rows), file: "\(stem)returns.csv")
  }

  private var intervals: String {
    cell.records.count > 1 ? "Intervals hold the mean with 95 % confidence (Student's t over runs)." : ""
  }

  private func addBalances(to page: inout ReportPage) {
    let lines = cell.scenario.groups.enumerated().map { time.balances($1.name, group: $0) }
    var chart = LineChart(
      title: "Balances by group", horizontalLabel: "questions", verticalLabel: "credits a member", series: lines)
    chart.positions = time.positions
    chart.includesZero = false
    page.figure(
      chart,
      caption:
        "\(runs) The line is the mean of a group's members; the band holds the middle 90 % of them, or of the runs "
        + "where a group has one member. The vertical axis need not begin at 0.",
      table: time.table("Balances by group, in credits", lines), file: "\(stem)balances.csv")
  }

  private func addGroups(to page: inout ReportPage) {
    let measures: [Measure] = [
      .groupProfit, .groupReturn, .groupStaked, .groupBalance, .groupWeight, .groupAccuracy, .groupLogLoss,
    ]
    let known = measures.filter { measure in series.contains { $0.key.measure == measure } }
    var table = ReportTable(
      title: "Groups", columns: ["group", "strategy", "members"] + known.flatMap { [$0.title, "±"] })
    for group in cell.scenario.groups {
      var row: [ReportTable.Value] = [
        .text(group.name), .text(type(of: group.strategy).name), .number(Double(group.count)),
      ]
      for measure in known {
        let own = estimate(measure, group: group.name)
        row += [own.map { .number($0.mean) } ?? .empty, own?.halfWidth.map { .number($0) } ?? .empty]
      }
      table.append(row)
    }
    page.table(table, file: "\(stem)groups.csv")
  }

  // MARK: The consensus

  private func addLosses(to page: inout ReportPage) {
    let named: [(String, Measure)] = [
      ("consensus", .consensusLogLoss), ("plain mean", .uniformLogLoss),
      ("best member", .bestMemberLogLoss), ("best mixture", .bestMixtureLogLoss),
    ]
    let rows = named.compactMap { name, measure in estimate(measure).map { (name: name, estimate: $0) } }
    guard !rows.isEmpty else {
      page.paragraph("No outcome came, so nothing can be said.")
      return
    }
    let chart = IntervalChart(
      title: "Log loss of the consensus and of its yardsticks",
      label: "log loss (nats a question), less is better",
      mark: .point, rows: rows.map { Self.row($0.name, $0.estimate) })
    page.figure(
      chart,
      caption: "\(runs) \(intervals) The best member and the best fixed mixture are chosen in hindsight. \(lossNote)",
      table: Self.table("Log loss, in nats", rows),
      file: "\(stem)log-loss.csv")
    let gains = [Measure.gainOverUniform, .gainOverBestMember, .gainOverBestMixture].compactMap { measure in
      estimate(measure).map { (name: measure.title, estimate: $0) }
    }
    if !gains.isEmpty {
      page.table(
        Self.table("Differences within each run, in nats: above 0 the consensus was better", gains),
        file: "\(stem)gains.csv")
    }
  }

  private var lossNote: String {
    let details = cell.records.compactMap(\.measures.detail)
    guard let detail = details.first else {
      return "The run was too large to watch every answer, so members are not judged."
    }
    var notes = ["A question that a member left out is charged to it as to the plain mean."]
    if let mixture = detail.mixture {
      if mixture.count < detail.uniform.count {
        notes.append("The best mixture was sought over an even sample of \(mixture.count) questions.")
      }
    } else {
      notes.append(
        "With more members than questions to tell them apart, a best mixture would fit noise and is left out.")
    }
    let omitted = details.reduce(0) { $0 + $1.omitted }
    if omitted > 0 { notes.append("\(omitted) questions waited too long for their outcomes and are not compared.") }
    return notes.joined(separator: " ")
  }

  private func addAccuracy(to page: inout ReportPage) {
    let lines = [time.accuracy("so far", recent: false), time.accuracy("last tenth", recent: true)]
    guard lines[0].values.contains(where: \.isFinite) else { return }
    var chart = LineChart(
      title: "Accuracy of the consensus over time", horizontalLabel: "questions", verticalLabel: "part that was right",
      series: lines)
    chart.positions = time.positions
    chart.includesZero = false
    page.figure(
      chart,
      caption: "\(runs) Of all outcomes so far, and of those within the last tenth of the run. "
        + (cell.records.count > 1 ? "Bands hold the mean with 95 % confidence. " : "")
        + "The vertical axis need not begin at 0.",
      table: time.table("Accuracy of the consensus", lines), file: "\(stem)accuracy.csv")
  }

  private func addCalibration(to page: inout ReportPage) {
    var bins = [ScoreTally.Bin](repeating: .init(), count: ScoreTally.binCount)
    for record in cell.records {
      for (place, bin) in record.measures.consensus.bins.enumerated() {
        bins[place].count += bin.count
        bins[place].right += bin.right
        bins[place].confidence += bin.confidence
      }
    }
    guard bins.contains(where: { $0.count > 0 }) else { return }
    let chart = ReliabilityChart(
      title: "Calibration of the consensus",
      bins: bins.map {
        let count = Double(max(1, $0.count))
        return .init(count: $0.count, confidence: $0.confidence / count, accuracy: Double($0.right) / count)
      })
    var table = ReportTable(
      title: "Calibration by confidence", columns: ["confidence", "came true", "from", "to", "questions"])
    for bin in chart.bins {
      table.append(
        [bin.confidence, bin.accuracy, bin.interval.low, bin.interval.high, Double(bin.count)].map { .number($0) })
    }
    let error = estimate(.consensusCalibrationError).map { SVGText.number($0.mean) } ?? "unknown"
    page.figure(
      chart,
      caption: "All runs together, in \(ScoreTally.binCount) bins of equal width. Larger points hold more questions; "
        + "strokes hold the true part with 95 % confidence (Wilson). Below the diagonal the consensus was too sure, above it "
        + "too modest. Expected calibration error: \(error).",
      table: table, file: "\(stem)calibration.csv")
  }

  // MARK: Influence

  private func addWeights(to page: inout ReportPage) {
    let lines = cell.scenario.groups.enumerated().map { index, group in
      time.line(group.name, within: 0...1) { $0.groups[index].weight }
    }
    var chart = LineChart(
      title: "Weight in the consensus by group", horizontalLabel: "questions", verticalLabel: "part of all weight",
      series: lines)
    chart.positions = time.positions
    page.figure(
      chart,
      caption: "\(runs) All members of a group together."
        + (cell.records.count > 1 ? " Bands hold the mean with 95 % confidence." : ""),
      table: time.table("Weight by group", lines), file: "\(stem)weights.csv")
  }

  private func addConcentration(to page: inout ReportPage) {
    let spreads = [
      (
        "Gini coefficient over time", "0 all alike, 1 one has all", "gini",
        "0 where all have the same, towards 1 where one has all."
      ),
      (
        "Nakamoto coefficient over time", "members for more than half", "nakamoto",
        "The fewest members who together have more than half: the lower, the fewer decide. Several names of one owner count "
          + "as several members."
      ),
    ]
    for (index, (title, label, file, note)) in spreads.enumerated() {
      let range = 0...(index == 0 ? 1 : Double.infinity)
      let lines = [
        time.line("balances", within: range) { index == 0 ? $0.balances.gini : Double($0.balances.nakamoto) },
        time.line("weights", within: range) { index == 0 ? $0.weights.gini : Double($0.weights.nakamoto) },
      ]
      var chart = LineChart(title: title, horizontalLabel: "questions", verticalLabel: label, series: lines)
      chart.positions = time.positions
      page.figure(
        chart,
        caption: "\(runs) \(note)" + (cell.records.count > 1 ? " Bands hold the mean with 95 % confidence." : ""),
        table: time.table(title, lines), file: "\(stem)\(file).csv")
    }
  }

  // MARK: The world

  private func addTimeline(to page: inout ReportPage) {
    guard cell.scenario.depth == .protocol, let first = cell.records.first else { return }
    let (entries, faults) = (first.measures.timeline, cell.scenario.faults)
    guard !entries.isEmpty || !faults.isEmpty else { return }
    page.heading(3, "Network and faults")
    let chart = TimelineChart(
      title: "What broke, and what happened", label: "virtual seconds",
      end: Double(cell.scenario.interval) * Double(cell.scenario.questionCount) / 1_000,
      spans: faults.map {
        .init(
          name: $0.kind.words, start: Double($0.start) / 1_000, end: (Double($0.start) + Double($0.duration)) / 1_000)
      },
      moments: entries.map { Double($0.time) / 1_000 })
    var table = ReportTable(title: "Events", columns: ["seconds", "event"])
    for fault in faults {
      table.append([
        .number(Double(fault.start) / 1_000),
        .text("\(fault.kind.words), for \(SVGText.number(Double(fault.duration) / 1_000)) s"),
      ])
    }
    for entry in entries { table.append([.number(Double(entry.time) / 1_000), .text(entry.text)]) }
    let omitted = first.measures.timelineOmitted
    page.figure(
      chart,
      caption: "Of the first run." + (omitted > 0 ? " \(omitted) later events are left out." : ""), table: table,
      file: "\(stem)timeline.csv")
  }
}

extension Fault.Kind {
  /// What breaks, in a few words.
  fileprivate var words: String {
    switch self {
    case .partition(let groups): "partition: \(groups.joined(separator: ", ")) cannot reach the host"
    case .memberCrash(let groups, let keepsDisk):
      "crash of \(groups.joined(separator: ", ")), \(keepsDisk ? "disks kept" : "disks lost")"
    case .hostCrash: "crash of the host"
    case .slowDisk(let delay): "slow disk: \(delay) ms a flush"
    case .tornDisk: "power loss at the host, a write torn"
    }
  }
}
