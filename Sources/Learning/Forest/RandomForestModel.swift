/// A trained random forest.
public struct RandomForestModel: Predictor, Hashable {
  /// How many numbers a row has.
  public let featureCount: Int
  /// How many classes a prediction speaks of.
  public let classCount: Int
  /// How the forest did on rows that its trees did not see, if it was asked for.
  public internal(set) var outOfBag: OutOfBagScore?
  let ensemble: TreeEnsemble
  /// K class shares for each payload from K on; the first K payloads stand for leaves of one class only.
  let shares: [Double]

  init(featureCount: Int, classCount: Int, ensemble: TreeEnsemble, shares: [Double]) {
    self.featureCount = featureCount
    self.classCount = classCount
    self.ensemble = ensemble
    self.shares = shares
  }

  /// How many trees vote.
  public var treeCount: Int { ensemble.treeCount }

  /// Class probabilities of one row. Allocates nothing; costs a walk through every tree.
  public func predict(_ row: UnsafeBufferPointer<Double>, into probabilities: UnsafeMutableBufferPointer<Double>) {
    precondition(row.count == featureCount)
    precondition(probabilities.count == classCount)
    let classCount = classCount
    let sums = probabilities.baseAddress!
    for label in 0..<classCount { sums[label] = 0 }
    shares.withUnsafeBufferPointer { shares in
      ensemble.walk(row, trees: 0..<ensemble.treeCount) { _, payload in
        Self.add(shares, payload, to: sums, classCount)
      }
    }
    finish(sums)
  }

  /// Class probabilities of each row, bit for bit those of `predict`, a block of rows at a time through every tree.
  public func probabilities(_ rows: borrowing Matrix) -> Matrix {
    precondition(rows.columnCount == featureCount)
    let classCount = classCount
    let rowCount = rows.rowCount
    var result = Matrix(rowCount: rowCount, columnCount: classCount)
    rows.values.withUnsafeBufferPointer { values in
      result.values.withUnsafeMutableBufferPointer { sums in
        shares.withUnsafeBufferPointer { shares in
          guard let sums = sums.baseAddress else { return }
          ensemble.walkAll(values, rowCount: rowCount, width: featureCount) { _, row, payload in
            Self.add(shares, payload, to: sums + row &* classCount, classCount)
          }
          for row in 0..<rowCount { finish(sums + row &* classCount) }
        }
      }
    }
    return result
  }

  /// Adds the class shares of a leaf to `sums`.
  @inline(__always)
  static func add(
    _ shares: UnsafeBufferPointer<Double>, _ payload: Int, to sums: UnsafeMutablePointer<Double>, _ classCount: Int
  ) {
    if payload < classCount {
      sums[payload] += 1
    } else {
      let share = shares.baseAddress! + (payload &- classCount) &* classCount
      for label in 0..<classCount { sums[label] += share[label] }
    }
  }

  @inline(__always)
  private func finish(_ sums: UnsafeMutablePointer<Double>) {
    let trees = Double(ensemble.treeCount)
    for label in 0..<classCount { sums[label] /= trees }
  }
}
