import Tabular

/// Owns where data come from and how they are prepared: reads them, turns text into numbers, and splits, fills and
/// scales them for training and test.
///
/// ```swift
/// let data = try DatasetManager(csvFile: "flowers.csv", label: "species").split(seed: 1)
/// ```
///
/// Nothing that is learnt from data (means for missing values, the scaler) ever sees a test row.
public struct DatasetManager: Hashable, Sendable {
  /// What to do with a cell that has no value: empty or blank, `?`, `NA`, or `nan` in any case.
  public enum MissingValues: String, CaseIterable, Hashable, Sendable {
    /// Refuse the table and say where the cell is. The default.
    case refuse
    /// Leave out every row that has one.
    case drop
    /// Fill in the column's mean over the training rows; a missing text gets the mean of each of its 0/1 features. A
    /// missing label or fold has no mean and is refused.
    case mean
  }

  /// More different values than this make a text column a name rather than a category.
  public static let categoriesMax = 256
  /// More different values than this make a label column a measurement rather than a class.
  public static let classesMax = 1_000

  /// Most numbers in a data set, rows times features: 2 GiB.
  public static let numbersMax = 1 << 28

  /// What the data are called: `iris`, or the path of the file.
  public let name: String
  /// How columns become features; encodes later rows the same way.
  public let encoding: Encoding
  /// The name of each class: sorted, as numbers if all of them are integers, else by bytes.
  public let classNames: [String]
  /// The class of each row.
  public let labels: [Int]
  /// The fold of each row, as an index into `foldNames`; `nil` without a fold column.
  public let folds: [Int]?
  /// The values of the fold column, sorted like classes.
  public let foldNames: [String]
  /// How many rows were left out for a missing value.
  public let droppedRowCount: Int
  /// One row per case, one column per feature; not a number where a value waits for a mean.
  let features: Matrix

  /// How many rows.
  public var rowCount: Int { labels.count }

  /// Fisher's 150 irises, out of the program itself.
  public static var iris: DatasetManager {
    let data = Iris.dataset
    return DatasetManager(
      name: "iris", encoding: Encoding(columns: Iris.featureNames.map { .number(name: $0) }),
      classNames: data.classNames, labels: data.labels, folds: nil, foldNames: [], droppedRowCount: 0,
      features: data.features)
  }

  /// Reads a CSV file (see `CSVReader`) whose columns are features, but for the label and the folds.
  ///
  /// - Parameters:
  ///   - path: the file.
  ///   - label: the column with the class of each row, the last one where `nil`; at least two classes, at most
  ///     `classesMax`.
  ///   - folds: a column that says which fold a row belongs to, if there is one.
  ///   - missingValues: what to do with cells without a value.
  ///   - separator: what stands between two fields.
  /// - Throws: the first fault in this order: file, table, columns, missing values, labels, folds, features.
  public init(
    csvFile path: String, label: String?, folds: String? = nil, missingValues: MissingValues = .refuse,
    separator: Unicode.Scalar = ","
  ) throws(LearningError) {
    try self.init(
      csv: try readFile(path), name: path, label: label, folds: folds, missingValues: missingValues,
      separator: separator)
  }

  /// Reads CSV out of memory; otherwise as `init(csvFile:label:folds:missingValues:separator:)`.
  public init(
    csv bytes: [UInt8], name: String, label: String?, folds: String? = nil, missingValues: MissingValues = .refuse,
    separator: Unicode.Scalar = ","
  ) throws(LearningError) {
    let table: Table
    do { table = try CSVReader(separator: separator).table(bytes) } catch { throw .notATable(error) }
    try self.init(table, name: name, label: label, folds: folds, missingValues: missingValues)
  }

  /// Puts checked parts together.
  init(
    name: String, encoding: Encoding, classNames: [String], labels: [Int], folds: [Int]?, foldNames: [String],
    droppedRowCount: Int, features: Matrix
  ) {
    precondition(features.rowCount == labels.count)
    precondition(features.columnCount == encoding.featureCount)
    self.name = name
    self.encoding = encoding
    self.classNames = classNames
    self.labels = labels
    self.folds = folds
    self.foldNames = foldNames
    self.droppedRowCount = droppedRowCount
    self.features = features
  }

