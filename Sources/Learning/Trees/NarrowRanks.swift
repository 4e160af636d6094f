/// The ranks of narrow columns once more, row by row and a byte each: those of one row share a cache line.
///
/// A column is narrow if it has few distinct values: grades, counts, pixels, one-hot marks.
final class NarrowRanks {
  /// Most distinct values of a narrow column.
  static let rankCountMax = 256

  /// Whether each column is narrow.
  let isNarrow: [Bool]
  /// Bytes from one row to the next.
  let stride: Int
  /// Row by row the ranks of all columns; those of wide ones are zero.
  let bytes: UnsafeMutablePointer<UInt8>

  /// Copies what `features` has; nil unless at least `columnsMin` columns are narrow.
  init?(_ features: RankedFeatures, columnsMin: Int, threads: Int) {
    let isNarrow = features.rankCounts.map { $0 <= Self.rankCountMax }
    guard isNarrow.filter({ $0 }).count >= columnsMin else { return nil }
    let rowCount = features.rowCount
    let stride = features.featureCount
    let bytes = UnsafeMutablePointer<UInt8>.allocate(capacity: max(1, rowCount * stride))
    let blockRows = 4_096
    Parallel.forEach(count: (rowCount + blockRows - 1) / blockRows, threads: threads) { block, _ in
      let rows = block * blockRows..<min((block + 1) * blockRows, rowCount)
      for feature in 0..<stride {
        let column = features.column(feature)
        for row in rows {
          bytes[row &* stride &+ feature] = isNarrow[feature] ? UInt8(truncatingIfNeeded: column[row]) : 0
        }
      }
    }
    self.isNarrow = isNarrow
    self.stride = stride
    self.bytes = bytes
  }

  deinit { bytes.deallocate() }
}
