import Charts

/// Runs side by side: how each differs from the first, and which differences are noise.
public struct RunComparison: Hashable, Sendable {
  /// What is compared.
  public struct Side: Hashable, Sendable {
    /// What it is called.
    public var name: String
    /// From which its replicates draw: sides with equal seeds are compared run by run.
    public var seed: UInt64
    /// Its figures over replicates.
    public var series: [FigureSeries]

    /// Puts the parts together.
    public init(name: String, seed: UInt64, series: [FigureSeries]) {
      self.name = name
      self.seed = seed
      self.series = series
    }
  }

  /// What is to be thought of a difference.
  public enum Verdict: String, Hashable, Sendable {
    /// More than chance, and in the direction that is better.
    case better
    /// More than chance, and in the direction that is worse.
    case worse
    /// More than chance, of a measure that has no better direction.
    case differs
    /// Not more than chance would give, at 95 % over all measures together.
    case noise
    /// The very same in every run.
    case same
    /// Too few runs to tell.
    case unknown

    /// In a few words.
    public var words: String {
      switch self {
      case .better: "better, more than chance"
      case .worse: "worse, more than chance"
      case .differs: "different, more than chance"
      case .noise: "noise"
      case .same: "the same in every run"
      case .unknown: "too few runs to tell"
      }
    }
  }

  /// One figure of one side against the first.
  public struct Row: Hashable, Sendable {
    /// Which figure.
    public let key: Figures.Key
    /// Which side.
    public let name: String
    /// The first side's mean.
    public let first: Estimate
    /// This side's mean.
    public let second: Estimate
    /// This one less the first.
    public let difference: Difference
    /// The p-value adjusted for all differences of the comparison (Holm); `nil` where there was no test.
    public let adjusted: Double?
    /// What is to be thought of it.
    public let verdict: Verdict
  }

  /// What all others are compared with.
  public let first: Side
  /// By side, then by figure.
  public let rows: [Row]

  /// Compares all of `sides` with the first: by paired differences where seeds are shared, else by Welch's test.
  ///
  /// - Precondition: at least one side.
  public init(sides: [Side]) {
    precondition(!sides.isEmpty)
    first = sides[0]
    let start = Dictionary(uniqueKeysWithValues: sides[0].series.map { ($0.key, $0.values) })
    typealias Raw = (key: Figures.Key, side: Int, a: [Double], b: [Double], difference: Difference)
    var raw: [Raw] = []
    for (index, side) in sides.enumerated().dropFirst() {
      for series in side.series {
        guard let values = start[series.key] else { continue }
        let isPaired = side.seed == sides[0].seed
        // Of pairs only those replicates count that both sides have, in the means as well.
        let count = isPaired ? min(values.count, series.values.count) : .max
        let (own, others) = (Array(values.prefix(count)), Array(series.values.prefix(count)))
        raw.append((series.key, index, own, others, Difference(of: others, to: own, isPaired: isPaired)))
      }
    }
    let tested = raw.indices.filter { raw[$0].difference.pValue != nil && !Self.isSame(raw[$0].a, raw[$0].b) }
    let corrected = Difference.holm(tested.compactMap { raw[$0].difference.pValue })
    let adjusted = Dictionary(uniqueKeysWithValues: zip(tested, corrected))
    rows = raw.enumerated().map { place, one in
      Row(
        key: one.key, name: sides[one.side].name, first: Estimate(one.a), second: Estimate(one.b),
        difference: one.difference, adjusted: adjusted[place],
        verdict: Self.isSame(one.a, one.b)
          ? .same : Self.verdict(one.key.measure, one.difference.mean, adjusted[place]))
    }
  }

  private static func isSame(_ a: [Double], _ b: [Double]) -> Bool { a == b }

  private static func verdict(_ measure: Measure, _ difference: Double, _ adjusted: Double?) -> Verdict {
    guard let adjusted else { return .unknown }
    guard adjusted < 0.05 else { return .noise }
    return switch measure.direction {
    case .neither: .differs
    case .up: difference > 0 ? .better : .worse
    case .down: difference < 0 ? .better : .worse
    }
  }

  /// How differences were judged, in words.
  public var method: String {
    let tests = Set(rows.map(\.difference.test))
    guard !rows.isEmpty, tests != [.none] else {
      return "With a single run on a side chance cannot be told from effect: run with replicates."
    }
    var parts: [String] = []
    if tests.contains(.paired) {
      parts.append("Runs with the same seed share their draws and are compared one by one (paired t test).")
    }
    if tests.contains(.welch) {
      parts.append("Runs with different seeds are compared by Welch's t test.")
    }
    parts.append(
      "Intervals are at 95 %, each by itself. A difference counts as more than chance where its p-value, adjusted for all "
        + "\(rows.filter { $0.adjusted != nil }.count) differences by Holm's method, is below 0.05; else it is noise.")
    return parts.joined(separator: " ")
  }

  /// What is more than chance, a sentence for each side; and what cannot be told.
  public var sentences: [String] {
    var names: [String] = []
    for row in rows where names.last != row.name { names.append(row.name) }
    return names.map { name in
      let own = rows.filter { $0.name == name }
      let found = own.filter { $0.verdict == .better || $0.verdict == .worse || $0.verdict == .differs }
      let (noise, same) = (own.count { $0.verdict == .noise }, own.count { $0.verdict == .same })
      let rest = "noise: \(noise), the same in every run: \(same)"
      if own.allSatisfy({ $0.verdict == .unknown || $0.verdict == .same }) {
        return own.contains { $0.verdict == .unknown }
          ? "\(name): too few runs to tell chance from effect." : "\(name): the same in every figure of every run."
      }
      guard !found.isEmpty else { return "\(name): nothing that is more than chance (\(rest))." }
      let told = found.prefix(6).map { row in
        let what = row.key.group.map { "\($0), \(row.key.measure.title)" } ?? row.key.measure.title
        let change = "\(SVGText.number(row.first.mean)) to \(SVGText.number(row.second.mean))"
        return "\(what) from \(change)" + (row.verdict == .differs ? "" : " (\(row.verdict.rawValue))")
      }
      let more = found.count - told.count
      return "\(name): \(told.joined(separator: "; "))\(more > 0 ? "; and \(more) more" : ""). Of the others, \(rest)."
    }
  }

  /// All rows.
  public var table: ReportTable {
    var table = ReportTable(
      title: "Differences from \(first.name)",
      columns: [
        "run", "measure", "group", "first", "this", "difference", "from", "to", "p", "p adjusted", "verdict", "test",
      ])
    for row in rows {
      let half = row.difference.halfWidth
      table.append([
        .text(row.name), .text(row.key.measure.title), row.key.group.map { .text($0) } ?? .empty,
        .number(row.first.mean), .number(row.second.mean), .number(row.difference.mean),
        half.map { .number(row.difference.mean - $0) } ?? .empty,
        half.map { .number(row.difference.mean + $0) } ?? .empty,
        row.difference.pValue.map { .number($0) } ?? .empty, row.adjusted.map { .number($0) } ?? .empty,
        .text(row.verdict.words), .text(row.difference.test.rawValue),
      ])
    }
    return table
  }
}