  /// Splits the rows at random, so that each class has the same share of test rows up to one row.
  ///
  /// - Parameters:
  ///   - seed: which rows; the same seed gives the same rows on every machine.
  ///   - testShare: the part held out, between 0 and 1, both excluded. A class keeps at least one training
  ///     row, unless each class has but one.
  public func split(seed: UInt64, testShare: Double = 0.2) throws(LearningError) -> PreparedData {
    guard testShare > 0, testShare < 1 else {
      throw .settingOutOfRange(name: "testShare", value: "\(testShare)", allowed: "between 0 and 1, both excluded")
    }
    guard rowCount >= 2 else { throw .tooFewRows(rows: rowCount, needed: 2) }
    let isTest = stratifiedTestRows(labels: labels, classCount: classNames.count, share: testShare, seed: seed)
    return try prepare { isTest[$0] }
  }

  /// Assigns each row to one of `count` folds at random: sizes differ by at most one row, in all and in each class.
  public func stratifiedFolds(count: Int, seed: UInt64) throws(LearningError) -> [Int] {
    guard count >= 2 else {
      throw .settingOutOfRange(name: "folds", value: "\(count)", allowed: "at least 2")
    }
    guard rowCount >= count else { throw .tooFewRows(rows: rowCount, needed: count) }
    return assignStratifiedFolds(labels: labels, classCount: classNames.count, count: count, seed: seed)
  }

  /// Tests on the rows of fold `fold` and trains on all others.
  ///
  /// - Parameters:
  ///   - fold: which fold is held out.
  ///   - folds: the fold of each row: `self.folds`, or from `stratifiedFolds(count:seed:)`.
  public func holdingOut(fold: Int, of folds: [Int]) throws(LearningError) -> PreparedData {
    precondition(folds.count == rowCount, "every row needs a fold")
    return try prepare { folds[$0] == fold }
  }

  private func prepare(isTest: (Int) -> Bool) throws(LearningError) -> PreparedData {
    var trainRows: [Int] = []
    var testRows: [Int] = []
    for row in 0..<rowCount {
      if isTest(row) { testRows.append(row) } else { trainRows.append(row) }
    }
    guard !trainRows.isEmpty, !testRows.isEmpty else { throw .tooFewRows(rows: rowCount, needed: 2) }
    let means = try means(of: trainRows)
    return PreparedData(
      train: dataset(trainRows, filledWith: means), test: dataset(testRows, filledWith: means),
      trainRows: trainRows, testRows: testRows, encoding: encoding)
  }

  /// The mean of each feature over those of `rows` that have it.
  private func means(of rows: [Int]) throws(LearningError) -> [Double] {
    var sums = [Double](repeating: 0, count: features.columnCount)
    var counts = [Int](repeating: 0, count: features.columnCount)
    for row in rows {
      for (column, value) in features.row(row).enumerated() where !value.isNaN {
        sums[column] += value
        counts[column] += 1
      }
    }
    for column in sums.indices {
      guard counts[column] > 0 else {
        throw .columnWithoutValues(ColumnPlace(number: column + 1, name: encoding.featureNames[column]))
      }
      sums[column] /= Double(counts[column])
    }
    return sums
  }

  private func dataset(_ rows: [Int], filledWith means: [Double]) -> Dataset {
    var values: [Double] = []
    values.reserveCapacity(rows.count * features.columnCount)
    for row in rows { values.append(contentsOf: features.row(row)) }
    for i in values.indices where values[i].isNaN { values[i] = means[i % features.columnCount] }
    return Dataset(
      features: Matrix(rowCount: rows.count, columnCount: features.columnCount, values: values),
      labels: rows.map { labels[$0] }, featureNames: encoding.featureNames, classNames: classNames)
  }
}
