/// How good predicted probabilities are, against the true classes.
///
/// The predicted class is the most probable one, a tie goes to the lowest index.
public struct Metrics: Hashable, Sendable {
  /// Probabilities below this count as this in `logLoss`: 2^-52, as in scikit-learn. One sure mistake costs about 36.
  public static let probabilityFloor = Double.ulpOfOne
  /// How many bins of equal width `calibrationError` uses.
  public static let calibrationBinCount = 15

  /// How many rows were judged.
  public let rowCount: Int
  /// The share of rows whose predicted class is the true one, 0...1.
  public let accuracy: Double
  /// The F1 scores of all classes that were true or predicted somewhere, averaged without weights, 0...1. A class
  /// without a right prediction has F1 0.
  public let macroF1: Double
  /// The mean of -log(probability of the true class), in nats; 0 is best.
  public let logLoss: Double
  /// The mean squared distance from the truth, summed over classes: 0 (sure and right) to 2 (sure and wrong).
  public let brier: Double
  /// Expected calibration error, 0...1: rows are binned by the probability of the predicted class into 15 bins of equal
  /// width (lower edge included, 1 in the last); the mean of |accuracy - mean probability|, weighted by rows
  /// (Naeini, Cooper, Hauskrecht 2015; Guo et al. 2017).
  public let calibrationError: Double
  /// Rows by true class (first index) and predicted class (second).
  public let confusion: [[Int]]

  /// Judges `probabilities` (rows x classes) by `labels`, one class index for each row; at least one row.
  ///
  /// - Complexity: O(rows x classes).
  public init(probabilities: borrowing Matrix, labels: [Int]) {
    let classCount = probabilities.columnCount
    precondition(probabilities.rowCount == labels.count, "every row needs a label")
    precondition(!labels.isEmpty, "there must be a row to judge")
    precondition(labels.allSatisfy((0..<classCount).contains), "every label must be a class")

    var confusion = [[Int]](repeating: [Int](repeating: 0, count: classCount), count: classCount)
    var logLoss = 0.0
    var brier = 0.0
    var bins = [(rows: Double, right: Double, confidence: Double)](
      repeating: (0, 0, 0), count: Self.calibrationBinCount)
    probabilities.values.withUnsafeBufferPointer { values in
      for (row, label) in labels.enumerated() {
        let row = UnsafeBufferPointer(rebasing: values[row * classCount..<(row + 1) * classCount])
        let predicted = topClass(row)
        confusion[label][predicted] += 1
        logLoss -= naturalLogarithm(max(row[label], Self.probabilityFloor))
        for k in 0..<classCount {
          let distance = row[k] - (k == label ? 1 : 0)
          brier += distance * distance
        }
        let confidence = row[predicted]
        let bin = min(Int(confidence * Double(Self.calibrationBinCount)), Self.calibrationBinCount - 1)
        bins[bin].rows += 1
        bins[bin].confidence += confidence
        if predicted == label { bins[bin].right += 1 }
      }
    }

    let count = Double(labels.count)
    rowCount = labels.count
    accuracy = Double((0..<classCount).reduce(0) { $0 + confusion[$1][$1] }) / count
    macroF1 = Self.macroF1(confusion)
    self.logLoss = logLoss / count
    self.brier = brier / count
    calibrationError = bins.reduce(0) { $0 + abs($1.right - $1.confidence) } / count
    self.confusion = confusion
  }

  private static func macroF1(_ confusion: [[Int]]) -> Double {
    var sum = 0.0
    var present = 0
    for k in confusion.indices {
      let actual = confusion[k].reduce(0, +)
      let predicted = confusion.reduce(0) { $0 + $1[k] }
      guard actual + predicted > 0 else { continue }
      present += 1
      sum += 2 * Double(confusion[k][k]) / Double(actual + predicted)
    }
    return sum / Double(present)
  }
}

/// The index of the largest probability; a tie goes to the lowest index.
///
/// - Parameter probabilities: at least one.
public func topClass(_ probabilities: some Collection<Double>) -> Int {
  var top = 0
  var best = -Double.infinity
  for (index, value) in probabilities.enumerated() where value > best {
    best = value
    top = index
  }
  return top
}
