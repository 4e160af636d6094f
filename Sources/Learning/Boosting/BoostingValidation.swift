import Foundation

/// Rows put aside during boosting, with their scores so far.
struct BoostingValidation {
  private let data: Dataset
  private var scores: [Double] = []
  private var treeCount = 0

  init(_ data: Dataset) { self.data = data }

  /// The log loss of `model`, of which only the trees that are new since the last call are walked.
  mutating func logLoss(of model: GradientBoostingModel) -> Double {
    let scoreCount = model.scoreCount
    let classCount = data.classCount
    if scores.isEmpty { for _ in 0..<data.rowCount { scores += model.baseline } }
    data.features.values.withUnsafeBufferPointer { values in
      let base = TreeEnsemble.start(values)
      for tree in treeCount..<model.ensemble.treeCount {
        model.ensemble.walk(tree: tree, rows: base, rowCount: data.rowCount, width: data.featureCount) { row, payload in
          scores[row * scoreCount + tree % scoreCount] += model.values[payload]
        }
      }
    }
    treeCount = model.ensemble.treeCount
    var loss = 0.0
    var probabilities = [Double](repeating: 0, count: classCount)
    probabilities.withUnsafeMutableBufferPointer { probabilities in
      let output = probabilities.baseAddress!
      for (row, label) in data.labels.enumerated() {
        for score in 0..<scoreCount { output[score] = scores[row * scoreCount + score] }
        BoostingLink.turnIntoProbabilities(output, classCount: classCount)
        loss -= log(max(output[label], 1e-15))
      }
    }
    return loss / Double(max(1, data.rowCount))
  }
}
