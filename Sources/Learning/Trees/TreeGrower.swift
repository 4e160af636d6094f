/// A place where a node may be cut in two: rows whose rank in `feature` is at most `rank` go left.
struct Split {
  var feature: Int
  var rank: UInt16
  /// What the cut is worth, in the criterion's own unit.
  var gain: Double
}

/// A node of a growing tree. Both children of a node are neighbours.
struct GrownNode {
  /// The feature asked for, or -1 at a leaf.
  var feature: Int32
  /// The left child, or at a leaf the payload which the criterion gave it.
  var next: Int32
  /// Rows whose value is at most this go left.
  var threshold: Double
}

/// A node that may still be split, with the rows that reached it.
struct OpenNode<Memo> {
  var node: Int
  var first: Int
  var end: Int
  var depth: Int
  /// The best split found, or nil if it must stay a leaf.
  var split: Split?
  /// What the criterion wants to remember of the node.
  var memo: Memo
  var rowCount: Int { end - first }
}

/// What makes a split good, and what a leaf holds: the part in which forests and boosting differ.
protocol SplitCriterion: ~Copyable {
  /// A reference to a training row, and whatever should travel with it.
  associatedtype Row: BitwiseCopyable
  associatedtype Memo
  /// Where `row` stands in the training set.
  static func position(of row: Row) -> Int
  /// Fills in `memo` of the root and, if it may be split, `split`.
  mutating func examine(root: inout OpenNode<Memo>, rows: UnsafePointer<Row>, maySplit: Bool)
  /// Fills in `memo` of both children of `parent`, whose memo is not needed again, and if they may be split, `split`.
  mutating func examine(
    left: inout OpenNode<Memo>, right: inout OpenNode<Memo>, of parent: OpenNode<Memo>, rows: UnsafePointer<Row>,
    maySplit: Bool)
  /// Turns a node into a leaf and gives its payload, not negative.
  mutating func close(_ leaf: OpenNode<Memo>, rows: UnsafePointer<Row>) -> Int32
  /// A memo to begin with.
  var memoStart: Memo { get }
}

/// How far a tree may grow.
struct TreeLimits {
  /// Most leaves, or nil for no limit. With a limit the most useful node is split first, else depth comes first.
  var leafCountMax: Int?
  /// Most splits on the way to a leaf, or nil for no limit.
  var depthMax: Int?
}

/// Grows trees one after another, reusing its memory: the builder that forests and boosting share.
///
/// It keeps the rows of each open node together, cuts them in two where the criterion says, and writes down the nodes.
struct TreeGrower<Criterion: SplitCriterion & ~Copyable>: ~Copyable {
  /// What decides about splits and leaves.
  var criterion: Criterion
  /// The nodes of the latest tree, root first.
  private(set) var nodes: [GrownNode] = []
  /// The rows to grow on; after growth those of a leaf lie together. Eight more may be read than are written: they are
  /// zero, which must stand for a row that exists.
  let rows: UnsafeMutablePointer<Criterion.Row>
  private let spare: UnsafeMutablePointer<Criterion.Row>
  private let features: RankedFeatures
  private let limits: TreeLimits
  private let threads: Int
  private var open: [OpenNode<Criterion.Memo>] = []

  /// A grower for sets of at most `features.rowCount` rows, of which `threads` may divide large nodes.
  init(features: RankedFeatures, limits: TreeLimits, threads: Int, criterion: consuming Criterion) {
    self.features = features
    self.limits = limits
    self.threads = threads
    self.criterion = criterion
    rows = .allocate(capacity: features.rowCount + 8)
    UnsafeMutableRawPointer(rows).initializeMemory(
      as: UInt8.self, repeating: 0, count: (features.rowCount + 8) * MemoryLayout<Criterion.Row>.stride)
    spare = .allocate(capacity: max(1, features.rowCount))
  }

  deinit {
    rows.deallocate()
    spare.deallocate()
  }

  /// Grows a tree on the first `rowCount` entries of `rows`.
  mutating func grow(rowCount: Int) {
    nodes.removeAll(keepingCapacity: true)
    nodes.append(GrownNode(feature: -1, next: 0, threshold: 0))
    var root = OpenNode(node: 0, first: 0, end: rowCount, depth: 0, split: nil, memo: criterion.memoStart)
    var leavesLeft = (limits.leafCountMax ?? .max) - 1
    criterion.examine(root: &root, rows: rows, maySplit: leavesLeft > 0 && limits.depthMax ?? .max > 0)
    settle(root)
    while let parent = takeNext() {
      leavesLeft -= 1
      divide(parent, childrenMaySplit: leavesLeft > 0 && parent.depth + 1 < limits.depthMax ?? .max)
      if leavesLeft == 0 {
        for node in open { close(node) }
        open.removeAll(keepingCapacity: true)
      }
    }
  }

