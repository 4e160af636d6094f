/// Splits by the Newton gain of a loss from its gradients g and curvatures h, with histograms of both.
///
/// With G and H the sums over a node, the best leaf value is -G / (H + l2) and a cut gains
/// GL^2 / (HL + l2) + GR^2 / (HR + l2) - G^2 / (H + l2) (Friedman 2001; Chen and Guestrin 2016, eq. 7).
///
/// Gradients are whole numbers on a fixed grid, so sums are exact: they do not depend on the order of rows, and the
/// histogram of one child is that of the parent less that of its sibling, to the bit.
struct GradientCriterion: SplitCriterion, ~Copyable {
  typealias Row = UInt32

  /// Sum of gradients in lane 0; in lane 1 the sum of curvatures above and the number of rows below.
  typealias Sums = SIMD2<Int64>

  struct Memo {
    var sums = Sums.zero
    /// The node's histogram, or -1 if it has none.
    var histogram = -1
  }

  struct Settings {
    var samplesLeafMin: Int
    var l2: Double
    /// Least sum of curvatures on each side of a cut.
    var curvatureMin: Double
  }

  /// How numbers are put on the grid, for a given number of rows.
  struct Grid {
    /// How many bits hold the number of rows.
    let countBits: Int64
    let gradientScale = 0x1p30
    let curvatureScale: Double

    init(rowCount: Int) {
      countBits = Int64(Int.bitWidth - rowCount.leadingZeroBitCount)
      // Curvatures are at most 1, so that the sum of all stays below 2^63.
      curvatureScale = Double(sign: .plus, exponent: min(30, Int(63 - 2 * countBits)), significand: 1)
    }

    @inline(__always)
    func sums(gradient: Double, curvature: Double) -> Sums {
      // Rounded by cutting off what was made positive; gradients are at least -1.
      let g = Int64((gradient + 1) * gradientScale + 0.5) &- Int64(gradientScale)
      // At least one step: a row never weighs nothing.
      let h = max(1, Int64(curvature * curvatureScale + 0.5))
      return Sums(g, h &<< countBits | 1)
    }

    @inline(__always)
    func count(_ sums: Sums) -> Int64 { sums[1] & (1 &<< countBits &- 1) }
    @inline(__always)
    func curvature(_ sums: Sums) -> Double { Double(sums[1] &>> countBits) }
  }

  let grid: Grid
  /// By row: its gradient and curvature on the grid. To be filled in before a tree is grown.
  let gradients: UnsafeMutablePointer<Sums>
  /// The leaves of the latest tree: their values before shrinkage, and their rows.
  private(set) var leaves: [(value: Double, first: Int, end: Int)] = []
  /// How many rows were put into histograms for the latest tree.
  private(set) var rowsSummed = 0

  private let features: BinnedFeatures
  private let settings: Settings
  private let threads: Int
  private var histograms: [UnsafeMutablePointer<Sums>] = []
  private var free: [Int] = []

  /// - Parameter threads: how many may fill the histogram of a large node.
  init(features: BinnedFeatures, settings: Settings, threads: Int) {
    self.threads = threads
    self.features = features
    self.settings = settings
    grid = Grid(rowCount: features.rowCount)
    gradients = .allocate(capacity: features.rowCount)
    gradients.initialize(repeating: .zero, count: features.rowCount)
  }

  deinit {
    gradients.deallocate()
    for histogram in histograms { histogram.deallocate() }
  }

  static func position(of row: UInt32) -> Int { Int(row) }
  var memoStart: Memo { Memo() }

  /// Forgets the tree before.
  mutating func begin() {
    leaves.removeAll(keepingCapacity: true)
    rowsSummed = 0
  }

  mutating func examine(root: inout OpenNode<Memo>, rows: UnsafePointer<UInt32>, maySplit: Bool) {
    guard maySplit, features.featureCount > 0, root.rowCount >= 2 * settings.samplesLeafMin else {
      root.memo.sums = sums(of: root, rows)
      return
    }
    root.memo.histogram = takeHistogram()
    root.memo.sums = fill(root.memo.histogram, root, rows)
    root.split = search(root)
    keepHistogramIfSplit(root)
  }

