import Consensus
import Learning
import Quantities
import Runtime

/// A consensus mechanism tried on rows whose classes are known: pooled row by row, learning from each class before the
/// next row comes.
struct PoolTrial {
  /// The consensus of each row.
  let consensus: Matrix
  /// The plain average of each row.
  let average: Matrix

  /// - Parameters:
  ///   - answers: for each model the probabilities of all rows.
  ///   - labels: the class of each row.
  init(_ answers: [Matrix], labels: [Int], rule: ConsensusRule) {
    let classCount = answers[0].columnCount
    var pool = rule.mechanism(classCount: classCount)
    for seat in answers.indices { pool.join(Seat(seat)) }
    var consensus = Matrix(rowCount: labels.count, columnCount: classCount)
    var average = consensus
    for (row, label) in labels.enumerated() {
      var table = PredictionTable(classCount: classCount)
      for (seat, answer) in answers.enumerated() { table.append(Seat(seat), Panel.shares(answer.row(row))) }
      let pooled = pool.pool(table)
      for k in 0..<classCount {
        consensus[row, k] = Double(pooled.consensus[k]) / Double(Billionths.one)
        average[row, k] = answers.reduce(0) { $0 + $1[row, k] } / Double(answers.count)
      }
      let closed = ClosedQuestion(
        id: QuestionID(UInt64(row) + 1), table: table, consensus: pooled.consensus, weights: pooled.weights)
      pool.learn(closed, memo: pooled.memo, outcome: .class(label))
    }
    self.consensus = consensus
    self.average = average
  }
}
