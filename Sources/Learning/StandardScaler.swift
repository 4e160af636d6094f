/// Moves and stretches each column so that the rows it was fitted on have mean 0 and standard deviation 1.
///
/// The deviation is the population's (divided by the number of rows), as in scikit-learn. A column that is constant up
/// to rounding keeps scale 1: it becomes 0 instead of noise. Fit it on training rows only, or the test rows leak into
/// what is judged on them.
public struct StandardScaler: Hashable, Sendable {
  /// What is subtracted from each column.
  public let means: [Double]
  /// What each column is divided by afterwards; positive.
  public let scales: [Double]

  /// Takes the means and deviations of the columns of `rows`, of which there must be at least one.
  ///
  /// - Complexity: O(rows x columns), two passes.
  public init(fittedOn rows: borrowing Matrix) {
    let rowCount = rows.rowCount
    let columnCount = rows.columnCount
    precondition(rowCount > 0, "a scaler needs at least one row")
    var means = [Double](repeating: 0, count: columnCount)
    var variances = [Double](repeating: 0, count: columnCount)
    rows.values.withUnsafeBufferPointer { values in
      for row in 0..<rowCount {
        for column in 0..<columnCount { means[column] += values[row * columnCount + column] }
      }
      for column in 0..<columnCount { means[column] /= Double(rowCount) }
      for row in 0..<rowCount {
        for column in 0..<columnCount {
          let distance = values[row * columnCount + column] - means[column]
          variances[column] += distance * distance
        }
      }
    }
    self.means = means
    scales = (0..<columnCount).map { column in
      let variance = variances[column] / Double(rowCount)
      // Rounding alone can leave this much; the bound is scikit-learn's (Chan, Golub, LeVeque 1983).
      let noise = Double(rowCount) * .ulpOfOne
      let isConstant = variance <= noise * variance + (noise * means[column]) * (noise * means[column])
      return isConstant || !variance.isFinite ? 1 : variance.squareRoot()
    }
  }

  /// How many numbers a row has.
  public var columnCount: Int { means.count }

  /// All rows, scaled.
  public func scaled(_ rows: borrowing Matrix) -> Matrix {
    var result = Matrix(rowCount: rows.rowCount, columnCount: rows.columnCount)
    rows.values.withUnsafeBufferPointer { source in
      result.values.withUnsafeMutableBufferPointer { target in
        for row in 0..<rows.rowCount {
          let range = row * rows.columnCount..<(row + 1) * rows.columnCount
          scale(UnsafeBufferPointer(rebasing: source[range]), into: .init(rebasing: target[range]))
        }
      }
    }
    return result
  }

  /// One row, scaled into `result`; both have `columnCount` places. Allocates nothing.
  public func scale(_ row: UnsafeBufferPointer<Double>, into result: UnsafeMutableBufferPointer<Double>) {
    precondition(row.count == columnCount)
    precondition(result.count == columnCount)
    means.withUnsafeBufferPointer { means in
      scales.withUnsafeBufferPointer { scales in
        for column in 0..<row.count { result[column] = (row[column] - means[column]) / scales[column] }
      }
    }
  }
}

extension StandardScaler: Codable {
  private enum CodingKeys: CodingKey { case means, scales }

  /// Reads a saved scaler and checks it: equal lengths, finite means, positive scales.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    means = try container.decode([Double].self, forKey: .means)
    scales = try container.decode([Double].self, forKey: .scales)
    guard means.count == scales.count, means.allSatisfy(\.isFinite), scales.allSatisfy({ $0.isFinite && $0 > 0 })
    else {
      throw LearningError.unreadableModel(
        reason: "the scaler has \(means.count) means and \(scales.count) scales, or a number out of range")
    }
  }
}
