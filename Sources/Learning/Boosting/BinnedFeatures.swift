/// Feature values in at most 255 bins a column: what boosting sums its gradients over.
///
/// With up to 255 distinct values each has its own bin; otherwise bins hold about equally many rows. The bins of
/// `blockWidth` features lie together row by row, as places in a common histogram, so that one pass over the rows
/// serves a whole block whose part of the histogram fits the nearest cache.
final class BinnedFeatures {
  /// How many features are summed in one pass: measured best for large sets on a busy machine, 8 for small ones.
  static let blockWidth = 4
  static let binCountMax = 255

  let ranked: RankedFeatures
  /// Where the bins of each feature begin in a histogram; one more entry marks the end.
  let starts: [Int]
  /// Per feature and bin, the greatest rank in the bin.
  let lastRanks: [[UInt16]]
  /// Row-major within each block, the first block first: histogram places relative to the block's first.
  private let places: UnsafeMutablePointer<UInt16>

  init(_ ranked: RankedFeatures, threads: Int) {
    let rowCount = ranked.rowCount
    let featureCount = ranked.featureCount
    var lastRanks = [[UInt16]](repeating: [], count: featureCount)
    lastRanks.withUnsafeMutableBufferPointer { lastRanks in
      let last = lastRanks
      Parallel.forEach(count: featureCount, threads: threads, workspace: {}) { feature, _ in
        last[feature] = Self.cut(ranked.column(feature), rowCount: rowCount, rankCount: ranked.rankCounts[feature])
      }
    }
    var starts = [0]
    for last in lastRanks { starts.append(starts.last! + last.count) }
    let places = UnsafeMutablePointer<UInt16>.allocate(capacity: max(1, rowCount * featureCount))
    Parallel.forEach(count: featureCount, threads: threads, workspace: {}) { feature, _ in
      let block = feature / Self.blockWidth * Self.blockWidth
      let width = min(Self.blockWidth, featureCount - block)
      var place = UInt16(truncatingIfNeeded: starts[feature] - starts[block])
      var placeOfRank: [UInt16] = []
      for last in lastRanks[feature] {
        while placeOfRank.count <= Int(last) { placeOfRank.append(place) }
        place += 1
      }
      let column = ranked.column(feature)
      let target = places + block * rowCount + feature - block
      placeOfRank.withUnsafeBufferPointer { placeOfRank in
        for row in 0..<rowCount { target[row &* width] = placeOfRank[Int(column[row])] }
      }
    }
    self.ranked = ranked
    self.starts = starts
    self.lastRanks = lastRanks
    self.places = places
  }

  deinit { places.deallocate() }

  var rowCount: Int { ranked.rowCount }
  var featureCount: Int { ranked.featureCount }
  var blockCount: Int { (featureCount + Self.blockWidth - 1) / Self.blockWidth }
  /// How many bins all features have together.
  var binCount: Int { starts.last! }

  /// The features of block `block`.
  func features(of block: Int) -> Range<Int> {
    block * Self.blockWidth..<min((block + 1) * Self.blockWidth, featureCount)
  }

  /// The histogram places of block `block`, row-major.
  func places(of block: Int) -> UnsafePointer<UInt16> {
    UnsafePointer(places + block * Self.blockWidth * rowCount)
  }

  /// The last rank of each bin of a column.
  private static func cut(_ column: UnsafePointer<UInt16>, rowCount: Int, rankCount: Int) -> [UInt16] {
    guard rankCount > binCountMax else { return (0..<rankCount).map(UInt16.init) }
    var tallies = [Int](repeating: 0, count: rankCount)
    for row in 0..<rowCount { tallies[Int(column[row])] += 1 }
    var last: [UInt16] = []
    var rowsLeft = rowCount
    var inBin = 0
    for (rank, tally) in tallies.enumerated() {
      inBin += tally
      let binsLeft = binCountMax - last.count
      let ranksLeft = rankCount - rank - 1
      // A bin closes when it holds its share of the rows that were left, or if every rank left needs a bin.
      if inBin * binsLeft >= rowsLeft || ranksLeft < binsLeft {
        last.append(UInt16(truncatingIfNeeded: rank))
        rowsLeft -= inBin
        inBin = 0
      }
    }
    return last
  }
}
