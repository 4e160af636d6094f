import Quantities

/// Splits by Gini impurity on a random choice of features; leaves hold class shares.
///
/// Of K classes with counts n_k among n rows, the impurity of a side is n - sum n_k^2 / n, so the best cut has the
/// largest sum over both sides of sum n_k^2 / n (Breiman et al. 1984, section 4.3). Rows drawn twice count twice.
///
/// A node never bins a whole column: the ranks that its own rows show are spread anew over the bins (256 in large nodes,
/// 128 below 1,024 rows, 1,024 up to 64 rows), so bins grow finer as nodes grow smaller and soon hold one value each.
struct ClassCountCriterion: SplitCriterion, ~Copyable {
  /// Position (32 bits), class (16) and how often it was drawn (16), lowest bits first.
  typealias Row = UInt64
  /// The only class in the node, or -1 if there are several.
  typealias Memo = Int32

  /// Where this tree's choices come from.
  var stream: CounterStream
  /// The shares of leaves with several classes, in the order in which they were closed; K each.
  private(set) var shares: [Double] = []

  /// Sums packed into one number: of squares (25 bits), of products (25) and of weights (13), lowest bits first.
  static let crossShift: UInt64 = 25
  static let weightShift: UInt64 = 50
  static let fieldMask: UInt64 = 1 << 25 - 1
  /// The weight up to which those sums fit.
  static let weightPackedMax = 4_096

