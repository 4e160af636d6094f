/// Small trees as masks over their leaves: all questions of a tree are asked, many rows at a time, without a branch.
///
/// Every question that is answered "right" strikes out the leaves on its left; of those that remain, the leftmost is
/// the one reached (Lucchese et al. 2015, "QuickScorer"). Numbers are first turned into their places among all
/// thresholds of their feature, so that questions compare whole numbers, four rows at a time.
struct LeafMasks {
  /// Most leaves of a tree.
  static let leafCountMax = 32
  /// The rows from which on setting up the masks pays.
  static let rowCountMin = 256

  private struct Question {
    /// Greater places go right. Four times the same number, as is `left`.
    var place: SIMD4<Int32>
    /// The leaves on the left.
    var left: SIMD4<Int32>
    var feature: Int
  }

  /// By feature, all thresholds in ascending order.
  private var thresholds: [[Double]]
  private var questions: [Question] = []
  /// Where the questions of each tree end.
  private var ends: [Int] = []
  /// What each leaf stands for, `leafCountMax` for each tree.
  private var payloads: [Int] = []

  /// Masks for `ensemble` on rows of `width` numbers, or nil if a tree has too many leaves.
  init?(_ ensemble: TreeEnsemble, width: Int) {
    var collected = [[Double]](repeating: [], count: width)
    for (tree, root) in ensemble.roots.enumerated() {
      let end = tree + 1 < ensemble.treeCount ? Int(ensemble.roots[tree + 1]) : ensemble.nodes.count
      guard end - Int(root) < 2 * Self.leafCountMax else { return nil }
    }
    for node in ensemble.nodes where !node.isLeaf {
      collected[Int(node.feature)].append(Double(bitPattern: node.thresholdBits))
    }
    thresholds = collected.map { Array(Set($0)).sorted() }
    payloads = [Int](repeating: 0, count: ensemble.treeCount * Self.leafCountMax)
    for (tree, root) in ensemble.roots.enumerated() {
      var leafCount = 0
      add(Int(root), of: ensemble, tree: tree, &leafCount)
      ends.append(questions.count)
    }
  }

  private mutating func add(_ place: Int, of ensemble: TreeEnsemble, tree: Int, _ leafCount: inout Int) {
    let node = ensemble.nodes[place]
    guard !node.isLeaf else {
      payloads[tree * Self.leafCountMax + leafCount] = node.payload
      leafCount += 1
      return
    }
    let first = leafCount
    add(Int(node.child), of: ensemble, tree: tree, &leafCount)
    let left = UInt32(truncatingIfNeeded: UInt64(1) << UInt64(leafCount) - UInt64(1) << UInt64(first))
    let threshold = Double(bitPattern: node.thresholdBits)
    questions.append(
      Question(
        place: SIMD4(repeating: Int32(Self.count(below: threshold, in: thresholds[Int(node.feature)]))),
        left: SIMD4(repeating: Int32(bitPattern: left)), feature: Int(node.feature)))
    add(Int(node.child) + 1, of: ensemble, tree: tree, &leafCount)
  }

  /// How many of `sorted` are less than `value`; none, if it is no number.
  @inline(__always)
  private static func count(below value: Double, in sorted: UnsafeBufferPointer<Double>) -> Int {
    var first = 0
    var left = sorted.count
    while left > 0 {
      let half = (left &+ 1) &>> 1
      first &+= sorted[first &+ half &- 1] < value ? half : 0
      left &-= half
    }
    return first
  }

  private static func count(below value: Double, in sorted: [Double]) -> Int {
    sorted.withUnsafeBufferPointer { count(below: value, in: $0) }
  }

  /// Visits the leaves that rows, row-major in `values`, reach in all trees: `visit(tree, row, payload)`, for each row
  /// in the order of the trees.
  @inline(__always)
  func walkAll(
    _ values: UnsafePointer<Double>, rowCount: Int, width: Int,
    visit: (_ tree: Int, _ row: Int, _ payload: Int) -> Void
  ) {
    let blockRows = 256
    withUnsafeTemporaryAllocation(of: SIMD4<Int32>.self, capacity: max(1, width * blockRows / 4)) { places in
      places.initialize(repeating: .zero)
      let flat = UnsafeMutableRawPointer(places.baseAddress!).assumingMemoryBound(to: Int32.self)
      var first = 0
      while first < rowCount {
        let count = min(blockRows, rowCount &- first)
        for feature in 0..<width where !thresholds[feature].isEmpty {
          let column = flat + feature &* blockRows
          thresholds[feature].withUnsafeBufferPointer { sorted in
            for row in 0..<count {
              let value = values[(first &+ row) &* width &+ feature]
              column[row] = Int32(truncatingIfNeeded: Self.count(below: value, in: sorted))
            }
          }
        }
        walkBlock(places.baseAddress!, stride: blockRows / 4, count: count) { tree, row, payload in
          visit(tree, first &+ row, payload)
        }
        first &+= count
      }
    }
  }

  @inline(__always)
  private func walkBlock(
    _ places: UnsafePointer<SIMD4<Int32>>, stride: Int, count: Int,
    visit: (_ tree: Int, _ row: Int, _ payload: Int) -> Void
  ) {
    questions.withUnsafeBufferPointer { questions in
      payloads.withUnsafeBufferPointer { payloads in
        var begin = 0
        for tree in ends.indices {
          let end = ends[tree]
          let leaves = payloads.baseAddress! + tree &* Self.leafCountMax
          var row = 0
          while row < count {
            // Eight rows: two vectors of four.
            let group = places + row &>> 2
            var one = SIMD4<Int32>(repeating: -1)
            var two = one
            for index in begin..<end {
              let question = questions[index]
              let column = group + question.feature &* stride
              one &= ~(unsafeBitCast(column[0] .> question.place, to: SIMD4<Int32>.self) & question.left)
              two &= ~(unsafeBitCast(column[1] .> question.place, to: SIMD4<Int32>.self) & question.left)
            }
            if row &+ 8 <= count {
              for lane in 0..<4 { visit(tree, row &+ lane, leaves[one[lane].trailingZeroBitCount]) }
              for lane in 0..<4 { visit(tree, row &+ 4 &+ lane, leaves[two[lane].trailingZeroBitCount]) }
            } else {
              for lane in 0..<count &- row {
                visit(tree, row &+ lane, leaves[(lane < 4 ? one[lane] : two[lane & 3]).trailingZeroBitCount])
              }
            }
            row &+= 8
          }
          begin = end
        }
      }
    }
  }
}
