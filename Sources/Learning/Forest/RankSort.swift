/// Sorts up to 64 short keys without a single branch on them: each key's place is the number of smaller keys.
///
/// All comparisons are made, eight at a time; for so few keys that is faster than any sort that has to guess.
struct RankSort: ~Copyable {
  /// Most keys.
  static let countMax = 64
  /// How many bits of a key tell the keys apart that are otherwise equal.
  static let indexBits = 6

  private typealias Lanes = SIMD8<Int16>
  private let keys = UnsafeMutablePointer<Lanes>.allocate(capacity: countMax / 8)
  private let places = UnsafeMutablePointer<Lanes>.allocate(capacity: countMax / 8)

  deinit {
    keys.deallocate()
    places.deallocate()
  }

  /// Sorts keys `0 ..< count` with values `value(index)` below 1,024: calls `visit(index, place)` for each, in the
  /// order of indices. Of equal values, the lower index comes first.
  @inline(__always)
  func sort(_ count: Int, value: (_ index: Int) -> Int, visit: (_ index: Int, _ place: Int) -> Void) {
    let flat = UnsafeMutableRawPointer(keys).assumingMemoryBound(to: Int16.self)
    for index in 0..<count {
      // Turned to signed numbers of the same order, since only those can be compared eight at a time.
      flat[index] = Int16(truncatingIfNeeded: (value(index) &<< Self.indexBits | index) &- 0x8000)
    }
    let vectors = (count &+ 7) &>> 3
    var vector = 0
    while vector < vectors {
      if vector &+ 1 < vectors { rankPair(vector, flat, count) } else { rankOne(vector, flat, count) }
      vector &+= 2
    }
    let ranks = UnsafeMutableRawPointer(places).assumingMemoryBound(to: Int16.self)
    for index in 0..<count { visit(index, Int(ranks[index])) }
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