  private mutating func takeNext() -> OpenNode<Criterion.Memo>? {
    guard limits.leafCountMax != nil, open.count > 1 else { return open.popLast() }
    var best = 0
    for index in 1..<open.count where open[index].split!.gain > open[best].split!.gain { best = index }
    open.swapAt(best, open.count - 1)
    return open.popLast()
  }

  private mutating func divide(_ parent: OpenNode<Criterion.Memo>, childrenMaySplit: Bool) {
    let split = parent.split!
    let cut = partition(parent, by: split)
    let child = nodes.count
    nodes[parent.node] = GrownNode(
      feature: Int32(truncatingIfNeeded: split.feature), next: Int32(truncatingIfNeeded: child),
      threshold: features.threshold(feature: split.feature, left: cut.leftRankMax, right: cut.rightRankMin))
    nodes.append(GrownNode(feature: -1, next: 0, threshold: 0))
    nodes.append(GrownNode(feature: -1, next: 0, threshold: 0))
    let depth = parent.depth + 1
    let memo = criterion.memoStart
    var left = OpenNode(node: child, first: parent.first, end: cut.middle, depth: depth, split: nil, memo: memo)
    var right = OpenNode(node: child + 1, first: cut.middle, end: parent.end, depth: depth, split: nil, memo: memo)
    criterion.examine(left: &left, right: &right, of: parent, rows: rows, maySplit: childrenMaySplit)
    settle(right)
    settle(left)
  }

  private mutating func settle(_ node: OpenNode<Criterion.Memo>) {
    if node.split != nil { open.append(node) } else { close(node) }
  }

  private mutating func close(_ node: OpenNode<Criterion.Memo>) {
    nodes[node.node].next = criterion.close(node, rows: rows)
  }

  /// Where a node was cut, and the ranks on both sides of the cut.
  private struct Cut {
    /// The first row that went right.
    var middle: Int
    var leftRankMax: UInt16
    var rightRankMin: UInt16
  }

  /// Moves the rows that go left to the front, keeping the order on both sides.
  private func partition(_ parent: OpenNode<Criterion.Memo>, by split: Split) -> Cut {
    // Below this, waking another thread costs more than it saves.
    let cut =
      threads > 1 && parent.rowCount >= 8_192
      ? partitionInShares(parent, by: split) : partition(parent.first..<parent.end, by: split)
    (rows + cut.middle).update(from: spare + parent.first, count: parent.end - cut.middle)
    precondition(cut.middle > parent.first)
    precondition(cut.middle < parent.end)
    return cut
  }

  /// Divides a share of the node on each thread, then joins what goes left at the front of `rows`, and what goes right
  /// in `spare`: the order is that of one share.
  private func partitionInShares(_ parent: OpenNode<Criterion.Memo>, by split: Split) -> Cut {
    let size = (parent.rowCount + threads - 1) / threads
    let cuts = [Cut](unsafeUninitializedCapacity: threads) { cuts, count in
      let cuts = cuts
      Parallel.forEach(count: threads, threads: threads) { share, _ in
        let first = min(parent.first + share * size, parent.end)
        (cuts.baseAddress! + share).initialize(to: partition(first..<min(first + size, parent.end), by: split))
      }
      count = threads
    }
    var joined = cuts[0]
    var rightEnd = 2 * parent.first + size - joined.middle
    for share in 1..<threads {
      let cut = cuts[share]
      let first = min(parent.first + share * size, parent.end)
      let end = min(first + size, parent.end)
      (rows + joined.middle).update(from: rows + first, count: cut.middle - first)
      (spare + rightEnd).update(from: spare + first, count: end - cut.middle)
      joined.middle += cut.middle - first
      rightEnd += end - cut.middle
      joined.leftRankMax = max(joined.leftRankMax, cut.leftRankMax)
      joined.rightRankMin = min(joined.rightRankMin, cut.rightRankMin)
    }
    return joined
  }

  /// Moves those of the rows `range` that go left to its front, and the others to its front in `spare`.
  private func partition(_ range: Range<Int>, by split: Split) -> Cut {
    let column = features.column(split.feature)
    let rows = rows
    let spare = spare + range.lowerBound
    let cut = UInt32(split.rank)
    var rightCount = 0
    // How far the nearest rank on each side lies from the cut. Without a sign, those of the other side are huge.
    var leftGap = UInt32.max
    var rightGap = UInt32.max
    for index in range {
      let row = rows[index]
      let gap = cut &- UInt32(column[Criterion.position(of: row)])
      // Written to both sides and counted on one, without a branch to be guessed wrong.
      rows[index &- rightCount] = row
      spare[rightCount] = row
      rightCount &+= Int(gap &>> 31)
      leftGap = min(leftGap, gap)
      rightGap = min(rightGap, ~gap)
    }
    // A share of a node may lie on one side altogether.
    return Cut(
      middle: range.upperBound - rightCount,
      leftRankMax: rightCount < range.count ? UInt16(truncatingIfNeeded: cut &- leftGap) : 0,
      rightRankMin: rightCount > 0 ? UInt16(truncatingIfNeeded: cut &+ 1 &+ rightGap) : .max)
  }
}
