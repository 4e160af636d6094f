/// Ways to find the best cut of one feature, for nodes of different sizes.
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
    spread.use(bits: RankSort.valueBits)
    if prefersCells(rowCount, spread) { return scanCells(rows, rowCount, spread) }
    let sorted = sorted
    rankSort.sort(ranks, rowCount, least: spread.least, shift: spread.shift) { index, bin, place in
      sorted[place] = bin &<< 32 | rows[index] &>> 32
    }
    return scanSorted(rowCount)
  }

  /// More rows: sorts them by counting, or where there are many for each bin and class, only counts.
  func scanMany(_ rows: UnsafePointer<UInt64>, _ rowCount: Int, _ spread: inout Spread) -> Cut? {
    // Fewer bins than rows: measured, finer ones cost a seventh more time and change no score beyond chance.
    spread.use(bits: rowCount < 1_024 ? 7 : 8)
    guard totalWeight <= Self.weightPackedMax else { return scanCells(rows, rowCount, spread) }
    let binCount = spread.binCount
    if prefersCells(rowCount, spread) { return scanCells(rows, rowCount, spread) }
    let least = spread.least
    let shift = spread.shift
    let ranks = ranks
    let sorted = sorted
    let starts = heads
    starts.update(repeating: 0, count: binCount)
    for index in 0..<rowCount { starts[(Int(ranks[index]) &- least) &>> shift] &+= 1 }
    var start: Int32 = 0
    for bin in 0..<binCount {
      let tally = starts[bin]
      starts[bin] = start
      start &+= tally
    }
    for index in 0..<rowCount {
      let bin = (Int(ranks[index]) &- least) &>> shift
      let place = Int(starts[bin])
      starts[bin] &+= 1
      sorted[place] = Self.entry(bin: bin, row: rows[index])
    }
    return scanSorted(rowCount)
  }

  /// Bin (upper half), then weight and class as in a row.
  @inline(__always)
  private static func entry(bin: Int, row: UInt64) -> UInt64 { UInt64(truncatingIfNeeded: bin) &<< 32 | row &>> 32 }

  /// Moves the sorted rows over one by one. Takes nodes of weight up to `weightPackedMax`.
  ///
  /// With L_k and T_k rows of class k on the left and in all, sum nR_k^2 = sum T_k^2 - 2 sum L_k T_k + sum L_k^2. So
  /// the sums of L_k^2, L_k T_k and L_k, packed into one number, say all about a cut, and a row of weight w changes
  /// them by w (2 L_k + w), w T_k and w: one product.
  @inline(__always)
  private func scanSorted(_ rowCount: Int) -> Cut? {
    let sorted = sorted
    let classSums = classSums
    let cutSums = cutSums
    for label in 0..<classCount { classSums[label] = classSumsStart[label] }
    var sums: UInt64 = 0
    var cutCount = 0
    for place in 0..<rowCount &- 1 {
      let entry = sorted[place]
      let label = Int(truncatingIfNeeded: entry & 0xFFFF)
      let weight = entry &>> 16 & 0xFFFF
      let before = classSums[label]
      classSums[label] = before &+ 2 &* weight
      sums &+= weight &* (before &+ weight)
      // Written in any case and kept where a bin ends, without a branch to be guessed wrong.
      cutSums[cutCount] = sums
      let following = sorted[place &+ 1]
      sorted[cutCount] = entry
      cutCount &+= (entry ^ following) &>> 32 != 0 ? 1 : 0
    }
    let leafMin = settings.samplesLeafMin
    let totalWeight = totalWeight
    let totalSquares = totalSquares
    var bestWorth = 0
    var bestScale = 1
    var bestCut = -1
    for cut in 0..<cutCount {
      let sums = cutSums[cut]
      let leftSquares = Int(truncatingIfNeeded: sums & Self.fieldMask)
      let cross = Int(truncatingIfNeeded: sums &>> Self.crossShift & Self.fieldMask)
      let leftWeight = Int(truncatingIfNeeded: sums &>> Self.weightShift)
      let rightWeight = totalWeight &- leftWeight
      let isAllowed = leftWeight >= leafMin && rightWeight >= leafMin
      let scale = leftWeight &* rightWeight
      // Refused cuts are worth nothing.
      let worth = isAllowed ? leftSquares &* totalWeight &+ (totalSquares &- 2 &* cross) &* leftWeight : 0
      let isBetter = worth &* bestScale > bestWorth &* scale
      bestWorth = isBetter ? worth : bestWorth
      bestScale = isBetter ? scale : bestScale
      bestCut = isBetter ? cut : bestCut
    }
    guard bestCut >= 0 else { return nil }
    return Cut(
      bin: Int(truncatingIfNeeded: sorted[bestCut] &>> 32), gain: Double(bestWorth) / Double(bestScale))
  }
}
