import Consensus
import Quantities

/// The answers to one question where they lie, drawn anew for each: labels, or rows of probabilities, or both.
///
/// Members that stand side by side are drawn together; where a few of them have no voice they are drawn too and their
/// places closed up, which costs less than to begin again behind each.
final class FlatAnswers {
  private struct Run {
    let group: Int
    let places: Range<Int>
  }

  private let population: Population
  private let classCount: Int
  private let hasRows: Bool
  private let hasLabels: Bool
  private var runs: [Run] = []
  // For each row the place at which it is drawn; empty where all places are rows.
  private var sources: [Int32] = []
  private var capacity = 0
  /// The class that each holds most probable; there where labels were asked for.
  private(set) var labels: UnsafeMutablePointer<UInt16>
  /// rowCount x K billionths; there where rows were asked for.
  private(set) var rows: UnsafeMutablePointer<UInt32>
  /// Room for what a pool notes of them.
  let notes: UnsafeMutablePointer<Double>

  private static let gapMax = 8

  /// Nobody yet.
  init(_ population: Population, hasRows: Bool, hasLabels: Bool, noteCount: Int) {
    self.population = population
    self.hasRows = hasRows
    self.hasLabels = hasLabels
    classCount = population.classCount
    labels = .allocate(capacity: 1)
    rows = .allocate(capacity: 1)
    notes = .allocate(capacity: (noteCount + 7) & ~7)
    notes.initialize(repeating: 0, count: (noteCount + 7) & ~7)
  }

  deinit {
    labels.deallocate()
    rows.deallocate()
    notes.deallocate()
  }

  /// Takes note of who answers from now on.
  ///
  /// - Parameter members: ascending within each group, or as they come.
  func arrange(_ members: UnsafePointer<Int32>, count: Int) {
    let (runs, drawn) = Self.runs(members, count, population)
    self.runs = runs
    sources = drawn > count ? Self.sources(members, count, runs, population) : []
    guard drawn > capacity else { return }
    capacity = drawn
    labels.deallocate()
    rows.deallocate()
    labels = .allocate(capacity: hasLabels ? capacity : 1)
    rows = .allocate(capacity: hasRows ? capacity * classCount : 1)
  }

  // Members that are drawn together, and how many places that takes.
  private static func runs(
    _ members: UnsafePointer<Int32>, _ count: Int, _ population: Population
  ) -> (runs: [Run], drawn: Int) {
    var runs: [Run] = []
    var (row, drawn) = (0, 0)
    while row < count {
      let first = Int(members[row])
      let group = population.group(of: first)
      let bounds = population.groups[group].members
      var last = first
      row += 1
      while row < count {
        let member = Int(members[row])
        guard member > last, member - last <= gapMax, member < bounds.upperBound else { break }
        last = member
        row += 1
      }
      runs.append(Run(group: group, places: first - bounds.lowerBound..<last + 1 - bounds.lowerBound))
      drawn += last + 1 - first
    }
    return (runs, drawn)
  }

  // For each row the place at which it is drawn.
  private static func sources(
    _ members: UnsafePointer<Int32>, _ count: Int, _ runs: [Run], _ population: Population
  ) -> [Int32] {
    [Int32](unsafeUninitializedCapacity: count) { sources, initialized in
      var (row, first) = (0, 0)
      for run in runs {
        let lower = population.groups[run.group].members.lowerBound + run.places.lowerBound
        let shift = first - lower
        let upper = lower + run.places.count
        var last = lower - 1
        // A member behind one with a higher number begins a run of its own.
        while row < count, Int(members[row]) > last, Int(members[row]) < upper {
          last = Int(members[row])
          sources[row] = Int32(last + shift)
          row += 1
        }
        first += run.places.count
      }
      initialized = row
    }
  }

  /// Draws what all of them say to `question`.
  func draw(_ question: Int, count: Int) {
    var first = 0
    for run in runs {
      if hasRows {
        population.rows(question, group: run.group, places: run.places, into: rows + first * classCount)
      } else {
        population.labels(question, group: run.group, places: run.places, into: labels + first)
      }
      first += run.places.count
    }
    closeUp()
    if hasRows, hasLabels { VoteTally.tops(rows: rows, count: count, classCount: classCount, into: labels) }
  }

  private func closeUp() {
    guard !sources.isEmpty else { return }
    let (labels, rows) = (labels, rows)
    sources.withUnsafeBufferPointer { sources in
      guard hasRows else {
        for row in 0..<sources.count { labels[row] = labels[Int(sources[row])] }
        return
      }
      for row in 0..<sources.count where Int(sources[row]) != row {
        (rows + row * classCount).update(from: rows + Int(sources[row]) * classCount, count: classCount)
      }
    }
  }
}
