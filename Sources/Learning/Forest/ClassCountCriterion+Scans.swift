/// Three ways to find the best cut of one feature, for nodes of different sizes.
///
/// All compare cuts by sum nL_k^2 / nL + sum nR_k^2 / nR, multiplied out: only a new best costs a division.
extension ClassCountCriterion {
  struct Cut {
    /// The last bin that goes left.
    var bin: Int
    var gain: Double
  }

  /// Few rows: sorts them by comparing all with all, then moves them over one by one.
  func scanFew(_ rows: UnsafePointer<UInt64>, _ rowCount: Int, _ spread: inout Spread) -> Cut? {
    spread.use(bits: 16 - RankSort.indexBits)
    let least = spread.least
    let shift = spread.shift
    let ranks = ranks
    let sorted = sorted
    rankSort.sort(rowCount) { index in
      (Int(ranks[index]) &- least) &>> shift
    } visit: { index, place in
      sorted[place] = Self.entry(bin: (Int(ranks[index]) &- least) &>> shift, row: rows[index])
    }
    return scanSorted(rowCount)
  }

  /// More rows: sorts them by counting, or where there are many for each bin and class, only counts.
  func scanMany(_ rows: UnsafePointer<UInt64>, _ rowCount: Int, _ spread: inout Spread) -> Cut? {
    spread.use(bits: 8)
    let binCount = spread.binCount
    if rowCount &* 4 >= binCount &* classCount { return scanTable(rows, rowCount, spread) }
    let least = spread.least
    let shift = spread.shift
    let ranks = ranks
    let sorted = sorted
    let places = heads
    places.update(repeating: 0, count: binCount)
    for index in 0..<rowCount { places[(Int(ranks[index]) &- least) &>> shift] &+= 1 }
    var start: Int32 = 0
    for bin in 0..<binCount {
      let tally = places[bin]
      places[bin] = start
      start &+= tally
    }
    for index in 0..<rowCount {
      let bin = (Int(ranks[index]) &- least) &>> shift
      let place = Int(places[bin])
      places[bin] &+= 1
      sorted[place] = Self.entry(bin: bin, row: rows[index])
    }
    return scanSorted(rowCount)
  }

  /// Bin (upper half), then weight and class as in a row.
  @inline(__always)
  private static func entry(bin: Int, row: UInt64) -> UInt64 { UInt64(truncatingIfNeeded: bin) &<< 32 | row &>> 32 }

  @inline(__always)
  private func scanSorted(_ rowCount: Int) -> Cut? {
    let sorted = sorted
    let left = left
    let total = total
    for label in 0..<classCount { left[label] = 0 }
    var best = Cut(bin: -1, gain: -.infinity)
    let leafMin = settings.samplesLeafMin
    let wholeWeight = Double(totalWeight)
    var leftWeight = 0
    var leftSquares = 0
    var rightSquares = totalSquares
    for place in 0..<rowCount &- 1 {
      let entry = sorted[place]
      let label = Int(truncatingIfNeeded: entry & 0xFFFF)
      let weight = Int(truncatingIfNeeded: entry &>> 16 & 0xFFFF)
      let onLeft = left[label]
      let onRight = total[label] &- onLeft
      left[label] = onLeft &+ weight
      leftSquares &+= weight &* (2 &* onLeft &+ weight)
      rightSquares &-= weight &* (2 &* onRight &- weight)
      leftWeight &+= weight
      let l = Double(leftWeight)
      let r = wholeWeight - l
      let worth = Double(leftSquares) * r + Double(rightSquares) * l
      // Seldom true, so guessed right; whether a bin ends here is as good as random and asked only then.
      if worth > best.gain * (l * r), (entry ^ sorted[place &+ 1]) &>> 32 != 0, leftWeight >= leafMin,
        totalWeight &- leftWeight >= leafMin
      {
        best = Cut(bin: Int(truncatingIfNeeded: entry &>> 32), gain: worth / (l * r))
      }
    }
    return best.bin < 0 ? nil : best
  }

  /// Counts each class in each bin, then sums up from the left.
  private func scanTable(_ rows: UnsafePointer<UInt64>, _ rowCount: Int, _ spread: Spread) -> Cut? {
    let classCount = classCount
    let least = spread.least
    let shift = spread.shift
    let table = table
    let ranks = ranks
    let left = left
    let total = total
    for index in 0..<rowCount {
      let row = rows[index]
      let bin = (Int(ranks[index]) &- least) &>> shift
      table[bin &* classCount &+ Self.label(of: row)] &+= Int32(truncatingIfNeeded: Self.weight(of: row))
    }
    for label in 0..<classCount { left[label] = 0 }
    var best = Cut(bin: -1, gain: -.infinity)
    var leftWeight = 0
    for bin in 0..<spread.binCount {
      let counts = table + bin &* classCount
      var leftSquares = 0
      var rightSquares = 0
      let before = leftWeight
      for label in 0..<classCount {
        let count = Int(counts[label])
        counts[label] = 0
        let onLeft = left[label] &+ count
        let onRight = total[label] &- onLeft
        left[label] = onLeft
        leftWeight &+= count
        leftSquares &+= onLeft &* onLeft
        rightSquares &+= onRight &* onRight
      }
      let rightWeight = totalWeight &- leftWeight
      let l = Double(leftWeight)
      let r = Double(rightWeight)
      let worth = Double(leftSquares) * r + Double(rightSquares) * l
      if worth > best.gain * (l * r), leftWeight > before, leftWeight >= settings.samplesLeafMin,
        rightWeight >= settings.samplesLeafMin
      {
        best = Cut(bin: bin, gain: worth / (l * r))
      }
    }
    return best.bin < 0 ? nil : best
  }
}
