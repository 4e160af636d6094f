import Foundation

/// A boosting under way: the scores of the training rows and the model so far.
struct BoostingRun: ~Copyable {
  private(set) var model: GradientBoostingModel
  private let settings: GradientBoosting
  private let labels: [Int]
  private let rowsOfClass: [Int]
  private let features: BinnedFeatures
  private let threads: Int
  /// By score, then by row.
  private let scores: UnsafeMutablePointer<Double>
  private let probabilities: UnsafeMutablePointer<Double>
  /// One for each tree that may grow at the same time as others.
  private let growers: [GrowerBox]
  /// By score, how many rows its latest tree summed up: a forecast of how long the next one takes.
  private var work: [Int]
  /// One that may use all threads for its tree.
  private let wideGrower: GrowerBox

  private final class GrowerBox {
    var grower: TreeGrower<GradientCriterion>
    let threads: Int
    init(_ grower: consuming TreeGrower<GradientCriterion>, threads: Int) {
      self.grower = grower
      self.threads = threads
    }
  }

  private struct Grown {
    var nodes: [GrownNode]
    var values: [Double]
    var work: Int
  }

  init(_ data: Dataset, settings: GradientBoosting, threads: Int) {
    let scoreCount = BoostingLink.scoreCount(classCount: data.classCount)
    var rowsOfClass = [Int](repeating: 0, count: data.classCount)
    for label in data.labels { rowsOfClass[label] += 1 }
    let baseline = Self.baseline(rowsOfClass)
    self.settings = settings
    self.threads = threads
    self.rowsOfClass = rowsOfClass
    labels = data.labels
    features = BinnedFeatures(RankedFeatures(data.features, threads: threads), threads: threads)
    scores = .allocate(capacity: scoreCount * data.rowCount)
    probabilities = .allocate(capacity: scoreCount * data.rowCount)
    for score in 0..<scoreCount {
      (scores + score * data.rowCount).initialize(repeating: baseline[score], count: data.rowCount)
    }
    model = GradientBoostingModel(
      featureCount: data.featureCount, classCount: data.classCount, baseline: baseline, ensemble: TreeEnsemble(),
      values: [])
    let criterion = GradientCriterion.Settings(
      samplesLeafMin: settings.samplesLeafMin, l2: settings.l2Regularization, curvatureMin: 1e-3)
    let features = features
    func grower(threads: Int) -> GrowerBox {
      GrowerBox(
        TreeGrower(
          features: features.ranked,
          limits: TreeLimits(leafCountMax: settings.leafCountMax ?? .max, depthMax: settings.depthMax),
          threads: threads, criterion: GradientCriterion(features: features, settings: criterion, threads: threads)),
        threads: threads)
    }
    work = [Int](repeating: 0, count: scoreCount)
    growers = (0..<min(threads, scoreCount)).map { _ in grower(threads: 1) }
    wideGrower = threads == 1 ? growers[0] : grower(threads: threads)
  }

  deinit {
    scores.deallocate()
    probabilities.deallocate()
  }

  /// The scores that give each class its share of the rows; a class without rows counts as a thousandth of one.
  private static func baseline(_ rowsOfClass: [Int]) -> [Double] {
    let logs = rowsOfClass.map { log(max(Double($0), 1e-3)) }
    switch rowsOfClass.count {
    case 1: return [0]
    case 2: return [logs[1] - logs[0]]
    default:
      let total = log(Double(rowsOfClass.reduce(0, +)))
      return logs.map { $0 - total }
    }
  }

  /// Adds one tree for each score.
  mutating func addRound() {
    let scoreCount = model.scoreCount
    updateProbabilities()
    // As many trees at a time as there are threads, those begun first that are likely to take longest; if the last ones
    // would leave most threads idle, they grow one after another on all of them.
    let order = (0..<scoreCount).sorted { (work[$1], $0) < (work[$0], $1) }
    let rest = scoreCount % threads
    let sideBySide = rest * 2 > threads ? scoreCount : scoreCount - rest
    var grown = [Grown?](repeating: nil, count: scoreCount)
    grown.withUnsafeMutableBufferPointer { grown in
      let grown = grown
      let growers = growers
      if sideBySide > 0 {
        Parallel.forEach(count: sideBySide, threads: threads) { index, worker in
          grown[order[index]] = grow(score: order[index], with: growers[worker])
        }
      }
      for score in order[sideBySide...] { grown[score] = grow(score: score, with: wideGrower) }
    }
    for (score, tree) in grown.enumerated() {
      model.append(tree!.nodes, values: tree!.values)
      work[score] = tree!.work
    }
  }

  private func updateProbabilities() {
    Parallel.forEachBlock(of: labels.count, threads: threads) { updateProbabilities($0) }
  }

  private func updateProbabilities(_ rows: Range<Int>) {
    let rowCount = labels.count
    let scoreCount = model.scoreCount
    let scores = scores
    let probabilities = probabilities
    if scoreCount == 1 {
      for row in rows { probabilities[row] = BoostingLink.sigmoid(scores[row]) }
      return
    }
    for row in rows {
      var greatest = scores[row]
      for score in 1..<scoreCount { greatest = max(greatest, scores[score &* rowCount &+ row]) }
      var sum = 0.0
      for score in 0..<scoreCount {
        let term = exp(scores[score &* rowCount &+ row] - greatest)
        probabilities[score &* rowCount &+ row] = term
        sum += term
      }
      let scale = 1 / sum
      for score in 0..<scoreCount { probabilities[score &* rowCount &+ row] *= scale }
    }
  }

  private func grow(score: Int, with box: GrowerBox) -> Grown {
    let rowCount = labels.count
    let scoreCount = Double(model.scoreCount)
    // With all K scores moving at once, the curvature along the sum-free directions is p (1 - p) K / (K - 1)
    // (Friedman 2001, algorithm 6).
    let scale = scoreCount == 1 ? 1 : scoreCount / (scoreCount - 1)
    let target = model.scoreCount == 1 ? 1 : score
    // One class, or a class without rows: nothing to learn for it.
    if model.classCount == 1 || rowsOfClass[target] == 0 || rowsOfClass[target] == rowCount {
      return Grown(nodes: [GrownNode(feature: -1, next: 0, threshold: 0)], values: [0], work: 0)
    }
    let probabilities = probabilities + score * rowCount
    let grid = box.grower.criterion.grid
    let gradients = box.grower.criterion.gradients
    let rows = box.grower.rows
    labels.withUnsafeBufferPointer { labels in
      Parallel.forEachBlock(of: rowCount, threads: box.threads) { block in
        for row in block {
          let p = probabilities[row]
          gradients[row] = grid.sums(gradient: labels[row] == target ? p - 1 : p, curvature: p * (1 - p) * scale)
          rows[row] = UInt32(truncatingIfNeeded: row)
        }
      }
    }
    box.grower.criterion.begin()
    box.grower.grow(rowCount: rowCount)
    let scores = scores + score * rowCount
    let leaves = box.grower.criterion.leaves
    let values = leaves.map { $0.value * settings.learningRate }
    let leavesAtATime = (leaves.count + box.threads - 1) / box.threads
    Parallel.forEachBlock(of: leaves.count, blockSize: leavesAtATime, threads: box.threads) { block in
      for leaf in block {
        let step = values[leaf]
        for index in leaves[leaf].first..<leaves[leaf].end { scores[Int(rows[index])] += step }
      }
    }
    return Grown(nodes: box.grower.nodes, values: values, work: box.grower.criterion.rowsSummed)
  }
}