  mutating func examine(
    left: inout OpenNode<Memo>, right: inout OpenNode<Memo>, of parent: OpenNode<Memo>, rows: UnsafePointer<UInt32>,
    maySplit: Bool
  ) {
    if left.rowCount <= right.rowCount {
      examine(smaller: &left, larger: &right, of: parent, rows, maySplit)
    } else {
      examine(smaller: &right, larger: &left, of: parent, rows, maySplit)
    }
  }

  private mutating func examine(
    smaller: inout OpenNode<Memo>, larger: inout OpenNode<Memo>, of parent: OpenNode<Memo>,
    _ rows: UnsafePointer<UInt32>, _ maySplit: Bool
  ) {
    let needed = 2 * settings.samplesLeafMin
    guard maySplit, larger.rowCount >= needed else {
      smaller.memo.sums = sums(of: smaller, rows)
      larger.memo.sums = parent.memo.sums &- smaller.memo.sums
      free.append(parent.memo.histogram)
      return
    }
    let histogram = takeHistogram()
    smaller.memo.sums = fill(histogram, smaller, rows)
    larger.memo.sums = parent.memo.sums &- smaller.memo.sums
    larger.memo.histogram = parent.memo.histogram
    let target = histograms[parent.memo.histogram]
    let source = histograms[histogram]
    for bin in 0..<features.binCount { target[bin] &-= source[bin] }
    guard smaller.rowCount >= needed else {
      free.append(histogram)
      larger.split = search(larger)
      keepHistogramIfSplit(larger)
      return
    }
    smaller.memo.histogram = histogram
    // Below this, waking another thread costs more than it saves.
    (larger.split, smaller.split) = both(larger, smaller, on: features.binCount >= 4_000 ? threads : 1)
    keepHistogramIfSplit(larger)
    keepHistogramIfSplit(smaller)
  }

  /// The best cuts of two nodes.
  private func both(_ one: OpenNode<Memo>, _ other: OpenNode<Memo>, on threads: Int) -> (Split?, Split?) {
    guard threads > 1 else { return (search(one), search(other)) }
    return withUnsafeTemporaryAllocation(of: Split?.self, capacity: 2) { splits in
      Parallel.forEach(count: 2, threads: threads) { index, _ in
        (splits.baseAddress! + index).initialize(to: search(index == 0 ? one : other))
      }
      return (splits[0], splits[1])
    }
  }

  private mutating func keepHistogramIfSplit(_ node: OpenNode<Memo>) {
    if node.split == nil { free.append(node.memo.histogram) }
  }

  private func sums(of node: OpenNode<Memo>, _ rows: UnsafePointer<UInt32>) -> Sums {
    var sums = Sums.zero
    for index in node.first..<node.end { sums &+= gradients[Int(rows[index])] }
    return sums
  }

  mutating func close(_ leaf: OpenNode<Memo>, rows: UnsafePointer<UInt32>) -> Int32 {
    if leaf.memo.histogram >= 0, leaf.split != nil { free.append(leaf.memo.histogram) }
    let gradient = Double(leaf.memo.sums[0]) / grid.gradientScale
    let curvature = grid.curvature(leaf.memo.sums) / grid.curvatureScale
    leaves.append((-gradient / (curvature + settings.l2), leaf.first, leaf.end))
    return Int32(truncatingIfNeeded: leaves.count - 1)
  }

  private mutating func takeHistogram() -> Int {
    if let index = free.popLast() { return index }
    histograms.append(.allocate(capacity: max(1, features.binCount)))
    return histograms.count - 1
  }

  /// Fills the histogram of `node`, which has a feature at least, and gives the sums over all its rows.
  private mutating func fill(_ histogram: Int, _ node: OpenNode<Memo>, _ rows: UnsafePointer<UInt32>) -> Sums {
    rowsSummed += node.rowCount
    fillBins(histogram, node, rows + node.first)
    // Every row is in one bin of each feature.
    var sums = Sums.zero
    for bin in 0..<features.starts[1] { sums &+= histograms[histogram][bin] }
    return sums
  }

