import Quantities

extension Sweep {
  /// The most combinations that a sweep may have.
  public static let cellsMax = 10_000
}

/// One combination of the values that a sweep varies.
public struct SweepCell: Hashable, Sendable {
  /// The values, in the order of the sweep's axes.
  public var changes: [Scenario.Change]
  /// The scenario with them, and without the sweep.
  public var scenario: Scenario

  /// `rules.incentive=kelly, groups.sybils.count=10`; empty where nothing varies.
  public var label: String { changes.map { "\($0.path)=\($0.value)" }.joined(separator: ", ") }
}

extension Scenario {
  /// The combinations of its sweep, the last axis going fastest; itself alone where it has none.
  ///
  /// Those of a random sweep are different combinations, drawn from the scenario's seed, in the order of the grid. All
  /// cells have the same seed, so that what is drawn for one is drawn for all.
  ///
  /// - Throws: where a value cannot be what the sweep says.
  public func cells() throws(ScenarioError) -> [SweepCell] {
    guard let sweep else { return [SweepCell(changes: [], scenario: self)] }
    var paths: Set<String> = []
    for axis in sweep.axes {
      guard !axis.values.isEmpty, paths.insert(axis.path).inserted else {
        throw ScenarioError(
          path: "sweep.over.\(axis.path)", problem: "has no values or stands twice: give it once, with values")
      }
      guard axis.path != "sweep", !axis.path.hasPrefix("sweep."), !["replicates", "output"].contains(axis.path)
      else {
        throw ScenarioError(path: "sweep.over.\(axis.path)", problem: "cannot vary within a sweep: leave it out")
      }
    }
    let all = sweep.axes.reduce(into: 1) { product, axis in
      let (next, isTooLarge) = product.multipliedReportingOverflow(by: axis.values.count)
      product = isTooLarge ? .max : next
    }
    var plain = self
    plain.sweep = nil
    var cells: [SweepCell] = []
    for number in try chosen(sweep, of: all) {
      var (rest, changes) = (number, [Change]())
      for axis in sweep.axes.reversed() {
        let value = axis.values[rest % axis.values.count]
        rest /= axis.values.count
        changes.append(Change(path: axis.path, value: value, source: "sweep.over: \(axis.path)=\(value)"))
      }
      changes.reverse()
      cells.append(SweepCell(changes: changes, scenario: try plain.changing(changes)))
    }
    return cells
  }

  /// The numbers of the chosen combinations, in the order of the grid.
  private func chosen(_ sweep: Sweep, of all: Int) throws(ScenarioError) -> [Int] {
    let wanted =
      switch sweep.mode {
      case .grid: all
      case .random(let count): min(count, all)
      }
    guard wanted <= Sweep.cellsMax else {
      throw ScenarioError(
        path: "sweep.over", problem: "has more than \(Sweep.cellsMax) combinations: vary less, or say mode: random")
    }
    guard wanted < all else { return Array(0..<all) }
    // Floyd's sampling: a draw for each, all subsets alike.
    var random = CounterStream(seed: seed, purpose: 0x7377_6565_7063_656C)
    var numbers: Set<Int> = []
    for last in all - wanted..<all {
      let number = random.below(last + 1)
      numbers.insert(numbers.contains(number) ? last : number)
    }
    return numbers.sorted()
  }
}
