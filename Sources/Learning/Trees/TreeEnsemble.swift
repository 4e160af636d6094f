/// Trees laid out for walking: what forests and boosting leave behind after training.
///
/// All nodes of all trees lie in one array of 16 bytes each, siblings side by side, every tree in the order of a walk
/// that goes left first. A leaf is a node that leads to itself, so a walk may take a step too many without harm, and
/// several walks can go in step. Its threshold is not a number, with the leaf's payload in the spare bits.
struct TreeEnsemble: Hashable, Sendable {
  struct Node: Hashable, Sendable {
    /// Greater values go right.
    var thresholdBits: UInt64
    var feature: UInt32
    /// The left child; the right one is next to it.
    var child: UInt32

    @inline(__always)
    var isLeaf: Bool { thresholdBits & Self.leafMark == Self.leafMark }
    /// What a leaf stands for.
    @inline(__always)
    var payload: Int { Int(truncatingIfNeeded: thresholdBits & ~Self.leafMark) }
    static let leafMark: UInt64 = 0x7FF8_0000_0000_0000

    static func leaf(payload: Int, at place: Int) -> Node {
      Node(thresholdBits: leafMark | UInt64(payload), feature: 0, child: UInt32(place))
    }
    static func fork(feature: Int, threshold: Double, child: Int) -> Node {
      Node(thresholdBits: threshold.bitPattern, feature: UInt32(feature), child: UInt32(child))
    }
  }

  /// The nodes of all trees.
  private(set) var nodes: [Node] = []
  /// Where each tree begins.
  private(set) var roots: [UInt32] = []
  /// Most steps from the root to a leaf of each tree.
  private(set) var depths: [UInt32] = []

  /// No tree yet.
  init() {}

  /// Trees that were put together elsewhere.
  init(nodes: [Node], roots: [UInt32], depths: [UInt32]) {
    self.nodes = nodes
    self.roots = roots
    self.depths = depths
  }

  /// How many trees.
  var treeCount: Int { roots.count }

  /// Adds a tree that was grown, its leaves' payloads changed by `payload`.
  mutating func append(_ tree: [GrownNode], payload: (Int) -> Int) {
    let root = nodes.count
    roots.append(UInt32(root))
    nodes.append(.leaf(payload: 0, at: root))
    var depth = 0
    var pending = [(source: 0, target: root, depth: 0)]
    while let place = pending.popLast() {
      let node = tree[place.source]
      guard node.feature >= 0 else {
        nodes[place.target] = .leaf(payload: payload(Int(node.next)), at: place.target)
        continue
      }
      let child = nodes.count
      nodes[place.target] = .fork(feature: Int(node.feature), threshold: node.threshold, child: child)
      nodes.append(.leaf(payload: 0, at: child))
      nodes.append(.leaf(payload: 0, at: child + 1))
      depth = max(depth, place.depth + 1)
      pending.append((Int(node.next) + 1, child + 1, place.depth + 1))
      pending.append((Int(node.next), child, place.depth + 1))
    }
    depths.append(UInt32(depth))
  }

  /// Adds the trees of `other` behind its own, its leaves' payloads changed by `payload`.
  mutating func append(_ other: TreeEnsemble, payload: (Int) -> Int) {
    let base = nodes.count
    for (place, node) in other.nodes.enumerated() {
      nodes.append(
        node.isLeaf
          ? .leaf(payload: payload(node.payload), at: base + place)
          : Node(thresholdBits: node.thresholdBits, feature: node.feature, child: node.child + UInt32(base)))
    }
    roots += other.roots.map { $0 + UInt32(base) }
    depths += other.depths
  }

  /// Keeps only the first `count` trees.
  mutating func keepFirst(_ count: Int) {
    guard count < treeCount else { return }
    nodes.removeSubrange(Int(roots[count])...)
    roots.removeSubrange(count...)
    depths.removeSubrange(count...)
  }

  /// Visits the leaf that `row` reaches in every tree, in the order of the trees: `visit(tree, payload)`.
  @inline(__always)
  func walk(_ row: UnsafeBufferPointer<Double>, trees: Range<Int>, visit: (_ tree: Int, _ payload: Int) -> Void) {
    let row = Self.start(row)
    nodes.withUnsafeBufferPointer { nodes in
      let base = nodes.baseAddress!
      var tree = trees.lowerBound
      while tree &+ 4 <= trees.upperBound {
        let steps = max(max(depths[tree], depths[tree &+ 1]), max(depths[tree &+ 2], depths[tree &+ 3]))
        var a = roots[tree]
        var b = roots[tree &+ 1]
        var c = roots[tree &+ 2]
        var d = roots[tree &+ 3]
        Self.walkFour(base, steps, (row, row, row, row), &a, &b, &c, &d)
        visit(tree, base[Int(a)].payload)
        visit(tree &+ 1, base[Int(b)].payload)
        visit(tree &+ 2, base[Int(c)].payload)
        visit(tree &+ 3, base[Int(d)].payload)
        tree &+= 4
      }
      while tree < trees.upperBound {
        visit(tree, Self.walkOne(base, row, roots[tree], depths[tree]))
        tree &+= 1
      }
    }
  }

