import Consensus
import Foundation
import Tabular

/// A set of crowd answers on disk: labels.csv (worker,task,label) and truth.csv (task,label), all whole numbers from 0.
struct CrowdSet {
  let answers: AnswerSet
  /// Tasks of known truth that were answered.
  let truth: [(task: Int, label: Int)]

  init(folder: URL) throws {
    let rows = try Self.rows(folder.appendingPathComponent("labels.csv"), ["worker", "task", "label"])
    let truth = try Self.rows(folder.appendingPathComponent("truth.csv"), ["task", "label"])
    let classCount = (rows[2] + truth[1]).reduce(0, max) + 1
    let taskCount = (rows[1] + truth[0]).reduce(0, max) + 1
    let answers = try AnswerSet(
      workers: rows[0], tasks: rows[1], labels: rows[2], classCount: classCount, taskCount: taskCount)
    self.answers = answers
    self.truth = zip(truth[0], truth[1]).map { (task: $0, label: $1) }.filter {
      answers.answerCount(ofTask: $0.task) > 0
    }
  }

  private static func rows(_ file: URL, _ columns: [String]) throws -> [[Int]] {
    let table = try CSVReader().table([UInt8](Data(contentsOf: file)))
    return try columns.map { name in
      guard let column = table.columnNames.firstIndex(of: name) else { throw CocoaError(.fileReadCorruptFile) }
      return table.withCells { cells in
        (0..<table.rowCount).map { row in Int(finiteNumber(cells[row, column]) ?? 0) }
      }
    }
  }

  /// Percent of right labels, ties to the lowest class; and as expected with ties broken at random.
  func accuracy(_ estimate: TruthEstimate) -> (lowest: Double, expected: Double) {
    let labels = estimate.labels
    var (lowest, expected) = (0.0, 0.0)
    for (task, label) in truth {
      if labels[task] == label { lowest += 1 }
      let row = Array(estimate[task])
      let top = row.max() ?? 0
      if row[label] >= top - 1e-9 { expected += 1 / Double(row.count { $0 >= top - 1e-9 }) }
    }
    return (100 * lowest / Double(truth.count), 100 * expected / Double(truth.count))
  }

  /// The mean of -ln of the probability of the truth (each at least 1e-4), and the calibration error in 15 bins.
  func calibration(_ estimate: TruthEstimate) -> (logLoss: Double, error: Double) {
    let labels = estimate.labels
    var loss = 0.0
    var bins = [Double](repeating: 0, count: 15)
    for (task, label) in truth {
      let row = Array(estimate[task])
      let top = row.max() ?? 0
      loss -= log(max(row[label], 1e-4))
      bins[min(Int(top * 15), 14)] += top - (labels[task] == label ? 1 : 0)
    }
    let count = Double(truth.count)
    return (loss / count, bins.reduce(0) { $0 + $1.magnitude } / count)
  }
}
