/// A trained gradient boosting.
public struct GradientBoostingModel: Predictor, Hashable {
  /// How many numbers a row has.
  public let featureCount: Int
  /// How many classes a prediction speaks of.
  public let classCount: Int
  /// The scores before any tree.
  let baseline: [Double]
  /// Tree t adds to score t modulo `scoreCount`.
  private(set) var ensemble: TreeEnsemble
  /// The value that each payload of a leaf adds, shrinkage included.
  private(set) var values: [Double]

  init(featureCount: Int, classCount: Int, baseline: [Double], ensemble: TreeEnsemble, values: [Double]) {
    self.featureCount = featureCount
    self.classCount = classCount
    self.baseline = baseline
    self.ensemble = ensemble
    self.values = values
  }

  /// How many scores a row has: one for up to two classes, else one per class.
  var scoreCount: Int { baseline.count }
  /// How many rounds were boosted and kept.
  public var roundCount: Int { ensemble.treeCount / scoreCount }

  mutating func append(_ tree: [GrownNode], values new: [Double]) {
    let shift = values.count
    ensemble.append(tree) { $0 + shift }
    values += new
  }

  mutating func keepFirst(rounds: Int) { ensemble.keepFirst(rounds * scoreCount) }

  /// Class probabilities of one row. Allocates nothing; costs a walk through every tree.
  public func predict(_ row: UnsafeBufferPointer<Double>, into probabilities: UnsafeMutableBufferPointer<Double>) {
    precondition(row.count == featureCount)
    precondition(probabilities.count == classCount)
    let output = probabilities.baseAddress!
    let scoreCount = scoreCount
    for score in 0..<scoreCount { output[score] = baseline[score] }
    values.withUnsafeBufferPointer { values in
      let values = values.baseAddress!
      var score = 0
      ensemble.walk(row, trees: 0..<ensemble.treeCount) { _, payload in
        output[score] += values[payload]
        score &+= 1
        if score == scoreCount { score = 0 }
      }
    }
    BoostingLink.turnIntoProbabilities(output, classCount: classCount)
  }

  /// Class probabilities of each row, bit for bit those of `predict`, a block of rows at a time through every tree.
  public func probabilities(_ rows: borrowing Matrix) -> Matrix {
    precondition(rows.columnCount == featureCount)
    let classCount = classCount
    let scoreCount = scoreCount
    let rowCount = rows.rowCount
    var result = Matrix(rowCount: rowCount, columnCount: classCount)
    rows.values.withUnsafeBufferPointer { input in
      result.values.withUnsafeMutableBufferPointer { output in
        values.withUnsafeBufferPointer { values in
          guard let output = output.baseAddress else { return }
          let values = values.baseAddress!
          for row in 0..<rowCount {
            for score in 0..<scoreCount { output[row &* classCount &+ score] = baseline[score] }
          }
          ensemble.walkAll(input, rowCount: rowCount, width: featureCount) { tree, row, payload in
            output[row &* classCount &+ tree % scoreCount] += values[payload]
          }
          for row in 0..<rowCount {
            BoostingLink.turnIntoProbabilities(output + row &* classCount, classCount: classCount)
          }
        }
      }
    }
    return result
  }
}
