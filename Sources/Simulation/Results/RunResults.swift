import Ledger
import ProtocolCore
import Quantities

/// What a scenario came to: every cell of its sweep, every replicate.
public struct RunResults: Hashable, Sendable {
  /// One combination of what is varied.
  public struct Cell: Hashable, Sendable {
    /// What is set, such as `rules.incentive=kelly`; empty where nothing varies.
    public var label: String
    /// The scenario with it.
    public var scenario: Scenario
    /// By replicate.
    public var records: [RunRecord]
    /// What else is to be shown, such as what decentralising costs members that learn.
    public var tables: [ReportTable]
    /// What they come to, in sentences for the top of the report.
    public var notes: [String]

    /// Puts the parts together.
    public init(
      label: String, scenario: Scenario, records: [RunRecord], tables: [ReportTable] = [], notes: [String] = []
    ) {
      self.label = label
      self.scenario = scenario
      self.records = records
      self.tables = tables
      self.notes = notes
    }

    /// The figures of each replicate.
    public var figures: [Figures] { records.map { Figures($0, scenario: scenario) } }
  }

  /// As it was given, sweep and all.
  public var scenario: Scenario
  /// At least one, in the order of the sweep.
  public var cells: [Cell]

  /// Puts the parts together.
  public init(scenario: Scenario, cells: [Cell]) {
    self.scenario = scenario
    self.cells = cells
  }

  /// What identifies all of it: the hash of the only run, else the SHA-256 of the hashes of all runs in their order.
  public var hash: Digest {
    let hashes = cells.flatMap(\.records).map(\.hash)
    return hashes.count == 1 ? hashes[0] : Digest.sha256(hashes.flatMap(\.bytes))
  }
}

/// The values of one figure over replicates.
public struct FigureSeries: Hashable, Sendable {
  /// Which figure.
  public let key: Figures.Key
  /// By replicate; only those that know it.
  public let values: [Double]

  /// Their mean with its interval.
  public var estimate: Estimate { Estimate(values) }

  /// Puts the parts together.
  public init(key: Figures.Key, values: [Double]) {
    self.key = key
    self.values = values
  }

  /// Every figure that all of `runs` know, with its values in their order; one that some run lacks could not be paired.
  public static func all(of runs: [Figures]) -> [FigureSeries] {
    guard let first = runs.first else { return [] }
    let tables = runs.map { run in Dictionary(uniqueKeysWithValues: run.entries.map { ($0.key, $0.value) }) }
    return first.entries.compactMap { entry in
      let values = tables.compactMap { $0[entry.key] }
      return values.count == runs.count ? FigureSeries(key: entry.key, values: values) : nil
    }
  }
}
