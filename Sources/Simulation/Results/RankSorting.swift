/// Sorts whole numbers by their digits: time that grows with their count alone, for checkpoints over many members.
enum RankSorting {
  /// Sorts `values`, with `spare` of the same size to work in.
  ///
  /// Least digit first, 11 bits at a time, as far as the greatest value reaches (Knuth, TAOCP 3, 5.2.5); short lists by
  /// comparison.
  ///
  /// - Complexity: O(n) for each digit.
  static func sort(_ values: UnsafeMutableBufferPointer<UInt64>, spare: UnsafeMutableBufferPointer<UInt64>) {
    guard values.count > 512 else {
      var short = values
      return short.sort()
    }
    precondition(spare.count >= values.count)
    var (least, greatest) = (UInt64.max, UInt64.min)
    var isSorted = true
    var last: UInt64 = 0
    for value in values {
      least = min(least, value)
      greatest = max(greatest, value)
      if value < last { isSorted = false }
      last = value
    }
    if isSorted { return }
    let bits = UInt64.bitWidth - (greatest - least).leadingZeroBitCount
    var (source, target) = (values, UnsafeMutableBufferPointer(rebasing: spare[..<values.count]))
    withUnsafeTemporaryAllocation(of: Int.self, capacity: 2_048) { places in
      for shift in stride(from: 0, to: bits, by: 11) {
        places.initialize(repeating: 0)
        for value in source { places[Int(truncatingIfNeeded: (value - least) >> UInt64(shift)) & 2_047] += 1 }
        var place = 0
        for digit in 0..<2_048 { (places[digit], place) = (place, place + places[digit]) }
        for value in source {
          let digit = Int(truncatingIfNeeded: (value - least) >> UInt64(shift)) & 2_047
          target[places[digit]] = value
          places[digit] += 1
        }
        swap(&source, &target)
      }
    }
    if source.baseAddress != values.baseAddress { _ = values.update(fromContentsOf: source) }
  }

  /// The value below which the part `share` of `count` ascending values lies, between two neighbours in proportion
  /// (type 7 of Hyndman, Fan 1996); 0 where there is none.
  static func quantile(_ share: Double, count: Int, value: (Int) -> Double) -> Double {
    guard count > 0 else { return 0 }
    let place = share * Double(count - 1)
    let below = min(count - 1, Int(place))
    let (low, high) = (value(below), value(min(count - 1, below + 1)))
    return low + (place - Double(below)) * (high - low)
  }
}
