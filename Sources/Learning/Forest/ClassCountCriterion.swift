import Quantities

/// Splits by Gini impurity on a random choice of features; leaves hold class shares.
///
/// Of K classes with counts n_k among n rows, the impurity of a side is n - sum n_k^2 / n, so the best cut has the
/// largest sum over both sides of sum n_k^2 / n (Breiman et al. 1984, section 4.3). Rows drawn twice count twice.
///
/// A node never bins a whole column: the ranks that its own rows show are spread anew over 256 bins, so bins grow
/// finer as nodes grow smaller and soon hold one value each.
struct ClassCountCriterion: SplitCriterion, ~Copyable {
  /// Position (32 bits), class (16) and how often it was drawn (16), lowest bits first.
  typealias Row = UInt64
  /// The only class in the node, or -1 if there are several.
  typealias Memo = Int32

  /// Where this tree's choices come from.
  var stream: CounterStream
  /// The shares of leaves with several classes, in the order in which they were closed; K each.
  private(set) var shares: [Double] = []

  private static let binCount = 256
  private let features: RankedFeatures
  private let classCount: Int
  private let settings: Settings
  private var order: [Int]
  private let total: UnsafeMutablePointer<Int>
  private let left: UnsafeMutablePointer<Int>
  private let table: UnsafeMutablePointer<Int32>
  private let ranks: UnsafeMutablePointer<UInt16>
  private let next: UnsafeMutablePointer<Int32>
  private let heads: UnsafeMutablePointer<Int32>
  private var totalWeight = 0
  private var totalSquares = 0

  struct Settings {
    var featuresTried: Int
    var samplesSplitMin: Int
    var samplesLeafMin: Int
  }

  init(features: RankedFeatures, classCount: Int, settings: Settings) {
    self.features = features
    self.classCount = classCount
    self.settings = settings
    stream = CounterStream(seed: 0)
    order = Array(0..<features.featureCount)
    total = .allocate(capacity: classCount)
    left = .allocate(capacity: classCount)
    table = .allocate(capacity: Self.binCount * classCount)
    table.initialize(repeating: 0, count: Self.binCount * classCount)
    ranks = .allocate(capacity: max(1, features.rowCount))
    next = .allocate(capacity: max(1, features.rowCount))
    heads = .allocate(capacity: Self.binCount)
    heads.initialize(repeating: -1, count: Self.binCount)
  }

  deinit {
    total.deallocate()
    left.deallocate()
    table.deallocate()
    ranks.deallocate()
    next.deallocate()
    heads.deallocate()
  }

  /// Gets ready for a tree whose choices come from `stream`.
  mutating func begin(_ stream: CounterStream) {
    self.stream = stream
    for feature in order.indices { order[feature] = feature }
    shares.removeAll(keepingCapacity: true)
  }

  static func row(position: Int, label: Int, weight: UInt16) -> UInt64 {
    UInt64(truncatingIfNeeded: position) | UInt64(truncatingIfNeeded: label) << 32 | UInt64(weight) << 48
  }

  @inline(__always)
  static func position(of row: UInt64) -> Int { Int(truncatingIfNeeded: row & 0xFFFF_FFFF) }
  @inline(__always)
  private static func label(of row: UInt64) -> Int { Int(truncatingIfNeeded: row >> 32 & 0xFFFF) }
  @inline(__always)
  private static func weight(of row: UInt64) -> Int { Int(truncatingIfNeeded: row >> 48) }

  var memoStart: Int32 { -1 }

  mutating func examine(root: inout OpenNode<Int32>, rows: UnsafePointer<UInt64>, maySplit: Bool) {
    examine(&root, rows, maySplit)
  }

  mutating func examine(
    left: inout OpenNode<Int32>, right: inout OpenNode<Int32>, of parent: OpenNode<Int32>,
    rows: UnsafePointer<UInt64>, maySplit: Bool
  ) {
    examine(&left, rows, maySplit)
    examine(&right, rows, maySplit)
  }

  /// Payloads below K name the only class of a leaf, the others, less K, a place in `shares`.
  mutating func close(_ leaf: OpenNode<Int32>, rows: UnsafePointer<UInt64>) -> Int32 {
    if leaf.memo >= 0 { return leaf.memo }
    count(leaf, rows)
    for label in 0..<classCount { shares.append(Double(total[label]) / Double(totalWeight)) }
    return Int32(truncatingIfNeeded: classCount + shares.count / classCount - 1)
  }

  private mutating func examine(_ node: inout OpenNode<Int32>, _ rows: UnsafePointer<UInt64>, _ maySplit: Bool) {
    let first = Self.label(of: rows[node.first])
    var isPure = true
    for index in node.first..<node.end where Self.label(of: rows[index]) != first {
      isPure = false
      break
    }
    node.memo = isPure ? Int32(truncatingIfNeeded: first) : -1
    guard !isPure, maySplit else { return }
    count(node, rows)
    guard totalWeight >= settings.samplesSplitMin else { return }
    node.split = search(rows + node.first, node.rowCount)
  }

