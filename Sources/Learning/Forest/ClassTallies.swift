/// How many rows of each class open nodes have: kept from a node to its children, taken and given back in any order.
struct ClassTallies: ~Copyable {
  private typealias Lanes = SIMD8<Int32>

  private let classCount: Int
  private let laneCount: Int
  /// Each the rows by class, then all rows, then zeros.
  private var tallies: [UnsafeMutablePointer<Lanes>] = []
  private var free: [Int] = []

  init(classCount: Int) {
    self.classCount = classCount
    laneCount = (classCount + 8) / 8
  }

  deinit {
    for tally in tallies { tally.deallocate() }
  }

  /// The rows of each class in `tally`.
  subscript(tally: Int) -> UnsafePointer<Int32> { UnsafePointer(numbers(tally)) }

  /// All rows in `tally`.
  func weight(of tally: Int) -> Int { Int(numbers(tally)[classCount]) }

  /// A tally to write into.
  mutating func take() -> Int {
    if let tally = free.popLast() { return tally }
    tallies.append(.allocate(capacity: laneCount))
    return tallies.count - 1
  }

  /// Lets `tally` be taken again.
  mutating func giveBack(_ tally: Int) { free.append(tally) }

  /// Counts `rows[0 ..< rowCount]`, each as often as it was drawn.
  func count(_ rows: UnsafePointer<UInt64>, _ rowCount: Int, into tally: Int) {
    tallies[tally].update(repeating: .zero, count: laneCount)
    let numbers = numbers(tally)
    var sum: Int32 = 0
    for index in 0..<rowCount {
      let row = rows[index]
      let weight = Int32(truncatingIfNeeded: ClassCountCriterion.weight(of: row))
      numbers[ClassCountCriterion.label(of: row)] &+= weight
      sum &+= weight
    }
    numbers[classCount] = sum
  }

  /// Takes what `part` holds away from `whole`.
  func subtract(_ part: Int, from whole: Int) {
    let source = tallies[part]
    let target = tallies[whole]
    for lane in 0..<laneCount { target[lane] &-= source[lane] }
  }

  @inline(__always)
  private func numbers(_ tally: Int) -> UnsafeMutablePointer<Int32> {
    UnsafeMutableRawPointer(tallies[tally]).assumingMemoryBound(to: Int32.self)
  }
}
