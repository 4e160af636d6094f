import Charts

/// The checkpoints of all replicates of a cell, put together.
struct OverTime {
  /// Before which questions: those that every replicate looked at.
  let questions: [Int]
  /// By question, then by replicate.
  private let rows: [[Checkpoint]]

  init(_ records: [RunRecord]) {
    let tables = records.dropFirst().map { record in
      Dictionary(record.measures.checkpoints.map { ($0.question, $0) }, uniquingKeysWith: { $1 })
    }
    var questions: [Int] = []
    var rows: [[Checkpoint]] = []
    for checkpoint in records.first?.measures.checkpoints ?? [] where questions.last != checkpoint.question {
      let others = tables.compactMap { $0[checkpoint.question] }
      guard others.count == tables.count else { continue }
      questions.append(checkpoint.question)
      rows.append([checkpoint] + others)
    }
    self.questions = questions
    self.rows = rows
  }

  /// How many questions were over at each.
  var positions: [Double] { questions.map { Double($0 - 1) } }

  /// The mean over replicates of what `value` finds in each checkpoint, and its 95 % interval where there is one, held
  /// within what such a number can be.
  func line(
    _ name: String, within range: ClosedRange<Double>, _ value: (Checkpoint) -> Double?
  ) -> LineChart.Series {
    let estimates = rows.map { row in
      let values = row.compactMap(value)
      return values.count == row.count ? Estimate(values) : nil
    }
    return Self.line(name, estimates, within: range)
  }

  private static func line(
    _ name: String, _ estimates: [Estimate?], within range: ClosedRange<Double>
  ) -> LineChart.Series {
    let hasBand = estimates.contains { $0?.halfWidth != nil }
    let band = LineChart.Band(
      low: estimates.map { $0.map { max(range.lowerBound, $0.low) } ?? .nan },
      high: estimates.map { $0.map { min(range.upperBound, $0.high) } ?? .nan })
    return LineChart.Series(name: name, values: estimates.map { $0?.mean ?? .nan }, band: hasBand ? band : nil)
  }

  /// The mean balance of group `group`, and from which to which the middle 90 % of its members lie: quantiles of each
  /// replicate, averaged; of a group of one, the quantiles over replicates.
  func balances(_ name: String, group: Int) -> LineChart.Series {
    var (values, low, high) = ([Double](), [Double](), [Double]())
    for row in rows {
      let states = row.map { $0.groups[group] }.filter { $0.count > 0 }
      guard !states.isEmpty else {
        values.append(.nan)
        low.append(.nan)
        high.append(.nan)
        continue
      }
      values.append(Estimate(states.map(\.mean)).mean)
      if states.allSatisfy({ $0.count == 1 }) {
        let own = states.map(\.mean).sorted()
        low.append(RankSorting.quantile(0.05, count: own.count) { own[$0] })
        high.append(RankSorting.quantile(0.95, count: own.count) { own[$0] })
      } else {
        low.append(Estimate(states.map { $0.quantiles.first ?? $0.mean }).mean)
        high.append(Estimate(states.map { $0.quantiles.last ?? $0.mean }).mean)
      }
    }
    return LineChart.Series(name: name, values: values, band: LineChart.Band(low: low, high: high))
  }

  /// The part of outcomes that the consensus had right, of all that came so far or of those since a tenth of the run
  /// before.
  func accuracy(_ name: String, recent: Bool) -> LineChart.Series {
    let window = max(1, rows.count / 10)
    // The first few outcomes would only show how chance swings.
    let enough = max(1, min(20, (rows.last?.map(\.settled).min() ?? 0) / 10))
    let estimates = rows.indices.map { place -> Estimate? in
      let values = rows[place].indices.compactMap { replicate -> Double? in
        let now = rows[place][replicate]
        let before = recent && place >= window ? rows[place - window][replicate] : nil
        let settled = now.settled - (before?.settled ?? 0)
        return settled >= enough ? Double(now.right - (before?.right ?? 0)) / Double(settled) : nil
      }
      return values.count == rows[place].count ? Estimate(values) : nil
    }
    return Self.line(name, estimates, within: 0...1)
  }

  /// The numbers behind lines over these questions.
  func table(_ title: String, _ series: [LineChart.Series]) -> ReportTable {
    var columns = ["questions"]
    for line in series {
      columns += line.band == nil ? [line.name] : [line.name, "\(line.name) from", "\(line.name) to"]
    }
    var table = ReportTable(title: title, columns: columns)
    for place in questions.indices {
      var row = [ReportTable.Value.number(positions[place])]
      for line in series {
        row.append(.number(line.values[place]))
        if let band = line.band { row += [.number(band.low[place]), .number(band.high[place])] }
      }
      table.append(row)
    }
    return table
  }
}
