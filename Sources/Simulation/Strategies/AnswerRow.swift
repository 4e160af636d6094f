import Quantities

/// What strategies do with a row: K billionths that add up to one billion before and after.
struct AnswerRow {
  let start: UnsafeMutablePointer<UInt32>
  let count: Int

  init(_ start: UnsafeMutablePointer<UInt32>, _ count: Int) {
    self.start = start
    self.count = count
  }

  /// The class with the largest share, the lowest among equals.
  static func top(_ row: UnsafePointer<UInt32>, _ count: Int) -> Int {
    var best = 0
    for k in 1..<count where row[k] > row[best] { best = k }
    return best
  }

  /// The class with the second largest share, the lowest among equals.
  static func runnerUp(_ row: UnsafePointer<UInt32>, _ count: Int) -> Int {
    let top = top(row, count)
    var best = top == 0 ? 1 : 0
    for k in 0..<count where k != top && row[k] > row[best] { best = k }
    return best
  }

  /// Puts everything on one class.
  func putAll(on label: Int) {
    start.update(repeating: 0, count: count)
    start[label] = Billionths.one
  }

  /// The same for each class; what cannot be divided goes to the lowest.
  func level() {
    let (each, rest) = Billionths.one.quotientAndRemainder(dividingBy: UInt32(count))
    for k in 0..<count { start[k] = each + (k < Int(rest) ? 1 : 0) }
  }

  /// Takes over another row.
  func copy(_ other: UnsafePointer<UInt32>) { start.update(from: other, count: count) }

  /// Gives each class what the one `steps` before it had.
  func rotate(by steps: Int) {
    withUnsafeTemporaryAllocation(of: UInt32.self, capacity: count) { before in
      guard let before = before.baseAddress else { return }
      before.initialize(from: start, count: count)
      for k in 0..<count { start[(k + steps) % count] = before[k] }
    }
  }

  /// Mixes in another row with weight `share`, 0 to 1; what rounding leaves over goes to the largest class.
  func mix(in other: UnsafePointer<UInt32>, share: Double) {
    let one = UInt64(Billionths.one)
    let weight = UInt64((share * Double(one)).rounded())
    var left = Billionths.one
    for k in 0..<count {
      start[k] = UInt32((UInt64(start[k]) * (one - weight) + UInt64(other[k]) * weight) / one)
      left -= start[k]
    }
    start[Self.top(start, count)] += left
  }

  /// A distribution drawn from all there are, alike (spacings of exponential numbers).
  static func random(_ count: Int, from random: inout CounterStream) -> [UInt32] {
    Billionths.shares((0..<count).map { _ in -FixedMath.log(1 - random.unit()) })
  }
}
