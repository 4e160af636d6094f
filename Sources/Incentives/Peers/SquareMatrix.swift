/// Small square matrices, row-major, in plain IEEE arithmetic of fixed order.
enum SquareMatrix {
  /// The determinant, by elimination with the largest pivot of each column.
  static func determinant(_ values: [Double], size: Int) -> Double {
    var a = values
    var result = 1.0
    for column in 0..<size {
      let pivot = largest(a, column, size)
      guard a[pivot * size + column] != 0 else { return 0 }
      if pivot != column {
        for k in 0..<size { a.swapAt(pivot * size + k, column * size + k) }
        result = -result
      }
      result *= a[column * size + column]
      for row in (column + 1)..<max(size, column + 1) {
        let factor = a[row * size + column] / a[column * size + column]
        for k in column..<size { a[row * size + k] -= factor * a[column * size + k] }
      }
    }
    return result
  }

  /// The inverse; `nil` where a pivot falls below a billionth.
  static func inverse(_ values: [Double], size: Int) -> [Double]? {
    var a = values
    var b = [Double](repeating: 0, count: size * size)
    for k in 0..<size { b[k * size + k] = 1 }
    for column in 0..<size {
      let pivot = largest(a, column, size)
      guard abs(a[pivot * size + column]) >= 1e-9 else { return nil }
      if pivot != column {
        for k in 0..<size {
          a.swapAt(pivot * size + k, column * size + k)
          b.swapAt(pivot * size + k, column * size + k)
        }
      }
      let scale = a[column * size + column]
      for k in 0..<size {
        a[column * size + k] /= scale
        b[column * size + k] /= scale
      }
      for row in 0..<size where row != column {
        let factor = a[row * size + column]
        for k in 0..<size {
          a[row * size + k] -= factor * a[column * size + k]
          b[row * size + k] -= factor * b[column * size + k]
        }
      }
    }
    return b
  }

  private static func largest(_ a: [Double], _ column: Int, _ size: Int) -> Int {
    var best = column
    for row in column..<size where abs(a[row * size + column]) > abs(a[best * size + column]) { best = row }
    return best
  }
}
