/// The fourth way to find the best cut: classes counted in each bin, for nodes of up to `weightPackedMax` in weight.
extension ClassCountCriterion {
  /// The rows from which on a node may be worth it.
  static let cellRowsMin = 25

  /// Whether to count and sum up costs less than to sort: measured, a bin of K classes costs as
  /// much as (K + 6) / 10 rows save.
  @inline(__always)
  func prefersCells(_ rowCount: Int, _ spread: Spread) -> Bool {
    rowCount >= Self.cellRowsMin && spread.binCount &* (placeCount &+ 6) <= rowCount &* 10
  }

  /// Gives the classes that the node at hand shows places next to each other, so that no time goes to the others.
  mutating func placeClasses() {
    let cells = UnsafeMutableRawPointer(totalQuads).assumingMemoryBound(to: Float.self)
    var place = 0
    for label in 0..<classCount {
      let number = total[label]
      places[label] = Int32(truncatingIfNeeded: place)
      cells[place] = Float(number)
      place &+= number > 0 ? 1 : 0
    }
    placeCount = place
    for spare in place..<(place + 3) / 4 * 4 { cells[spare] = 0 }
  }

  /// Counts each class in each bin, then sums up from the left, four classes at a time: whole numbers below 2^24, which
  /// `Float` holds exactly. The sums are those of `scanSorted`.
  func scanCells(_ rows: UnsafePointer<UInt64>, _ rowCount: Int, _ spread: Spread) -> Cut? {
    let quadCount = (placeCount &+ 3) &>> 2
    let stride = quadCount &<< 2
    let least = spread.least
    let shift = spread.shift
    let ranks = ranks
    let places = places
    let cells = UnsafeMutableRawPointer(table).assumingMemoryBound(to: Int32.self)
    for index in 0..<rowCount {
      let row = rows[index]
      let bin = (Int(ranks[index]) &- least) &>> shift
      cells[bin &* stride &+ Int(places[Self.label(of: row)])] &+= Int32(truncatingIfNeeded: Self.weight(of: row))
    }
    let left = leftQuads
    let total = totalQuads
    for quad in 0..<quadCount { left[quad] = .zero }
    let leafMin = Double(settings.samplesLeafMin)
    let totalWeight = Double(totalWeight)
    let totalSquares = Double(totalSquares)
    var bestWorth = 0.0
    var bestScale = 1.0
    var bestBin = -1
    var counts = UnsafeMutableRawPointer(table).assumingMemoryBound(to: SIMD4<Int32>.self)
    for bin in 0..<spread.binCount {
      var squares = SIMD4<Float>.zero
      var cross = SIMD4<Float>.zero
      var weights = SIMD4<Float>.zero
      for quad in 0..<quadCount {
        let count = counts[quad]
        counts[quad] = .zero
        let onLeft = left[quad] + SIMD4(Float(count[0]), Float(count[1]), Float(count[2]), Float(count[3]))
        left[quad] = onLeft
        squares += onLeft * onLeft
        cross += onLeft * total[quad]
        weights += onLeft
      }
      counts += quadCount
      let leftWeight = Self.sum(weights)
      let rightWeight = totalWeight - leftWeight
      let scale = leftWeight * rightWeight
      let worth = Self.sum(squares) * totalWeight + (totalSquares - 2 * Self.sum(cross)) * leftWeight
      // The cut behind all bins has no scale, and behind an empty bin lies the cut before again: neither is better.
      if worth * bestScale > bestWorth * scale, leftWeight >= leafMin, rightWeight >= leafMin {
        bestWorth = worth
        bestScale = scale
        bestBin = bin
      }
    }
    return bestBin < 0 ? nil : Cut(bin: bestBin, gain: bestWorth / bestScale)
  }

  @inline(__always)
  private static func sum(_ lanes: SIMD4<Float>) -> Double {
    let halves = lanes.lowHalf + lanes.highHalf
    return Double(halves[0] + halves[1])
  }
}
