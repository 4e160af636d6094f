import Learning

/// A decision tree by Gini, grown the slow and obvious way: every feature, every gap between neighbouring values, all
/// counts anew. The first best split wins.
struct ExactTree {
  indirect enum Node {
    case leaf([Double])
    case fork(feature: Int, threshold: Double, left: Node, right: Node)
  }
  let root: Node

  init(_ data: Dataset, samplesLeafMin: Int = 1, depthMax: Int = .max) {
    root = Self.grow(data, Array(0..<data.rowCount), samplesLeafMin, depthMax)
  }

  /// The impurity left over all training rows, weighted by rows: what a greedy tree makes small.
  func impurity(on data: Dataset) -> Double {
    (0..<data.rowCount).reduce(0.0) { sum, row in
      let shares = shares(Array(data.features.row(row)))
      return sum + 1 - shares.reduce(0) { $0 + $1 * $1 }
    }
  }

  func shares(_ row: [Double]) -> [Double] {
    var node = root
    while true {
      switch node {
      case .leaf(let shares): return shares
      case .fork(let feature, let threshold, let left, let right): node = row[feature] <= threshold ? left : right
      }
    }
  }

  private static func counts(_ data: Dataset, _ rows: [Int]) -> [Int] {
    var counts = [Int](repeating: 0, count: data.classCount)
    for row in rows { counts[data.labels[row]] += 1 }
    return counts
  }

  private static func worth(_ counts: [Int]) -> Double {
    Double(counts.reduce(0) { $0 + $1 * $1 }) / Double(counts.reduce(0, +))
  }

  private static func grow(_ data: Dataset, _ rows: [Int], _ leafMin: Int, _ depth: Int) -> Node {
    let counts = counts(data, rows)
    let leaf = Node.leaf(counts.map { Double($0) / Double(rows.count) })
    if counts.filter({ $0 > 0 }).count <= 1 || depth == 0 { return leaf }
    var best: (gain: Double, feature: Int, threshold: Double)?
    for feature in 0..<data.featureCount {
      let values = Set(rows.map { data.features[$0, feature] }).sorted()
      for (low, high) in zip(values, values.dropFirst()) {
        let left = rows.filter { data.features[$0, feature] <= low }
        let right = rows.filter { data.features[$0, feature] > low }
        if left.count < leafMin || right.count < leafMin { continue }
        let gain = worth(Self.counts(data, left)) + worth(Self.counts(data, right))
        if gain > best?.gain ?? -.infinity { best = (gain, feature, low / 2 + high / 2) }
      }
    }
    guard let best else { return leaf }
    return .fork(
      feature: best.feature, threshold: best.threshold,
      left: grow(data, rows.filter { data.features[$0, best.feature] <= best.threshold }, leafMin, depth - 1),
      right: grow(data, rows.filter { data.features[$0, best.feature] > best.threshold }, leafMin, depth - 1))
  }
}
