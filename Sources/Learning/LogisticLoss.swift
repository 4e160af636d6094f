import Quantities

/// Eight numbers of eight rows.
typealias Lanes = SIMD8<Double>

/// The objective of logistic regression over a fixed set of rows: mean log loss plus the L2 penalty, with its gradient.
///
/// For outputs z = W x + b it is `mean(log sum exp z - z[label]) + |W|^2 / (2 C n)`, which is scikit-learn's divided by
/// `C n`; for two classes there is one output and a sigmoid in place of the softmax. Rows are held in blocks of 64,
/// column by column, so that every inner loop runs over neighbouring rows in eight lanes and no sum goes across lanes
/// before the very end. The order of all sums is fixed.
///
/// Parameters are laid out as W row by row (`outputCount` x `featureCount`), then b.
final class LogisticLoss {
  /// Vectors of eight rows in a block.
  private static let vectors = 8
  private static let rowsPerBlock = 64

  let rowCount: Int
  let featureCount: Int
  let outputCount: Int
  /// 1 / (C n).
  private let penalty: Double
  private let labels: [Int]
  /// Block by block, in it column by column, 64 rows each; zero behind the last row.
  private let features: UnsafeMutableBufferPointer<Lanes>
  /// The outputs of one block, then their errors: output by output, 64 rows each.
  private let outputs: UnsafeMutableBufferPointer<Lanes>
  /// The gradient in lanes: `outputCount` x (`featureCount` + 1), the intercept last.
  private let slopes: UnsafeMutableBufferPointer<Lanes>

  /// - Parameters:
  ///   - features: n rows.
  ///   - labels: n classes, each below `classCount`.
  ///   - classCount: at least 2.
  ///   - inverseRegularization: C.
  init(features rows: Matrix, labels: [Int], classCount: Int, inverseRegularization: Double) {
    rowCount = rows.rowCount
    featureCount = rows.columnCount
    outputCount = classCount == 2 ? 1 : classCount
    penalty = 1 / (inverseRegularization * Double(rows.rowCount))
    self.labels = labels
    let blockCount = (rowCount + Self.rowsPerBlock - 1) / Self.rowsPerBlock
    features = .allocate(capacity: blockCount * featureCount * Self.vectors)
    outputs = .allocate(capacity: outputCount * Self.vectors)
    slopes = .allocate(capacity: outputCount * (featureCount + 1))
    features.initialize(repeating: .zero)
    outputs.initialize(repeating: .zero)
    slopes.initialize(repeating: .zero)
    features.withMemoryRebound(to: Double.self) { target in
      rows.values.withUnsafeBufferPointer { source in
        for row in 0..<rowCount {
          let start = row / Self.rowsPerBlock * featureCount * Self.rowsPerBlock + row % Self.rowsPerBlock
          for column in 0..<featureCount {
            target[start + column * Self.rowsPerBlock] = source[row * featureCount + column]
          }
        }
      }
    }
  }

  deinit {
    features.deallocate()
    outputs.deallocate()
    slopes.deallocate()
  }

  /// How many numbers a point has.
  var parameterCount: Int { outputCount * (featureCount + 1) }

  /// The objective at `point`; writes its gradient.
  ///
  /// - Complexity: O(rows x features x outputs).
  func evaluate(_ point: [Double], _ gradient: inout [Double]) -> Double {
    slopes.update(repeating: .zero)
    var loss = 0.0
    point.withUnsafeBufferPointer { point in
      var row = 0
      var block = features.baseAddress
      while row < rowCount, let columns = block {
        computeOutputs(point, columns)
        let count = min(Self.rowsPerBlock, rowCount - row)
        loss += outputCount == 1 ? sigmoidErrors(row, count) : softmaxErrors(row, count)
        addSlopes(columns)
        row += count
        block = columns + featureCount * Self.vectors
      }
    }

    let scale = 1 / Double(rowCount)
    let weightCount = outputCount * featureCount
    var squares = 0.0
    for output in 0..<outputCount {
      for column in 0..<featureCount {
        let i = output * featureCount + column
        gradient[i] = slopes[output * (featureCount + 1) + column].sum() * scale + penalty * point[i]
        squares += point[i] * point[i]
      }
      gradient[weightCount + output] = slopes[output * (featureCount + 1) + featureCount].sum() * scale
    }
    return loss * scale + penalty * squares / 2
  }

