/// Sorts up to 64 short keys without a single branch on them: each key's place is the number of smaller keys.
///
/// All comparisons are made, eight at a time; for so few keys that is faster than any sort that has to guess.
struct RankSort: ~Copyable {
  /// Most keys.
  static let countMax = 64
  /// How many bits of a key are the caller's; the others tell equal keys apart.
  static let valueBits = 10
  private static let indexBits = 6

  private typealias Lanes = SIMD8<Int16>
  private let keys = UnsafeMutablePointer<Lanes>.allocate(capacity: countMax / 8)
  private let places = UnsafeMutablePointer<Lanes>.allocate(capacity: countMax / 8)

  deinit {
    keys.deallocate()
    places.deallocate()
  }

  /// Sorts `ranks[0 ..< count]`, all at least `least`, by their distance from it cut to ten bits by `shift`: calls
  /// `visit(index, value, place)` for each, and for up to seven more that belong to nothing. Of equal values, the lower
  /// index comes first.
  ///
  /// - Parameters:
  ///   - ranks: readable up to the next multiple of eight.
  ///   - visit: places of numbers that belong to nothing are `count` and above.
  @inline(__always)
  func sort(
    _ ranks: UnsafePointer<UInt16>, _ count: Int, least: Int, shift: Int,
    visit: (_ index: Int, _ value: UInt64, _ place: Int) -> Void
  ) {
    let vectors = (count &+ 7) &>> 3
    let input = UnsafeRawPointer(ranks).assumingMemoryBound(to: SIMD8<UInt16>.self)
    let origin = SIMD8<UInt16>(repeating: UInt16(truncatingIfNeeded: least))
    let shifts = SIMD8<UInt16>(repeating: UInt16(truncatingIfNeeded: shift))
    var indices = SIMD8<UInt16>(0, 1, 2, 3, 4, 5, 6, 7)
    for vector in 0..<vectors {
      let values = (input[vector] &- origin) &>> shifts
      // Turned to signed numbers of the same order, since only those can be compared eight at a time.
      let key = unsafeBitCast((values &<< UInt16(Self.indexBits) | indices) ^ 0x8000, to: Lanes.self)
      keys[vector] = key
      indices &+= 8
    }
    let flat = UnsafeMutableRawPointer(keys).assumingMemoryBound(to: Int16.self)
    let whole = vectors &<< 3
    for index in count..<whole { flat[index] = .max }
    var vector = 0
    while vector < vectors {
      if vector &+ 1 < vectors { rankPair(vector, flat, whole) } else { rankOne(vector, flat, whole) }
      vector &+= 2
    }
    let ranked = UnsafeMutableRawPointer(places).assumingMemoryBound(to: Int16.self)
    for vector in 0..<vectors {
      for lane in 0..<8 {
        let index = vector &<< 3 &+ lane
        visit(index, UInt64(UInt16(bitPattern: flat[index]) ^ 0x8000) &>> 6, Int(ranked[index]))
      }
    }
  }

  @inline(__always)
  private func rankPair(_ vector: Int, _ flat: UnsafePointer<Int16>, _ count: Int) {
    let first = keys[vector]
    let second = keys[vector &+ 1]
    var firstPlaces = Lanes.zero
    var secondPlaces = Lanes.zero
    for index in 0..<count {
      let key = Lanes(repeating: flat[index])
      firstPlaces &-= unsafeBitCast(first .> key, to: Lanes.self)
      secondPlaces &-= unsafeBitCast(second .> key, to: Lanes.self)
    }
    places[vector] = firstPlaces
    places[vector &+ 1] = secondPlaces
  }

  @inline(__always)
  private func rankOne(_ vector: Int, _ flat: UnsafePointer<Int16>, _ count: Int) {
    let keys = keys[vector]
    var ranks = Lanes.zero
    for index in 0..<count { ranks &-= unsafeBitCast(keys .> Lanes(repeating: flat[index]), to: Lanes.self) }
    places[vector] = ranks
  }
}
