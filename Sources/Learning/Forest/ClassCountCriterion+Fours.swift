/// Cuts of four narrow columns at a time: each has a lane of its own, so that nothing is added up across lanes.
extension ClassCountCriterion {
  /// Whether that costs less than one column after the other, by whatever way: measured, a bin of K classes costs as
  /// much as (K + 3) / 40 rows save, and anything from 20 to 80 does about as well.
  @inline(__always)
  func prefersFours(_ rowCount: Int, binCount: Int) -> Bool { binCount &* (placeCount &+ 3) <= rowCount &* 40 }

  /// The best cut of each of four narrow columns, with bin -1 where no cut is allowed.
  ///
  /// - Parameter binCount: as many as the column with the most ranks has.
  func scanFour(
    _ narrow: NarrowRanks, _ columns: SIMD4<Int>, binCount: Int, _ rows: UnsafePointer<UInt64>, _ rowCount: Int
  ) -> FourCuts {
    let cells = cells
    let bytes = narrow.bytes
    let (a, b, c, d) = (columns[0], columns[1], columns[2], columns[3])
    let width = narrow.stride
    let places = places
    for index in 0..<rowCount {
      let row = rows[index]
      let ranks = bytes + Self.position(of: row) &* width
      let weight = Int32(truncatingIfNeeded: Self.weight(of: row))
      let lanes = cells + Int(places[Self.label(of: row)]) &* binCount &* 4
      lanes[Int(ranks[a]) &* 4] &+= weight
      lanes[Int(ranks[b]) &* 4 &+ 1] &+= weight
      lanes[Int(ranks[c]) &* 4 &+ 2] &+= weight
      lanes[Int(ranks[d]) &* 4 &+ 3] &+= weight
    }
    // In nodes of little weight all numbers are whole and below 2^24, which `Float` holds exactly.
    return totalWeight <= Self.weightPackedMax
      ? sumUpFour(binCount, left: UnsafeMutableRawPointer(leftLanes).assumingMemoryBound(to: SIMD4<Float>.self))
      : sumUpFour(binCount, left: leftLanes)
  }

  struct FourCuts {
    var bins: SIMD4<Double>
    var gains: SIMD4<Double>
  }

  /// The best cuts so far of two columns.
  private struct TwoCuts {
    var worths = SIMD2<Double>.zero
    var scales = SIMD2<Double>.one
    var bins = SIMD2<Double>(repeating: -1)
  }

  /// What all cuts of a node have in common.
  private struct Whole {
    var weight: SIMD2<Double>
    var squares: SIMD2<Double>
    var leafMin: SIMD2<Double>
  }

  /// Sums up the cells from the left and clears them.
  @inline(__always)
  private func sumUpFour<Number: BinaryFloatingPoint & SIMDScalar>(
    _ binCount: Int, left: UnsafeMutablePointer<SIMD4<Number>>
  ) -> FourCuts {
    let placeCount = placeCount
    for place in 0..<placeCount { left[place] = .zero }
    let whole = Whole(
      weight: SIMD2(repeating: Double(totalWeight)), squares: SIMD2(repeating: Double(totalSquares)),
      leafMin: SIMD2(repeating: Double(settings.samplesLeafMin)))
    var low = TwoCuts()
    var high = TwoCuts()
    let table = UnsafeMutableRawPointer(cells).assumingMemoryBound(to: SIMD4<Int32>.self)
    for bin in 0..<binCount {
      var squares = SIMD4<Number>.zero
      var cross = SIMD4<Number>.zero
      var weights = SIMD4<Number>.zero
      var counts = table + bin
      for place in 0..<placeCount {
        let onLeft = left[place] + Self.numbers(counts.pointee)
        counts.pointee = .zero
        counts += binCount
        left[place] = onLeft
        squares += onLeft * onLeft
        cross += onLeft * SIMD4(repeating: Number(totalCells[place]))
        weights += onLeft
      }
      Self.compare(&low, whole, bin, squares.lowHalf, cross.lowHalf, weights.lowHalf)
      Self.compare(&high, whole, bin, squares.highHalf, cross.highHalf, weights.highHalf)
    }
    return FourCuts(
      bins: SIMD4(lowHalf: low.bins, highHalf: high.bins),
      gains: SIMD4(lowHalf: low.worths / low.scales, highHalf: high.worths / high.scales))
  }

  @inline(__always)
  private static func compare<Number: BinaryFloatingPoint & SIMDScalar>(
    _ best: inout TwoCuts, _ whole: Whole, _ bin: Int, _ squares: SIMD2<Number>, _ cross: SIMD2<Number>,
    _ weights: SIMD2<Number>
  ) {
    let left = doubles(weights)
    let right = whole.weight - left
    let scales = left * right
    let crossed = doubles(cross)
    let worths = doubles(squares) * whole.weight + (whole.squares - (crossed + crossed)) * left
    // The cut behind all bins has no scale, and behind an empty bin lies the cut before again: neither is better.
    var isBetter = worths * best.scales .> best.worths * scales
    if whole.leafMin[0] > 1 { isBetter .&= (left .>= whole.leafMin) .& (right .>= whole.leafMin) }
    best.worths.replace(with: worths, where: isBetter)
    best.scales.replace(with: scales, where: isBetter)
    best.bins.replace(with: SIMD2(repeating: Double(bin)), where: isBetter)
  }

  @inline(__always)
  private static func doubles<Number: BinaryFloatingPoint & SIMDScalar>(_ lanes: SIMD2<Number>) -> SIMD2<Double> {
    SIMD2(Double(lanes[0]), Double(lanes[1]))
  }
}