  private func computeOutputs(_ point: UnsafeBufferPointer<Double>, _ columns: UnsafePointer<Lanes>) {
    for output in 0..<outputCount {
      let weights = UnsafeBufferPointer(rebasing: point[(output * featureCount)..<((output + 1) * featureCount)])
      let intercept = Lanes(repeating: point[outputCount * featureCount + output])
      for vector in 0..<Self.vectors {
        var sum = intercept
        var column = columns + vector
        for weight in weights {
          sum += column.pointee * weight
          column += Self.vectors
        }
        outputs[output * Self.vectors + vector] = sum
      }
    }
  }

  /// Turns the outputs of a block into probability minus truth; returns the log loss of its rows.
  private func softmaxErrors(_ firstRow: Int, _ count: Int) -> Double {
    var loss = 0.0
    outputs.withMemoryRebound(to: Double.self) { numbers in
      for row in 0..<count { loss -= numbers[labels[firstRow + row] * Self.rowsPerBlock + row] }
    }
    for vector in 0..<Self.vectors where vector * 8 < count {
      var top = outputs[vector]
      for output in 1..<outputCount { top = larger(top, outputs[output * Self.vectors + vector]) }
      var sum = Lanes.zero
      for output in 0..<outputCount {
        let i = output * Self.vectors + vector
        outputs[i] = FixedMath.expOfNonPositive(outputs[i] - top)
        sum += outputs[i]
      }
      let share = 1 / sum
      for output in 0..<outputCount { outputs[output * Self.vectors + vector] *= share }
      loss += logSum(top, sum, count: count - vector * 8)
    }
    outputs.withMemoryRebound(to: Double.self) { numbers in
      for row in 0..<count { numbers[labels[firstRow + row] * Self.rowsPerBlock + row] -= 1 }
      clearRows(from: count, numbers)
    }
    return loss
  }

  /// The same for two classes, whose one output speaks for class 1.
  private func sigmoidErrors(_ firstRow: Int, _ count: Int) -> Double {
    var loss = 0.0
    outputs.withMemoryRebound(to: Double.self) { numbers in
      for row in 0..<count where labels[firstRow + row] == 1 { loss -= numbers[row] }
    }
    for vector in 0..<Self.vectors where vector * 8 < count {
      let output = outputs[vector]
      let small = FixedMath.expOfNonPositive(-larger(output, -output))
      let sum = 1 + small
      outputs[vector] = Lanes(repeating: 1).replacing(with: small, where: output .< 0) / sum
      loss += logSum(larger(output, .zero), sum, count: count - vector * 8)
    }
    outputs.withMemoryRebound(to: Double.self) { numbers in
      for row in 0..<count where labels[firstRow + row] == 1 { numbers[row] -= 1 }
      clearRows(from: count, numbers)
    }
    return loss
  }

  /// Rows behind the last one count nothing.
  private func clearRows(from count: Int, _ numbers: UnsafeMutableBufferPointer<Double>) {
    guard count < Self.rowsPerBlock else { return }
    for output in 0..<outputCount {
      for row in count..<Self.rowsPerBlock { numbers[output * Self.rowsPerBlock + row] = 0 }
    }
  }

  private func addSlopes(_ columns: UnsafePointer<Lanes>) {
    for output in 0..<outputCount {
      let errors = UnsafeBufferPointer(
        rebasing: outputs[(output * Self.vectors)..<((output + 1) * Self.vectors)])
      let target = output * (featureCount + 1)
      var total = Lanes.zero
      for error in errors { total += error }
      slopes[target + featureCount] += total
      for column in 0..<featureCount {
        let values = columns + column * Self.vectors
        var sum = Lanes.zero
        for vector in 0..<Self.vectors { sum += errors[vector] * values[vector] }
        slopes[target + column] += sum
      }
    }
  }
}

/// The sum of `top + log(sum)` over the first `count` lanes; each sum is between 1 and the number of classes, so the
/// product of eight stays far inside `Double` and one logarithm does for all.
private func logSum(_ top: Lanes, _ sum: Lanes, count: Int) -> Double {
  var product = 1.0
  var total = 0.0
  for lane in 0..<min(8, count) {
    product *= sum[lane]
    total += top[lane]
  }
  return total + naturalLogarithm(product)
}

@inline(__always)
private func larger(_ a: Lanes, _ b: Lanes) -> Lanes { a.replacing(with: b, where: a .< b) }
