extension LearningError {
  /// Throws `settingOutOfRange` unless `isAllowed`.
  static func require<Value>(
    _ isAllowed: Bool, _ name: String, _ value: Value, _ allowed: String
  ) throws(LearningError) {
    guard isAllowed else { throw .settingOutOfRange(name: name, value: "\(value)", allowed: allowed) }
  }
}

extension TreeEnsemble {
  /// Most rows, features and classes that trees are grown on.
  static let rowCountMax = 1 << 26
  static let featureCountMax = 65_534
  static let classCountMax = 65_535

  /// Refuses data or a thread count that trees cannot be grown with.
  static func check(_ data: Dataset, threads: Int) throws(LearningError) {
    guard data.rowCount > 0 else { throw .noRows }
    try LearningError.require(threads >= 1, "threads", threads, "at least 1")
    try LearningError.require(data.rowCount <= rowCountMax, "rows", data.rowCount, "at most \(rowCountMax)")
    try LearningError.require(
      data.featureCount <= featureCountMax, "features", data.featureCount, "at most \(featureCountMax)")
    try LearningError.require(data.classCount <= classCountMax, "classes", data.classCount, "at most \(classCountMax)")
  }
}
