/// Rows of numbers with the class of each: what a learner learns from and is judged by.
public struct Dataset: Hashable, Sendable {
  /// One row per case, one column per feature; all finite.
  public let features: Matrix
  /// The class of each row, as an index into `classNames`.
  public let labels: [Int]
  /// A name for each column of `features`.
  public let featureNames: [String]
  /// A name for each class; at least one.
  public let classNames: [String]

  /// Puts the parts together; traps if their sizes do not fit or a label is out of range.
  public init(features: Matrix, labels: [Int], featureNames: [String], classNames: [String]) {
    precondition(features.rowCount == labels.count)
    precondition(features.columnCount == featureNames.count)
    precondition(labels.allSatisfy(classNames.indices.contains))
    self.features = features
    self.labels = labels
    self.featureNames = featureNames
    self.classNames = classNames
  }

  /// How many rows.
  public var rowCount: Int { labels.count }
  /// How many features.
  public var featureCount: Int { featureNames.count }
  /// How many classes.
  public var classCount: Int { classNames.count }

  /// The rows named by `rows`, in that order; classes and features stay as they are.
  public func selecting(_ rows: [Int]) -> Dataset {
    var values: [Double] = []
    values.reserveCapacity(rows.count * featureCount)
    for row in rows { values.append(contentsOf: features.row(row)) }
    return Dataset(
      features: Matrix(rowCount: rows.count, columnCount: featureCount, values: values),
      labels: rows.map { labels[$0] }, featureNames: featureNames, classNames: classNames)
  }
}
