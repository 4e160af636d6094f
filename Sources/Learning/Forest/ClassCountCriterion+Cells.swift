/// Cuts found by counting the classes in each bin: a cell is a class in a bin.
extension ClassCountCriterion {
  /// The rows from which on a node may be worth it.
  static let cellRowsMin = 12

  /// Whether to count and sum up costs less than to sort: measured, a bin of K classes costs as
  /// much as (K + 6) / 10 rows save.
  @inline(__always)
  func prefersCells(_ rowCount: Int, _ spread: Spread) -> Bool {
    rowCount >= Self.cellRowsMin && spread.binCount &* (placeCount &+ 6) <= rowCount &* 10
  }

  /// The best cut of one column, from the ranks gathered.
  func scanCells(_ rows: UnsafePointer<UInt64>, _ rowCount: Int, _ spread: Spread) -> Cut? {
    let stride = quadCount &<< 2
    let least = spread.least
    let shift = spread.shift
    let ranks = ranks
    let places = places
    let cells = cells
    for index in 0..<rowCount {
      let row = rows[index]
      let bin = (Int(ranks[index]) &- least) &>> shift
      cells[bin &* stride &+ Int(places[Self.label(of: row)])] &+= Int32(truncatingIfNeeded: Self.weight(of: row))
    }
    return sumUp(cells, spread.binCount)
  }

  /// Sums up the cells from the left and clears them. In nodes of little weight all numbers are whole and below 2^24,
  /// which `Float` holds exactly.
  ///
  /// The cut has bin -1 if none is allowed; nil if all rows are in one bin.
  @inline(__always)
  private func sumUp(_ cells: UnsafeMutablePointer<Int32>, _ binCount: Int) -> Cut? {
    let quads = UnsafeMutableRawPointer(cells).assumingMemoryBound(to: SIMD4<Int32>.self)
    return totalWeight <= Self.weightPackedMax
      ? sumUp(quads, binCount, left: UnsafeMutableRawPointer(leftQuads).assumingMemoryBound(to: SIMD4<Float>.self))
      : sumUp(quads, binCount, left: leftQuads)
  }

  @inline(__always)
  private func sumUp<Number: BinaryFloatingPoint & SIMDScalar>(
    _ cells: UnsafeMutablePointer<SIMD4<Int32>>, _ binCount: Int, left: UnsafeMutablePointer<SIMD4<Number>>
  ) -> Cut? {
    let quadCount = quadCount
    let total = UnsafeRawPointer(totalCells).assumingMemoryBound(to: SIMD4<Int32>.self)
    for quad in 0..<quadCount { left[quad] = .zero }
    let leafMin = Double(settings.samplesLeafMin)
    let totalWeight = Double(totalWeight)
    let totalSquares = Double(totalSquares)
    var best = Cut(bin: -1, gain: 0)
    var bestWorth = 0.0
    var bestScale = 1.0
    var isVaried = false
    var counts = cells
    for bin in 0..<binCount {
      var squares = SIMD4<Number>.zero
      var cross = SIMD4<Number>.zero
      var weights = SIMD4<Number>.zero
      for quad in 0..<quadCount {
        let onLeft = left[quad] + Self.numbers(counts[quad])
        counts[quad] = .zero
        left[quad] = onLeft
        squares += onLeft * onLeft
        cross += onLeft * Self.numbers(total[quad])
        weights += onLeft
      }
      counts += quadCount
      let leftWeight = Self.sum(weights)
      let rightWeight = totalWeight - leftWeight
      let scale = leftWeight * rightWeight
      isVaried = isVaried || scale > 0
      let worth = Self.sum(squares) * totalWeight + (totalSquares - 2 * Self.sum(cross)) * leftWeight
      // The cut behind all bins has no scale, and behind an empty bin lies the cut before again: neither is better.
      if worth * bestScale > bestWorth * scale, leftWeight >= leafMin, rightWeight >= leafMin {
        bestWorth = worth
        bestScale = scale
        best.bin = bin
      }
    }
    guard isVaried else { return nil }
    best.gain = bestWorth / bestScale
    return best
  }

  @inline(__always)
  static func numbers<Number: BinaryFloatingPoint & SIMDScalar>(_ quad: SIMD4<Int32>) -> SIMD4<Number> {
    SIMD4(Number(quad[0]), Number(quad[1]), Number(quad[2]), Number(quad[3]))
  }

  @inline(__always)
  private static func sum<Number: BinaryFloatingPoint & SIMDScalar>(_ lanes: SIMD4<Number>) -> Double {
    let halves = lanes.lowHalf + lanes.highHalf
    return Double(halves[0] + halves[1])
  }
}
