/// The eigenvalues and eigenvectors of a small symmetric matrix.
struct SymmetricEigen {
  /// In no particular order.
  private(set) var values: [Double]
  /// n x n, row-major; column j belongs to value j.
  private(set) var vectors: [Double]

  /// Turns pairs of axes until nothing is left off the diagonal (cyclic Jacobi; Golub, Van Loan 2013, section 8.5).
  ///
  /// - Parameter matrix: n x n, symmetric.
  /// - Complexity: O(n³) for each of mostly under ten sweeps.
  init(_ matrix: [Double], size n: Int) {
    precondition(matrix.count == n * n, "a square matrix")
    var a = matrix
    var v = [Double](repeating: 0, count: n * n)
    for i in 0..<n { v[i * n + i] = 1 }
    for _ in 0..<50 {
      var off = 0.0
      var whole = 0.0
      for i in 0..<n {
        for j in 0..<n {
          whole += a[i * n + j] * a[i * n + j]
          if i != j { off += a[i * n + j] * a[i * n + j] }
        }
      }
      guard off > 1e-28 * whole else { break }
      for p in 0..<n {
        for q in p + 1..<max(n, p + 1) where a[p * n + q] != 0 { Self.turn(&a, &v, p, q, n) }
      }
    }
    values = (0..<n).map { a[$0 * n + $0] }
    vectors = v
  }

  // Turns axes p and q so that a[p, q] becomes 0.
  private static func turn(_ a: inout [Double], _ v: inout [Double], _ p: Int, _ q: Int, _ n: Int) {
    let ratio = (a[q * n + q] - a[p * n + p]) / (2 * a[p * n + q])
    let tangent = (ratio >= 0 ? 1.0 : -1) / (abs(ratio) + (1 + ratio * ratio).squareRoot())
    let cosine = 1 / (1 + tangent * tangent).squareRoot()
    let sine = tangent * cosine
    for k in 0..<n {
      let (x, y) = (a[k * n + p], a[k * n + q])
      a[k * n + p] = cosine * x - sine * y
      a[k * n + q] = sine * x + cosine * y
    }
    for k in 0..<n {
      let (x, y) = (a[p * n + k], a[q * n + k])
      a[p * n + k] = cosine * x - sine * y
      a[q * n + k] = sine * x + cosine * y
    }
    for k in 0..<n {
      let (x, y) = (v[k * n + p], v[k * n + q])
      v[k * n + p] = cosine * x - sine * y
      v[k * n + q] = sine * x + cosine * y
    }
  }
}
