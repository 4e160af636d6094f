import Quantities

/// A random forest: many deep trees, each on rows drawn with replacement and a few random features per split,
/// whose class shares are averaged (Breiman 2001).
///
/// Settings are named and preset as in scikit-learn. Splits lower the Gini impurity most and lie halfway between
/// neighbouring values. Training costs about `estimatorCount * n log n * featuresTried` steps.
public struct RandomForest: Learner, Hashable {
  /// How many features a split may choose from.
  public enum FeatureChoice: Hashable, Sendable {
    /// The square root of all, rounded down.
    case sqrt
    /// The logarithm to base two of all, rounded down.
    case log2
    /// Every one.
    case all
    /// So many, at least 1; all if there are fewer.
    case count(Int)
    /// This share of all, above 0 and at most 1.
    case share(Double)
  }

  /// How many trees, 1 or more. Default: 100. More make the forest steadier, slower and larger.
  public var estimatorCount = 100
  /// How many features a split may choose from. Default: the square root. Fewer make trees differ more.
  public var featuresMax = FeatureChoice.sqrt
  /// Most splits on the way to a leaf, 1 or more, or nil (default) for no limit.
  public var depthMax: Int?
  /// Least rows in a node that may be split, 2 or more. Default: 2. Rows drawn twice count twice.
  public var samplesSplitMin = 2
  /// Least rows on each side of a split, 1 or more. Default: 1. Raise it for smoother probabilities.
  public var samplesLeafMin = 1
  /// Whether each tree sees as many rows as there are, drawn with replacement, or every row once. Default: true.
  public var bootstrap = true
  /// Whether to judge the forest by the rows that each tree did not see. Default: false.
  /// Costs about a tenth of the training time; without `bootstrap` there is nothing to judge by.
  public var outOfBag = false

  /// A forest with the default settings.
  public init() {}

  private static let purpose: UInt64 = 0x464F_5245_5354  // "FOREST"

  /// Trains on every row of `data`. Throws `LearningError` without rows or with a setting out of range.
  public func fit(_ data: Dataset, seed: UInt64, threads: Int) throws(LearningError) -> RandomForestModel {
    try check(data, threads: threads)
    let features = RankedFeatures(data.features, threads: threads)
    let settings = ClassCountCriterion.Settings(
      featuresTried: featuresTried(of: data.featureCount), samplesSplitMin: samplesSplitMin,
      samplesLeafMin: samplesLeafMin)
    let narrow =
      settings.featuresTried < 2 ? nil : NarrowRanks(features, columnsMin: settings.featuresTried, threads: threads)
    let limits = TreeLimits(leafCountMax: nil, depthMax: depthMax)
    var trees = [GrownTree?](repeating: nil, count: estimatorCount)
    trees.withUnsafeMutableBufferPointer { trees in
      let trees = trees
      Parallel.forEach(
        count: estimatorCount, threads: threads,
        workspace: {
          TreeGrower(
            features: features, limits: limits, threads: 1,
            criterion: ClassCountCriterion(
              features: features, narrow: narrow, classCount: data.classCount, settings: settings))
        },
        piece: { index, grower in
          var stream = CounterStream(seed: seed, purpose: Self.purpose, UInt64(index))
          let draws = bootstrap ? Bootstrap(rowCount: data.rowCount, from: &stream) : nil
          let rowCount = Self.fill(grower.rows, with: data.labels, draws: draws)
          grower.criterion.begin(stream)
          grower.grow(rowCount: rowCount)
          var tree = TreeEnsemble()
          tree.append(grower.nodes) { $0 }
          trees[index] = GrownTree(
            ensemble: tree, shares: grower.criterion.shares, draws: outOfBag ? draws : nil)
        })
    }
    return assemble(trees.map { $0! }, data: data, threads: threads)
  }

  private func assemble(_ trees: [GrownTree], data: Dataset, threads: Int) -> RandomForestModel {
    let classCount = data.classCount
    var ensemble = TreeEnsemble()
    var shares: [Double] = []
    for tree in trees {
      let shift = shares.count / classCount
      ensemble.append(tree.ensemble) { $0 < classCount ? $0 : $0 + shift }
      shares += tree.shares
    }
    var model = RandomForestModel(
      featureCount: data.featureCount, classCount: classCount, ensemble: ensemble, shares: shares)
    if outOfBag, bootstrap {
      model.outOfBag = OutOfBagScore(model: model, data: data, draws: trees.map { $0.draws! }, threads: threads)
    }
    return model
  }

  private static func fill(_ rows: UnsafeMutablePointer<UInt64>, with labels: [Int], draws: Bootstrap?) -> Int {
    guard let draws else {
      for (row, label) in labels.enumerated() {
        rows[row] = ClassCountCriterion.row(position: row, label: label, weight: 1)
      }
      return labels.count
    }
    var count = 0
    for (row, label) in labels.enumerated() {
      let times = draws.times[row]
      rows[count] = ClassCountCriterion.row(position: row, label: label, weight: times)
      count += times > 0 ? 1 : 0
    }
    return count
  }

  private func featuresTried(of count: Int) -> Int {
    let wish: Int =
      switch featuresMax {
      case .sqrt: Int(Double(count).squareRoot())
      case .log2: count > 0 ? Int.bitWidth - 1 - count.leadingZeroBitCount : 0
      case .all: count
      case .count(let number): number
      case .share(let share): Int(share * Double(count))
      }
    return min(max(1, wish), max(1, count))
  }

  private func check(_ data: Dataset, threads: Int) throws(LearningError) {
    try LearningError.require(estimatorCount >= 1, "estimatorCount", estimatorCount, "at least 1")
    try LearningError.require(depthMax ?? 1 >= 1, "depthMax", depthMax ?? 0, "at least 1, or nil")
    try LearningError.require(samplesSplitMin >= 2, "samplesSplitMin", samplesSplitMin, "at least 2")
    try LearningError.require(samplesLeafMin >= 1, "samplesLeafMin", samplesLeafMin, "at least 1")
    switch featuresMax {
    case .count(let number): try LearningError.require(number >= 1, "featuresMax", number, "at least 1")
    case .share(let share):
      try LearningError.require(share > 0 && share <= 1, "featuresMax", share, "above 0 and at most 1")
    case .sqrt, .log2, .all: break
    }
    try TreeEnsemble.check(data, threads: threads)
  }
}

private struct GrownTree {
  var ensemble: TreeEnsemble
  var shares: [Double]
  var draws: Bootstrap?
}
