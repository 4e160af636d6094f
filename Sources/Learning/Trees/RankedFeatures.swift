/// Every feature value as its rank among the distinct values of its column: what trees are grown on.
///
/// Ranks are exact for up to 65,536 distinct values a column; beyond that, neighbouring values share one. A split
/// between two ranks becomes a threshold halfway between the values that lie on its two sides in the node, as exact
/// splitting would choose.
final class RankedFeatures {
  /// How many rows and columns.
  let rowCount: Int
  let featureCount: Int
  /// How many ranks each column has.
  let rankCounts: [Int]
  private let ranks: UnsafeMutablePointer<UInt16>
  /// Per column, the least and the greatest value of each rank.
  private let lowest: [[Double]]
  private let highest: [[Double]]

  /// Ranks the columns of `matrix`, spread over `threads`.
  init(_ matrix: Matrix, threads: Int) {
    let rowCount = matrix.rowCount
    let featureCount = matrix.columnCount
    let ranks = UnsafeMutablePointer<UInt16>.allocate(capacity: max(1, rowCount * featureCount))
    var lowest = [[Double]](repeating: [], count: featureCount)
    var highest = lowest
    lowest.withUnsafeMutableBufferPointer { lowest in
      highest.withUnsafeMutableBufferPointer { highest in
        let low = lowest
        let high = highest
        Parallel.forEach(count: featureCount, threads: threads, workspace: { ColumnRanks(rowCount: rowCount) }) {
          feature, workspace in
          let column = ranks + feature * rowCount
          (low[feature], high[feature]) = Self.fill(column, from: matrix, column: feature, using: &workspace)
        }
      }
    }
    self.rowCount = rowCount
    self.featureCount = featureCount
    self.ranks = ranks
    self.lowest = lowest
    self.highest = highest
    rankCounts = lowest.map(\.count)
  }

  deinit { ranks.deallocate() }

  /// The ranks of column `feature`, by row.
  func column(_ feature: Int) -> UnsafePointer<UInt16> { UnsafePointer(ranks + feature * rowCount) }

  /// A number that is at least every value of rank `left` and less than every value of rank `right`, halfway if
  /// the two leave room.
  func threshold(feature: Int, left: UInt16, right: UInt16) -> Double {
    let below = highest[feature][Int(left)]
    let above = lowest[feature][Int(right)]
    // Halved before they are added: the sum of two huge values is no number.
    let middle = below / 2 + above / 2
    return middle >= below && middle < above ? middle : below
  }

  private static func fill(
    _ column: UnsafeMutablePointer<UInt16>, from matrix: Matrix, column feature: Int,
    using workspace: inout ColumnRanks
  ) -> (lowest: [Double], highest: [Double]) {
    var values: [Double] = []
    var wide = [UInt32](repeating: 0, count: matrix.rowCount)
    workspace.rank(matrix, column: feature) { row, value, rank in
      if rank == values.count { values.append(value) }
      wide[row] = UInt32(truncatingIfNeeded: rank)
    }
    let rankMax = 65_536
    guard values.count > rankMax else {
      for row in wide.indices { column[row] = UInt16(truncatingIfNeeded: wide[row]) }
      return (values, values)
    }
    var lowest: [Double] = []
    var highest: [Double] = []
    for (index, value) in values.enumerated() {
      if index * rankMax / values.count == lowest.count {
        lowest.append(value)
        highest.append(value)
      } else {
        highest[highest.count - 1] = value
      }
    }
    for row in wide.indices { column[row] = UInt16(truncatingIfNeeded: Int(wide[row]) * rankMax / values.count) }
    return (lowest, highest)
  }
}