  private mutating func count(_ node: OpenNode<Int32>, _ rows: UnsafePointer<UInt64>) {
    let total = total
    for label in 0..<classCount { total[label] = 0 }
    var weight = 0
    for index in node.first..<node.end {
      let row = rows[index]
      total[Self.label(of: row)] &+= Self.weight(of: row)
      weight &+= Self.weight(of: row)
    }
    totalWeight = weight
    totalSquares = 0
    for label in 0..<classCount { totalSquares &+= total[label] &* total[label] }
  }

  /// Tries features in random order: as many as the settings say, and on until one of them is not constant.
  private mutating func search(_ rows: UnsafePointer<UInt64>, _ rowCount: Int) -> Split? {
    var best: Split?
    var foundVaried = false
    for tried in order.indices {
      if tried >= settings.featuresTried, foundVaried { break }
      order.swapAt(tried, tried + stream.below(order.count - tried))
      let feature = order[tried]
      let column = features.column(feature)
      let ranks = ranks
      var least = UInt16.max
      var most: UInt16 = 0
      for index in 0..<rowCount {
        let rank = column[Self.position(of: rows[index])]
        ranks[index] = rank
        least = min(least, rank)
        most = max(most, rank)
      }
      guard least < most else { continue }
      foundVaried = true
      let spread = Int(most) - Int(least)
      let shift = max(0, Int.bitWidth - spread.leadingZeroBitCount - 8)
      let binCount = spread >> shift + 1
      let useTable = rowCount >= binCount * classCount
      let found =
        useTable
        ? scanTable(rows, rowCount, Int(least), shift, binCount)
        : scanChains(rows, rowCount, Int(least), shift)
      if let found, found.gain > best?.gain ?? -.infinity {
        let cut = Int(least) + (found.bin + 1) << shift - 1
        best = Split(feature: feature, rank: UInt16(truncatingIfNeeded: min(cut, 65_535)), gain: found.gain)
      }
    }
    return best
  }

  /// Many rows for few bins: counts each class in each bin, then sums up from the left.
  private func scanTable(
    _ rows: UnsafePointer<UInt64>, _ rowCount: Int, _ least: Int, _ shift: Int, _ binCount: Int
  ) -> (bin: Int, gain: Double)? {
    let classCount = classCount
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
    var best = (bin: -1, gain: -Double.infinity)
    var leftWeight = 0
    for bin in 0..<binCount {
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
      if leftWeight == before || leftWeight < settings.samplesLeafMin || rightWeight < settings.samplesLeafMin {
        continue
      }
      let gain = Double(leftSquares) / Double(leftWeight) + Double(rightSquares) / Double(rightWeight)
      if gain > best.gain { best = (bin, gain) }
    }
    return best.bin < 0 ? nil : best
  }

  /// Few rows for many bins: chains up the rows of each bin, then moves them over one by one, bin after bin.
  private func scanChains(
    _ rows: UnsafePointer<UInt64>, _ rowCount: Int, _ least: Int, _ shift: Int
  ) -> (bin: Int, gain: Double)? {
    let ranks = ranks
    let next = next
    let heads = heads
    let left = left
    let total = total
    var occupied = SIMD4<UInt64>(repeating: 0)
    for index in 0..<rowCount {
      let bin = (Int(ranks[index]) &- least) &>> shift
      next[index] = heads[bin]
      heads[bin] = Int32(truncatingIfNeeded: index)
      occupied[bin &>> 6] |= 1 << UInt64(truncatingIfNeeded: bin & 63)
    }
    for label in 0..<classCount { left[label] = 0 }
    var best = (bin: -1, gain: -Double.infinity)
    var leftWeight = 0
    var leftSquares = 0
    var rightSquares = totalSquares
    let leafMin = settings.samplesLeafMin
    for word in 0..<4 {
      var bits = occupied[word]
      while bits != 0 {
        let bin = word &* 64 &+ bits.trailingZeroBitCount
        bits &= bits &- 1
        var index = Int(heads[bin])
        heads[bin] = -1
        while index >= 0 {
          let row = rows[index]
          let weight = Self.weight(of: row)
          let label = Self.label(of: row)
          let onLeft = left[label]
          let onRight = total[label] &- onLeft
          left[label] = onLeft &+ weight
          leftSquares &+= weight &* (2 &* onLeft &+ weight)
          rightSquares &-= weight &* (2 &* onRight &- weight)
          leftWeight &+= weight
          index = Int(next[index])
        }
        let rightWeight = totalWeight &- leftWeight
        if leftWeight < leafMin || rightWeight < leafMin { continue }
        let gain = Double(leftSquares) / Double(leftWeight) + Double(rightSquares) / Double(rightWeight)
        if gain > best.gain { best = (bin, gain) }
      }
    }
    return best.bin < 0 ? nil : best
  }
}