  /// Visits the leaves that `rowCount` rows, `width` numbers apart, reach in one tree: `visit(row, payload)`.
  @inline(__always)
  func walk(
    tree: Int, rows: UnsafePointer<Double>, rowCount: Int, width: Int, visit: (_ row: Int, _ payload: Int) -> Void
  ) {
    nodes.withUnsafeBufferPointer { nodes in
      let base = nodes.baseAddress!
      let root = roots[tree]
      let steps = depths[tree]
      var index = 0
      while index &+ 4 <= rowCount {
        let row = rows + index &* width
        var a = root
        var b = root
        var c = root
        var d = root
        Self.walkFour(base, steps, (row, row + width, row + 2 &* width, row + 3 &* width), &a, &b, &c, &d)
        visit(index, base[Int(a)].payload)
        visit(index &+ 1, base[Int(b)].payload)
        visit(index &+ 2, base[Int(c)].payload)
        visit(index &+ 3, base[Int(d)].payload)
        index &+= 4
      }
      while index < rowCount {
        visit(index, Self.walkOne(base, rows + index &* width, root, steps))
        index &+= 1
      }
    }
  }

  /// Visits the leaves that rows, row-major in `values`, reach in all trees: `visit(tree, row, payload)`, for each row
  /// in the order of the trees.
  @inline(__always)
  func walkAll(
    _ values: UnsafeBufferPointer<Double>, rowCount: Int, width: Int,
    visit: (_ tree: Int, _ row: Int, _ payload: Int) -> Void
  ) {
    let base = Self.start(values)
    if rowCount >= LeafMasks.rowCountMin, let masks = LeafMasks(self, width: width) {
      masks.walkAll(base, rowCount: rowCount, width: width, visit: visit)
      return
    }
    // A block of rows at a time goes through every tree: the rows stay near, and a tree is fetched once per block.
    let blockRows = 256
    var first = 0
    while first < rowCount {
      let count = min(blockRows, rowCount &- first)
      for tree in 0..<treeCount {
        walk(tree: tree, rows: base + first &* width, rowCount: count, width: width) { row, payload in
          visit(tree, first &+ row, payload)
        }
      }
      first &+= count
    }
  }

  /// Where the numbers begin. Without any there is no split either, and nothing will be read.
  static func start(_ values: UnsafeBufferPointer<Double>) -> UnsafePointer<Double> {
    values.baseAddress ?? UnsafePointer(bitPattern: MemoryLayout<Double>.alignment)!
  }

  @inline(__always)
  private static func step(_ nodes: UnsafePointer<Node>, _ row: UnsafePointer<Double>, _ place: UInt32) -> UInt32 {
    let node = nodes[Int(place)]
    // False at a leaf, whose threshold is not a number: it leads to itself.
    let goesRight = row[Int(node.feature)] > Double(bitPattern: node.thresholdBits)
    return node.child &+ (goesRight ? 1 : 0)
  }

  @inline(__always)
  private static func walkOne(
    _ nodes: UnsafePointer<Node>, _ row: UnsafePointer<Double>, _ root: UInt32, _ steps: UInt32
  ) -> Int {
    var place = root
    for _ in 0..<steps { place = step(nodes, row, place) }
    return nodes[Int(place)].payload
  }

  // Four walks in step hide each other's waiting for memory; eight ran out of registers.
  @inline(__always)
  private static func walkFour(
    _ nodes: UnsafePointer<Node>, _ steps: UInt32,
    _ rows: (UnsafePointer<Double>, UnsafePointer<Double>, UnsafePointer<Double>, UnsafePointer<Double>),
    _ a: inout UInt32, _ b: inout UInt32, _ c: inout UInt32, _ d: inout UInt32
  ) {
    var left = steps
    while left > 0 {
      let nextA = step(nodes, rows.0, a)
      let nextB = step(nodes, rows.1, b)
      let nextC = step(nodes, rows.2, c)
      let nextD = step(nodes, rows.3, d)
      let moved = (nextA ^ a) | (nextB ^ b) | (nextC ^ c) | (nextD ^ d)
      a = nextA
      b = nextB
      c = nextC
      d = nextD
      if moved == 0 { return }
      left &-= 1
    }
  }
}