  private static let binCount = 256
  private let features: RankedFeatures
  private var order: [Int]
  let classCount: Int
  let settings: Settings
  /// Of the node at hand: rows of each class, rows, and the sum of squares of the former.
  let total: UnsafeMutablePointer<Int>
  private(set) var totalWeight = 0
  private(set) var totalSquares = 0
  /// The rank of each row of the node in the feature at hand.
  let ranks: UnsafeMutablePointer<UInt16>
  /// Room for the scans.
  let classSums: UnsafeMutablePointer<UInt64>
  /// What `classSums` begins with in the node at hand.
  let classSumsStart: UnsafeMutablePointer<UInt64>
  let cutSums: UnsafeMutablePointer<UInt64>
  let pairCount: Int
  let totalPairs: UnsafeMutablePointer<SIMD2<Double>>
  let leftPairs: UnsafeMutablePointer<SIMD2<Double>>
  let table: UnsafeMutablePointer<SIMD2<Int32>>
  let totalQuads: UnsafeMutablePointer<SIMD4<Float>>
  let leftQuads: UnsafeMutablePointer<SIMD4<Float>>
  /// Where each class stands among those that the node at hand shows, and how many these are.
  let places: UnsafeMutablePointer<Int32>
  var placeCount = 0
  let heads: UnsafeMutablePointer<Int32>
  let sorted: UnsafeMutablePointer<UInt64>
  let rankSort = RankSort()

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
    classSums = .allocate(capacity: classCount)
    classSumsStart = .allocate(capacity: classCount)
    cutSums = .allocate(capacity: min(features.rowCount, Self.weightPackedMax) + 8)
    pairCount = (classCount + 1) / 2
    totalPairs = .allocate(capacity: pairCount)
    leftPairs = .allocate(capacity: pairCount)
    let quadCount = (classCount + 4) / 4
    totalQuads = .allocate(capacity: quadCount)
    leftQuads = .allocate(capacity: quadCount)
    places = .allocate(capacity: classCount)
    table = .allocate(capacity: Self.binCount * 2 * quadCount)
    table.initialize(repeating: .zero, count: Self.binCount * 2 * quadCount)
    ranks = .allocate(capacity: features.rowCount + 8)
    sorted = .allocate(capacity: features.rowCount + 8)
    heads = .allocate(capacity: Self.binCount)
  }

  deinit {
    total.deallocate()
    classSums.deallocate()
    classSumsStart.deallocate()
    cutSums.deallocate()
    totalPairs.deallocate()
    leftPairs.deallocate()
    totalQuads.deallocate()
    leftQuads.deallocate()
    places.deallocate()
    table.deallocate()
    ranks.deallocate()
    sorted.deallocate()
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
  static func label(of row: UInt64) -> Int { Int(truncatingIfNeeded: row >> 32 & 0xFFFF) }
  @inline(__always)
  static func weight(of row: UInt64) -> Int { Int(truncatingIfNeeded: row >> 48) }

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
    if node.rowCount == 2, settings.samplesLeafMin == 1, settings.samplesSplitMin == 2 {
      node.split = searchPair(rows[node.first], rows[node.first + 1])
      return
    }
    count(node, rows)
    guard totalWeight >= settings.samplesSplitMin else { return }
    if node.rowCount >= Self.cellRowsMin { placeClasses() }
    for label in 0..<classCount {
      classSumsStart[label] = 1 &<< Self.weightShift | UInt64(truncatingIfNeeded: total[label]) &<< Self.crossShift
    }
    node.split = search(rows + node.first, node.rowCount)
  }

  private mutating func count(_ node: OpenNode<Int32>, _ rows: UnsafePointer<UInt64>) {
    let total = total
    for label in 0..<classCount { total[label] = 0 }
    var sum = 0
    var squares = 0
    for index in node.first..<node.end {
      let row = rows[index]
      let weight = Self.weight(of: row)
      let before = total[Self.label(of: row)]
      total[Self.label(of: row)] = before &+ weight
      sum &+= weight
      squares &+= weight &* (2 &* before &+ weight)
    }
    totalWeight = sum
    totalSquares = squares
  }

  /// Tries features in random order: as many as the settings say, and on until one of them is not constant.
  private mutating func search(_ rows: UnsafePointer<UInt64>, _ rowCount: Int) -> Split? {
    var best: Split?
    var foundVaried = false
    for tried in order.indices {
      if tried >= settings.featuresTried, foundVaried { break }
      order.swapAt(tried, tried + stream.below(order.count - tried))
      let feature = order[tried]
      guard var spread = gather(features.column(feature), rows, rowCount) else { continue }
      foundVaried = true
      let isSmall = rowCount <= RankSort.countMax && totalWeight <= Self.weightPackedMax
      let scan = isSmall ? scanFew(rows, rowCount, &spread) : scanMany(rows, rowCount, &spread)
      guard let found = scan, found.gain > best?.gain ?? -.infinity else { continue }
      best = Split(feature: feature, rank: spread.lastRank(of: found.bin), gain: found.gain)
      // Both sides pure: nothing beats that.
      if found.gain >= Double(totalWeight) { break }
    }
    return best
  }

  /// As `search` for two rows of different classes: the first feature that tells them apart leaves nothing to wish.
  private mutating func searchPair(_ one: UInt64, _ other: UInt64) -> Split? {
    for tried in order.indices {
      order.swapAt(tried, tried + stream.below(order.count - tried))
      let column = features.column(order[tried])
      let low = column[Self.position(of: one)]
      let high = column[Self.position(of: other)]
      guard low != high else { continue }
      return Split(
        feature: order[tried], rank: min(low, high), gain: Double(Self.weight(of: one) + Self.weight(of: other)))
    }
    return nil
  }

  /// The ranks in a node, and how they are spread over bins.
  struct Spread {
    var least: Int
    var most: Int
    var shift = 0

    /// Makes bins as fine as `bits` bits allow.
    mutating func use(bits: Int) { shift = max(0, Int.bitWidth - (most - least).leadingZeroBitCount - bits) }
    var binCount: Int { (most - least) >> shift + 1 }
    func lastRank(of bin: Int) -> UInt16 { UInt16(truncatingIfNeeded: min(least + (bin + 1) << shift - 1, most)) }
  }

  /// Fetches the ranks of the node's rows in one column; nil if they are all the same.
  private func gather(_ column: UnsafePointer<UInt16>, _ rows: UnsafePointer<UInt64>, _ rowCount: Int) -> Spread? {
    let ranks = ranks
    // Eight at a time, in whole eights, though the last rows may be those of another node: few branches, and none on
    // what is found.
    let vectors = (rowCount &+ 7) &>> 3
    for vector in 0..<vectors {
      for lane in 0..<8 {
        let index = vector &<< 3 &+ lane
        ranks[index] = column[Self.position(of: rows[index])]
      }
    }
    for index in rowCount..<rowCount &+ 7 { ranks[index] = ranks[0] }
    let lanes = UnsafeRawPointer(ranks).assumingMemoryBound(to: SIMD8<Int16>.self)
    // Only signed numbers are compared eight at a time, so all are turned to signed ones of the same order.
    let flip = SIMD8<Int16>(repeating: .min)
    var least = lanes[0] ^ flip
    var most = least
    for vector in 1..<max(1, vectors) {
      let next = lanes[vector] ^ flip
      least.replace(with: next, where: next .< least)
      most.replace(with: next, where: next .> most)
    }
    let low = Int(least.min()) + 0x8000
    let high = Int(most.max()) + 0x8000
    return low < high ? Spread(least: low, most: high) : nil
  }
}
