/// A fitted logistic regression: one output for each class that had training rows, or one for two of them.
public struct LogisticRegressionModel: Predictor, Hashable {
  /// How many numbers a row has.
  public let featureCount: Int
  /// How many classes a prediction speaks of, those without training rows included.
  public let classCount: Int
  /// The classes that had training rows, ascending.
  public let classes: [Int]
  /// The weights, output by output (`intercepts.count` x `featureCount`). With two classes the one output speaks for
  /// the second, with one class there is none.
  public let weights: [Double]
  /// What is added to each output.
  public let intercepts: [Double]
  /// How many steps the search took.
  public let iterations: Int
  /// Whether the search met its tolerance before it ran out of steps.
  public let hasConverged: Bool

  init(
    featureCount: Int, classCount: Int, classes: [Int], weights: [Double], intercepts: [Double], iterations: Int,
    hasConverged: Bool
  ) {
    self.featureCount = featureCount
    self.classCount = classCount
    self.classes = classes
    self.weights = weights
    self.intercepts = intercepts
    self.iterations = iterations
    self.hasConverged = hasConverged
  }

  /// Class probabilities of one row, written into `probabilities`. Allocates nothing.
  ///
  /// - Complexity: O(features x classes).
  public func predict(_ row: UnsafeBufferPointer<Double>, into probabilities: UnsafeMutableBufferPointer<Double>) {
    precondition(row.count == featureCount, "a row must have featureCount numbers")
    precondition(probabilities.count == classCount, "there must be classCount places")
    probabilities.update(repeating: 0)
    switch classes.count {
    case 1:
      probabilities[classes[0]] = 1
    case 2:
      let output = output(0, row)
      let small = exponential(-abs(output))
      let sure = 1 / (1 + small)
      probabilities[classes[1]] = output >= 0 ? sure : small * sure
      probabilities[classes[0]] = output >= 0 ? small * sure : sure
    default:
      var top = -Double.infinity
      for (place, label) in classes.enumerated() {
        let output = output(place, row)
        probabilities[label] = output
        top = max(top, output)
      }
      var sum = 0.0
      for label in classes {
        let value = exponential(probabilities[label] - top)
        probabilities[label] = value
        sum += value
      }
      for label in classes { probabilities[label] /= sum }
    }
  }

  /// Class probabilities of each row: `rows.rowCount` x `classCount`; each row adds up to 1.
  public func probabilities(_ rows: borrowing Matrix) -> Matrix {
    precondition(rows.columnCount == featureCount, "a row must have featureCount numbers")
    var result = Matrix(rowCount: rows.rowCount, columnCount: classCount)
    rows.values.withUnsafeBufferPointer { source in
      result.values.withUnsafeMutableBufferPointer { target in
        for row in 0..<rows.rowCount {
          predict(
            UnsafeBufferPointer(rebasing: source[row * featureCount..<(row + 1) * featureCount]),
            into: UnsafeMutableBufferPointer(rebasing: target[row * classCount..<(row + 1) * classCount]))
        }
      }
    }
    return result
  }

  /// The weighted sum of a row; finite even where rows near the limits of `Double` overflow it.
  @inline(__always)
  private func output(_ output: Int, _ row: UnsafeBufferPointer<Double>) -> Double {
    let sum = weights.withUnsafeBufferPointer { weights in
      // Four sums that do not wait for each other.
      var a = intercepts[output]
      var (b, c, d) = (0.0, 0.0, 0.0)
      var i = output * featureCount
      var column = 0
      while column + 4 <= row.count {
        a += weights[i] * row[column]
        b += weights[i + 1] * row[column + 1]
        c += weights[i + 2] * row[column + 2]
        d += weights[i + 3] * row[column + 3]
        i += 4
        column += 4
      }
      while column < row.count {
        a += weights[i] * row[column]
        i += 1
        column += 1
      }
      return (a + b) + (c + d)
    }
    if abs(sum) < 1e300 { return sum }
    return sum.isNaN ? 0 : (sum < 0 ? -1e300 : 1e300)
  }
}

extension LogisticRegressionModel: Codable {
  private enum CodingKeys: String, CodingKey {
    case featureCount = "feature_count"
    case classCount = "class_count"
    case classes, weights, intercepts, iterations
    case hasConverged = "has_converged"
  }

  /// Reads a saved model and checks that its parts fit together.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    self.init(
      featureCount: try container.decode(Int.self, forKey: .featureCount),
      classCount: try container.decode(Int.self, forKey: .classCount),
      classes: try container.decode([Int].self, forKey: .classes),
      weights: try container.decode([Double].self, forKey: .weights),
      intercepts: try container.decode([Double].self, forKey: .intercepts),
      iterations: try container.decode(Int.self, forKey: .iterations),
      hasConverged: try container.decode(Bool.self, forKey: .hasConverged))
    if let fault { throw LearningError.unreadableModel(reason: "in its logistic regression " + fault) }
  }

  /// What does not fit, or `nil`.
  private var fault: String? {
    guard (0...1_000_000).contains(featureCount) else { return "feature_count is out of range" }
    guard (1...1_000_000).contains(classCount) else { return "class_count is out of range" }
    guard !classes.isEmpty, classes.allSatisfy((0..<classCount).contains) else { return "a class is out of range" }
    guard zip(classes, classes.dropFirst()).allSatisfy(<) else { return "the classes do not ascend" }
    let outputCount = classes.count < 3 ? classes.count - 1 : classes.count
    guard intercepts.count == outputCount else { return "the number of intercepts does not fit the classes" }
    guard weights.count == outputCount * featureCount else { return "the number of weights does not fit" }
    guard weights.allSatisfy(\.isFinite), intercepts.allSatisfy(\.isFinite) else { return "a number is not finite" }
    guard iterations >= 0 else { return "iterations is negative" }
    return nil
  }
}
