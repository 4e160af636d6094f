import Foundation

/// How well a forest does on the rows that its trees did not see: each row is judged only by the trees that were grown
/// without it (Breiman 2001, section 3.1).
public struct OutOfBagScore: Hashable, Sendable, Codable {
  /// The share of judged rows whose most probable class is the true one, 0 to 1; a tie goes to the first class.
  public let accuracy: Double
  /// The mean of -log of the true class's probability, with probabilities under 1e-15 counted as that.
  public let logLoss: Double
  /// How many rows at least one tree did not see. If none, both scores are 0.
  public let rowCount: Int

  init(model: RandomForestModel, data: Dataset, draws: [Bootstrap], threads: Int) {
    let blockRows = 1_024
    let blockCount = (data.rowCount + blockRows - 1) / blockRows
    var sums = [Sums](repeating: Sums(), count: blockCount)
    sums.withUnsafeMutableBufferPointer { sums in
      let sums = sums
      // Blocks of rows, each summed in the order of trees and rows: the same bits for any number of threads.
      Parallel.forEach(count: blockCount, threads: threads, workspace: { [Double]() }) { block, votes in
        let first = block * blockRows
        let rows = first..<min(first + blockRows, data.rowCount)
        sums[block] = Self.judge(rows, model: model, data: data, draws: draws, votes: &votes)
      }
    }
    let right = sums.reduce(0) { $0 + $1.right }
    let judged = sums.reduce(0) { $0 + $1.judged }
    let loss = sums.reduce(0) { $0 + $1.loss }
    accuracy = judged == 0 ? 0 : Double(right) / Double(judged)
    logLoss = judged == 0 ? 0 : loss / Double(judged)
    rowCount = judged
  }

  private enum CodingKeys: String, CodingKey {
    case accuracy
    case logLoss = "log_loss"
    case rowCount = "row_count"
  }

  private struct Sums {
    var right = 0
    var judged = 0
    var loss = 0.0
  }

  private static func judge(
    _ rows: Range<Int>, model: RandomForestModel, data: Dataset, draws: [Bootstrap], votes: inout [Double]
  ) -> Sums {
    let classCount = data.classCount
    votes = [Double](repeating: 0, count: rows.count * classCount)
    votes.withUnsafeMutableBufferPointer { votes in
      let sums = votes.baseAddress!
      data.features.values.withUnsafeBufferPointer { values in
        model.shares.withUnsafeBufferPointer { shares in
          let base = TreeEnsemble.start(values) + rows.lowerBound * data.featureCount
          for (tree, draw) in draws.enumerated() {
            model.ensemble.walk(tree: tree, rows: base, rowCount: rows.count, width: data.featureCount) {
              row, payload in
              guard draw.times[rows.lowerBound + row] == 0 else { return }
              RandomForestModel.add(shares, payload, to: sums + row * classCount, classCount)
            }
          }
        }
      }
    }
    var sums = Sums()
    for row in rows {
      let vote = votes[(row - rows.lowerBound) * classCount..<(row - rows.lowerBound + 1) * classCount]
      let total = vote.reduce(0, +)
      guard total > 0 else { continue }
      sums.judged += 1
      let label = data.labels[row]
      let best = vote.indices.max { vote[$0] < vote[$1] || (vote[$0] == vote[$1] && $0 > $1) }!
      if best - vote.startIndex == label { sums.right += 1 }
      sums.loss -= log(max(vote[vote.startIndex + label] / total, 1e-15))
    }
    return sums
  }
}
