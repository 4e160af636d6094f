import Charts

/// What a run came to, in plain sentences with their uncertainty.
struct Verdict {
  private let cell: RunResults.Cell
  private let series: [FigureSeries]

  init(_ cell: RunResults.Cell, series: [FigureSeries]) {
    self.cell = cell
    self.series = series
  }

  /// Who profited, whether the consensus helped, and how concentrated the council became.
  var sentences: [String] {
    money + consensus + cell.notes + concentration
      + (cell.records.count < 2
        ? ["This is a single run: it cannot tell chance from effect. Set replicates to 10 or more for intervals."] : [])
  }

  private func estimate(_ measure: Measure, group: String? = nil) -> Estimate? {
    series.first { $0.key == Figures.Key(measure, group: group) }?.estimate
  }

  private var money: [String] {
    // Of many groups, those that won or lost most for each credit.
    let told = cell.scenario.groups.compactMap { group in
      estimate(.groupReturn, group: group.name).map { (name: group.name, estimate: $0) }
    }
    guard !told.isEmpty else { return unstaked }
    let order = told.indices.sorted { (-abs(told[$0].estimate.mean), $0) < (-abs(told[$1].estimate.mean), $1) }
    let kept = order.prefix(6).sorted().map { told[$0] }
    let rest = told.count - kept.count
    return kept.map { Self.money("“\($0.name)”", $0.estimate) }
      + (rest > 0 ? ["\(rest) more groups won or lost less for each credit; the table of groups has all."] : [])
  }

  // Where nothing is at stake there may be profit all the same.
  private var unstaked: [String] {
    let told = cell.scenario.groups.compactMap { group in
      estimate(.groupTotalProfit, group: group.name).map { (name: group.name, estimate: $0) }
    }
    let profits = told.filter { $0.estimate.mean != 0 }
    guard !profits.isEmpty else { return ["Nobody put anything at stake, and nobody made or lost anything."] }
    return ["Nobody put anything at stake."]
      + profits.prefix(6).map { name, estimate in
        let verb = estimate.mean < 0 ? "lost" : "made"
        let amount = "“\(name)” \(verb) \(SVGText.number(abs(estimate.mean))) credits in all"
        guard let hasSign = estimate.hasSign else { return "\(amount)." }
        return "\(amount)\(hasSign ? "" : ", which is noise") (\(Self.interval(estimate)))."
      }
  }

  private static func money(_ name: String, _ estimate: Estimate) -> String {
    let amount = "\(SVGText.number(abs(estimate.mean))) credits for each credit at stake"
    let verb = estimate.mean < 0 ? "lost" : "gained"
    guard let hasSign = estimate.hasSign else {
      return estimate.mean == 0 ? "\(name) came out even." : "\(name) \(verb) \(amount)."
    }
    if estimate.mean == 0, estimate.halfWidth == 0 { return "\(name) came out even in every run." }
    return hasSign
      ? "\(name) \(verb) \(amount) (\(interval(estimate)))."
      : "\(name) made no profit or loss that is more than noise: \(SVGText.number(estimate.mean)) credits for each credit "
        + "at stake (\(interval(estimate)))."
  }

  /// `95 % interval 0.1 to 0.2`.
  static func interval(_ estimate: Estimate) -> String {
    "95 % interval \(SVGText.number(estimate.low)) to \(SVGText.number(estimate.high))"
  }

  private var consensus: [String] {
    guard let accuracy = estimate(.consensusAccuracy) else {
      return ["No outcome came, so nothing says how good the consensus was."]
    }
    var sentences = ["The consensus was right \(Self.percent(accuracy)) of the time."]
    guard let uniform = estimate(.gainOverUniform) else {
      sentences.append(
        "Whether it was better than a plain mean is not known: the run was too large to watch every answer.")
      return sentences
    }
    sentences.append(
      Self.gain("Weighing members", uniform, than: "the plain mean of all answers", verbs: ("helped", "did harm")))
    if let best = estimate(.gainOverBestMember) {
      sentences.append(
        Self.gain(
          "Having a council", best, than: "the single best member, known in hindsight", verbs: ("helped", "cost")))
    }
    return sentences
  }

  private static func percent(_ estimate: Estimate) -> String {
    guard let halfWidth = estimate.halfWidth else { return SVGText.percent(estimate.mean) }
    return "\(SVGText.percent(estimate.mean)) (± \(SVGText.percent(halfWidth)))"
  }

  private static func gain(
    _ subject: String, _ estimate: Estimate, than other: String, verbs: (up: String, down: String)
  ) -> String {
    let amount =
      "\(SVGText.number(abs(estimate.mean))) nats \(estimate.mean < 0 ? "more" : "less") log loss than \(other)"
    guard let hasSign = estimate.hasSign else { return "\(subject) gave \(amount)." }
    return hasSign
      ? "\(subject) \(estimate.mean < 0 ? verbs.down : verbs.up): \(amount) (\(interval(estimate)))."
      : "\(subject) made no difference that is more than noise: \(amount) (\(interval(estimate)))."
  }

  private static func tenths(_ value: Double) -> String { SVGText.number((value * 10).rounded() / 10) }

  private var concentration: [String] {
    guard let weights = estimate(.weightNakamoto), weights.mean > 0 else { return [] }
    let memberCount = cell.scenario.groups.reduce(0) { $0 + $1.count }
    let balances = estimate(.balanceNakamoto).map {
      ", and \(Self.tenths($0.mean)) to own more than half of all credits"
    }
    return [
      "At the end it took \(Self.tenths(weights.mean)) of \(memberCount) members to hold more than half of the weight"
        + "\(balances ?? "")."
    ]
  }
}
