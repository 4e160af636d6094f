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

  struct Memo {
    /// The only class in the node, or -1 if there are several.
    var label: Int32 = -1
    /// Where its tally is kept until it is split, or -1 if there is none.
    var tally = -1
  }

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
  private let narrow: NarrowRanks?
  private var tallies: ClassTallies
  private var order: [Int]
  let classCount: Int
  let settings: Settings
  /// Of the node at hand: rows of each class, rows, and the sum of squares of the former.
  private(set) var total: UnsafePointer<Int32>
  private(set) var totalWeight = 0
  private(set) var totalSquares = 0
  /// The rank of each row of the node in the feature at hand.
  let ranks: UnsafeMutablePointer<UInt16>
  /// Room for the scans.
  let classSums: UnsafeMutablePointer<UInt64>
  /// What `classSums` begins with in the node at hand.
  let classSumsStart: UnsafeMutablePointer<UInt64>
  let cutSums: UnsafeMutablePointer<UInt64>
  /// Where each class stands among those that the node at hand shows, how many these are, and how many fours of them.
  let places: UnsafeMutablePointer<Int32>
  var placeCount = 0
  var quadCount = 0
  /// `total` by place.
  let totalCells: UnsafeMutablePointer<Int32>
  /// By bin, then by place; all zero between scans.
  let cells: UnsafeMutablePointer<Int32>
  let leftQuads: UnsafeMutablePointer<SIMD4<Double>>
  let leftLanes: UnsafeMutablePointer<SIMD4<Double>>
  let heads: UnsafeMutablePointer<Int32>
  let sorted: UnsafeMutablePointer<UInt64>
  let rankSort = RankSort()

  struct Settings {
    var featuresTried: Int
    var samplesSplitMin: Int
    var samplesLeafMin: Int
  }

  init(features: RankedFeatures, narrow: NarrowRanks?, classCount: Int, settings: Settings) {
    self.features = features
    self.narrow = narrow
    self.classCount = classCount
    self.settings = settings
    stream = CounterStream(seed: 0)
    order = Array(0..<features.featureCount)
    tallies = ClassTallies(classCount: classCount)
    total = tallies[tallies.take()]
    classSums = .allocate(capacity: classCount)
    classSumsStart = .allocate(capacity: classCount)
    cutSums = .allocate(capacity: min(features.rowCount, Self.weightPackedMax) + 8)
    places = .allocate(capacity: classCount)
    let quadCountMax = (classCount + 3) / 4
    leftQuads = .allocate(capacity: quadCountMax)
    leftLanes = .allocate(capacity: classCount)
    let totalQuads = UnsafeMutablePointer<SIMD4<Int32>>.allocate(capacity: quadCountMax)
    totalCells = UnsafeMutableRawPointer(totalQuads).assumingMemoryBound(to: Int32.self)
    // For one column as many fours of classes, for four of them as many classes.
    let cellsMax = max(Self.binCount * quadCountMax, narrow == nil ? 0 : NarrowRanks.rankCountMax * classCount)
    let table = UnsafeMutablePointer<SIMD4<Int32>>.allocate(capacity: cellsMax)
    table.initialize(repeating: .zero, count: cellsMax)
    cells = UnsafeMutableRawPointer(table).assumingMemoryBound(to: Int32.self)
    ranks = .allocate(capacity: features.rowCount + 8)
    sorted = .allocate(capacity: features.rowCount + 8)
    heads = .allocate(capacity: Self.binCount)
  }

  deinit {
    classSums.deallocate()
    classSumsStart.deallocate()
    cutSums.deallocate()
    places.deallocate()
    totalCells.deallocate()
    cells.deallocate()
    leftQuads.deallocate()
    leftLanes.deallocate()
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

  var memoStart: Memo { Memo() }

  mutating func examine(root: inout OpenNode<Memo>, rows: UnsafePointer<UInt64>, maySplit: Bool) {
    let tally = tallies.take()
    tallies.count(rows + root.first, root.rowCount, into: tally)
    examine(&root, tally, rows, maySplit)
  }

  mutating func examine(
    left: inout OpenNode<Memo>, right: inout OpenNode<Memo>, of parent: OpenNode<Memo>, rows: UnsafePointer<UInt64>,
    maySplit: Bool
  ) {
    guard parent.memo.tally >= 0 else {
      // A pair of rows, come apart.
      left.memo.label = Int32(truncatingIfNeeded: Self.label(of: rows[left.first]))
      right.memo.label = Int32(truncatingIfNeeded: Self.label(of: rows[right.first]))
      return
    }
    // Only the smaller child is counted: what the parent has more is the larger one.
    let tally = tallies.take()
    let smaller = left.rowCount <= right.rowCount ? left : right
    tallies.count(rows + smaller.first, smaller.rowCount, into: tally)
    tallies.subtract(tally, from: parent.memo.tally)
    let isLeftSmaller = left.rowCount <= right.rowCount
    examine(&left, isLeftSmaller ? tally : parent.memo.tally, rows, maySplit)
    examine(&right, isLeftSmaller ? parent.memo.tally : tally, rows, maySplit)
  }

  /// Payloads below K name the only class of a leaf, the others, less K, a place in `shares`.
  mutating func close(_ leaf: OpenNode<Memo>, rows: UnsafePointer<UInt64>) -> Int32 {
    if leaf.memo.label >= 0 { return leaf.memo.label }
    let tally = tallies.take()
    tallies.count(rows + leaf.first, leaf.rowCount, into: tally)
    let weight = Double(tallies.weight(of: tally))
    for label in 0..<classCount { shares.append(Double(tallies[tally][label]) / weight) }
    tallies.giveBack(tally)
    return Int32(truncatingIfNeeded: classCount + shares.count / classCount - 1)
  }

  private mutating func examine(
    _ node: inout OpenNode<Memo>, _ tally: Int, _ rows: UnsafePointer<UInt64>, _ maySplit: Bool
  ) {
    total = tallies[tally]
    totalWeight = tallies.weight(of: tally)
    let first = Self.label(of: rows[node.first])
    if Int(total[first]) == totalWeight {
      node.memo.label = Int32(truncatingIfNeeded: first)
    } else if maySplit, totalWeight >= settings.samplesSplitMin {
      if node.rowCount == 2, settings.samplesLeafMin == 1 {
        node.split = searchPair(rows[node.first], rows[node.first + 1])
      } else {
        placeClasses()
        node.split = search(rows + node.first, node.rowCount)
        if node.split != nil {
          node.memo.tally = tally
          return
        }
      }
    }
    tallies.giveBack(tally)
  }

  /// Gives the classes that the node at hand shows places next to each other, so that no time goes to the others.
  private mutating func placeClasses() {
    var place = 0
    var squares = 0
    for label in 0..<classCount {
      let number = total[label]
      places[label] = Int32(truncatingIfNeeded: place)
      totalCells[place] = number
      classSumsStart[label] = 1 &<< Self.weightShift | UInt64(truncatingIfNeeded: number) &<< Self.crossShift
      place &+= number > 0 ? 1 : 0
      squares &+= Int(number) &* Int(number)
    }
    placeCount = place
    quadCount = (place &+ 3) &>> 2
    totalSquares = squares
    for spare in place..<quadCount &* 4 { totalCells[spare] = 0 }
  }

  /// Tries features in random order: as many as the settings say, and on until one of them is not constant.
  private mutating func search(_ rows: UnsafePointer<UInt64>, _ rowCount: Int) -> Split? {
    var best: Split?
    var foundVaried = false
    var tried = 0
    var drawn = 0
    while tried < order.count, tried < settings.featuresTried || !foundVaried {
      let group = min(4, settings.featuresTried - tried)
      if let narrow, group > 1 {
        draw(&drawn, upTo: tried + group)
        // A group that is not full repeats its first column.
        var columns = SIMD4(repeating: order[tried])
        for which in 1..<group { columns[which] = order[tried + which] }
        if let binCount = binCount(of: columns, in: narrow), prefersFours(rowCount, binCount: binCount) {
          let cuts = scanFour(narrow, columns, binCount: binCount, rows, rowCount)
          for which in 0..<group where cuts.bins[which] >= 0 && cuts.gains[which] > best?.gain ?? -.infinity {
            best = Split(feature: columns[which], rank: UInt16(cuts.bins[which]), gain: cuts.gains[which])
          }
          // Without a cut they are all constant, or too few rows lie on one side.
          foundVaried =
            best != nil || foundVaried
            || (0..<group).contains { gather(features.column(columns[$0]), rows, rowCount) != nil }
          tried += group
          continue
        }
      }
      draw(&drawn, upTo: tried + 1)
      let feature = order[tried]
      tried += 1
      guard var spread = gather(features.column(feature), rows, rowCount) else { continue }
      foundVaried = true
      let isSmall = rowCount <= RankSort.countMax && totalWeight <= Self.weightPackedMax
      let cut = isSmall ? scanFew(rows, rowCount, &spread) : scanMany(rows, rowCount, &spread)
      guard let cut, cut.bin >= 0, cut.gain > best?.gain ?? -.infinity else { continue }
      best = Split(feature: feature, rank: spread.lastRank(of: cut.bin), gain: cut.gain)
      // Both sides pure: nothing beats that.
      if cut.gain >= Double(totalWeight) { break }
    }
    return best
  }

  /// Puts random features into the first `count` places of `order`, of which `drawn` are taken.
  @inline(__always)
  private mutating func draw(_ drawn: inout Int, upTo count: Int) {
    while drawn < count {
      order.swapAt(drawn, drawn + stream.below(order.count - drawn))
      drawn += 1
    }
  }

  /// How many ranks the widest of four columns has, or nil if that is too many to count them together.
  @inline(__always)
  private func binCount(of columns: SIMD4<Int>, in narrow: NarrowRanks) -> Int? {
    var most = 0
    for which in 0..<4 {
      guard narrow.isNarrow[columns[which]] else { return nil }
      most = max(most, features.rankCounts[columns[which]])
    }
    return most
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
