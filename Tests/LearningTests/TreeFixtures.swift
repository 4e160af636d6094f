import Learning
import Quantities

/// Small data sets for the tests of tree learners.
enum TreeFixtures {
  /// Rows around one centre per class, with so much overlap that some rows contradict each other.
  ///
  /// With `distinctMax` the numbers are rounded to at most so many values a column, so that ties are common.
  static func clouds(
    rows: Int, features: Int, classes: Int, seed: UInt64, distinctMax: Int? = nil, flips: Double = 0.05
  ) -> Dataset {
    var random = CounterStream(seed: seed, purpose: 1)
    let centres = (0..<classes * features).map { _ in random.unit() }
    var values: [Double] = []
    var labels: [Int] = []
    for row in 0..<rows {
      let label = row % classes
      for feature in 0..<features {
        let noise = (random.unit() + random.unit() + random.unit() - 1.5) * 0.5
        let value = centres[label * features + feature] + noise
        if let distinctMax {
          values.append((min(max(value, 0), 1) * Double(distinctMax - 1)).rounded())
        } else {
          values.append(value)
        }
      }
      labels.append(random.unit() < flips ? random.below(classes) : label)
    }
    return set(values, labels, features: features, classes: classes)
  }

  /// A set of the given numbers, row-major.
  static func set(_ values: [Double], _ labels: [Int], features: Int, classes: Int) -> Dataset {
    Dataset(
      features: Matrix(rowCount: labels.count, columnCount: features, values: values), labels: labels,
      featureNames: (0..<features).map { "f\($0)" }, classNames: (0..<classes).map { "c\($0)" })
  }

  /// The class probabilities of one row, asked for by itself.
  static func single(_ predictor: any Predictor, _ row: [Double]) -> [Double] {
    var output = [Double](repeating: .nan, count: predictor.classCount)
    row.withUnsafeBufferPointer { row in
      output.withUnsafeMutableBufferPointer { predictor.predict(row, into: $0) }
    }
    return output
  }

  /// The share of rows whose most probable class is theirs.
  static func accuracy(_ predictor: any Predictor, on data: Dataset) -> Double {
    let probabilities = predictor.probabilities(data.features)
    let right = data.labels.indices.filter { index in
      let row = Array(probabilities.row(index))
      return row.indices.max { row[$0] < row[$1] } == data.labels[index]
    }
    return Double(right.count) / Double(data.rowCount)
  }

  /// Whether `row` holds probabilities that add up to 1.
  static func isDistribution(_ row: some Sequence<Double>) -> Bool {
    let row = Array(row)
    // A few roundings for each of some hundred trees.
    return row.allSatisfy { $0 >= 0 && $0 <= 1 } && abs(row.reduce(0, +) - 1) < 1e-12
  }
}