  private mutating func fillBins(_ histogram: Int, _ node: OpenNode<Memo>, _ rows: UnsafePointer<UInt32>) {
    // Below this, waking another thread costs more than it saves.
    guard threads > 1, node.rowCount * features.featureCount >= 40_000 else {
      fill(histograms[histogram], rows, node.rowCount)
      return
    }
    let parts = [histogram] + (1..<threads).map { _ in takeHistogram() }
    let share = (node.rowCount + threads - 1) / threads
    let targets = parts.map { histograms[$0] }
    Parallel.forEach(count: threads, threads: threads) { part, _ in
      let first = min(part * share, node.rowCount)
      fill(targets[part], rows + first, min(share, node.rowCount - first))
    }
    for part in parts.dropFirst() {
      for bin in 0..<features.binCount { histograms[histogram][bin] &+= histograms[part][bin] }
      free.append(part)
    }
  }

  private func fill(_ histogram: UnsafeMutablePointer<Sums>, _ rows: UnsafePointer<UInt32>, _ count: Int) {
    histogram.update(repeating: .zero, count: features.binCount)
    for block in 0..<features.blockCount {
      let width = features.features(of: block).count
      let base = histogram + features.starts[block * BinnedFeatures.blockWidth]
      let places = features.places(of: block)
      if width == 4 {
        fillBlock(base, places, rows, count)
      } else {
        for index in 0..<count {
          let row = Int(rows[index])
          let sums = gradients[row]
          let place = places + row &* width
          for offset in 0..<width { base[Int(place[offset])] &+= sums }
        }
      }
    }
  }

  @inline(__always)
  private func fillBlock(
    _ base: UnsafeMutablePointer<Sums>, _ places: UnsafePointer<UInt16>, _ rows: UnsafePointer<UInt32>, _ count: Int
  ) {
    let gradients = gradients
    for index in 0..<count {
      let row = Int(rows[index])
      let sums = gradients[row]
      let place = places + row &* 4
      base[Int(place[0])] &+= sums
      base[Int(place[1])] &+= sums
      base[Int(place[2])] &+= sums
      base[Int(place[3])] &+= sums
    }
  }

  private func search(_ node: OpenNode<Memo>) -> Split? {
    let histogram = histograms[node.memo.histogram]
    let total = node.memo.sums
    let l2 = settings.l2 * grid.curvatureScale
    var best = Best(gain: 0, feature: -1, bin: 0)
    let totalGradient = Double(total[0])
    // What the node is worth uncut: a cut must be worth more.
    best.gain = totalGradient * totalGradient / (grid.curvature(total) + l2) * (1 + 1e-9)
    let floor = best.gain
    for feature in 0..<features.featureCount {
      scan(
        histogram + features.starts[feature], features.starts[feature + 1] - features.starts[feature], feature, total,
        l2, &best)
    }
    guard best.feature >= 0 else { return nil }
    return Split(
      feature: best.feature, rank: features.lastRanks[best.feature][best.bin], gain: best.gain - floor)
  }

  private struct Best {
    var gain: Double
    var feature: Int
    var bin: Int
  }

  @inline(__always)
  private func scan(
    _ bins: UnsafePointer<Sums>, _ binCount: Int, _ feature: Int, _ total: Sums, _ l2: Double, _ best: inout Best
  ) {
    let grid = grid
    let totalCount = grid.count(total)
    let leafMin = Int64(settings.samplesLeafMin)
    let curvatureMin = settings.curvatureMin * grid.curvatureScale
    var left = Sums.zero
    for bin in 0..<max(0, binCount &- 1) {
      left &+= bins[bin]
      let count = grid.count(left)
      if count < leafMin { continue }
      if totalCount &- count < leafMin { return }
      let right = total &- left
      let leftCurvature = grid.curvature(left)
      let rightCurvature = grid.curvature(right)
      if leftCurvature < curvatureMin { continue }
      if rightCurvature < curvatureMin { return }
      let leftGradient = Double(left[0])
      let rightGradient = Double(right[0])
      let h = leftCurvature + l2
      let k = rightCurvature + l2
      // The gain times h * k, so that only a new best costs a division.
      let worth = leftGradient * leftGradient * k + rightGradient * rightGradient * h
      if worth > best.gain * (h * k) {
        best = Best(gain: worth / (h * k), feature: feature, bin: bin)
      }
    }
  }
}
