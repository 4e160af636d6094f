import Consensus
import Quantities

/// The answers to one question where they lie, drawn anew for each: labels, or rows of probabilities, or both.
///
/// Members that stand side by side are drawn together; where a few of them have no voice they are drawn too and their
/// places closed up, which costs less than to begin again behind each.
final class FlatAnswers {
  private struct Run {
    let group: Int
    var places: Range<Int>
  }

  private let population: Population
  private let classCount: Int
  private let hasRows: Bool
  private let hasLabels: Bool
  private var runs: [Run] = []
  // For each row the place at which it is drawn; empty where all places are rows.
  private var sources: [Int32] = []
  private var drawnCount = 0
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
  func arrange(_ members: UnsafePointer<Int32>, count: Int) {
    runs.removeAll(keepingCapacity: true)
    drawnCount = 0
    var (group, bounds, last) = (0, 0..<0, -1)
    for row in 0..<count {
      let member = Int(members[row])
      if !bounds.contains(member) {
        group = population.group(of: member)
        bounds = population.groups[group].members
        last = -1
      }
      let place = member - bounds.lowerBound
      if last >= 0, place > last, place - last <= Self.gapMax {
        runs[runs.count - 1].places = runs[runs.count - 1].places.lowerBound..<place + 1
        drawnCount += place - last
      } else {
        runs.append(Run(group: group, places: place..<place + 1))
        drawnCount += 1
      }
      last = place
    }
    sources.removeAll(keepingCapacity: true)
    if drawnCount > count { findSources(members, count) }
    guard drawnCount > capacity else { return }
    capacity = drawnCount
    labels.deallocate()
    rows.deallocate()
    labels = .allocate(capacity: hasLabels ? capacity : 1)
    rows = .allocate(capacity: hasRows ? capacity * classCount : 1)
  }

  private func findSources(_ members: UnsafePointer<Int32>, _ count: Int) {
    var (row, first) = (0, 0)
    for run in runs {
      let lower = population.groups[run.group].members.lowerBound
      while row < count, run.places.contains(Int(members[row]) - lower) {
        let source = first + Int(members[row]) - lower - run.places.lowerBound
        // A member that stands behind one with a higher number begins a run of its own.
        if let last = sources.last, source <= last { break }
        sources.append(Int32(source))
        row += 1
      }
      first += run.places.count
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
