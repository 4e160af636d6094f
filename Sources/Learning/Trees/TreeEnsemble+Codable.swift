/// Saved as: how many nodes each tree has; the feature of each node, 65,535 at a leaf; the threshold of each fork and the
/// payload of each leaf. Where the children lie is not saved: it follows from the order of the nodes.
extension TreeEnsemble: Codable {
  private enum CodingKeys: String, CodingKey {
    case nodeCounts = "node_counts"
    case features
    case thresholds
    case payloads
  }

  private static let leafFeature = UInt16.max

  func encode(to encoder: any Encoder) throws {
    var counts: [UInt32] = []
    for (tree, root) in roots.enumerated() {
      counts.append((tree + 1 < roots.count ? roots[tree + 1] : UInt32(nodes.count)) - root)
    }
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(PackedNumbers(counts), forKey: .nodeCounts)
    try container.encode(
      PackedNumbers(nodes.map { $0.isLeaf ? Self.leafFeature : UInt16($0.feature) }), forKey: .features)
    try container.encode(PackedNumbers(nodes.filter { !$0.isLeaf }.map(\.thresholdBits)), forKey: .thresholds)
    try container.encode(PackedNumbers(nodes.filter(\.isLeaf).map { UInt32($0.payload) }), forKey: .payloads)
  }

  /// Reads saved trees and checks all of it: whatever comes out can be walked, and every walk ends.
  init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    let counts = try container.decode(PackedNumbers<UInt32>.self, forKey: .nodeCounts).numbers
    let features = try container.decode(PackedNumbers<UInt16>.self, forKey: .features).numbers
    let thresholds = try container.decode(PackedNumbers<UInt64>.self, forKey: .thresholds).numbers
    let payloads = try container.decode(PackedNumbers<UInt32>.self, forKey: .payloads).numbers
    func refuse(_ reason: String) -> DecodingError {
      .dataCorrupted(.init(codingPath: decoder.codingPath, debugDescription: reason))
    }
    let forkCount = features.reduce(0) { $0 + ($1 == Self.leafFeature ? 0 : 1) }
    guard counts.reduce(0, { $0 + Int($1) }) == features.count else { throw refuse("node counts do not add up") }
    guard features.count < Int(UInt32.max) else { throw refuse("too many nodes") }
    guard thresholds.count == forkCount else { throw refuse("as many thresholds are needed as forks") }
    guard payloads.count == features.count - forkCount else { throw refuse("as many payloads are needed as leaves") }
    guard thresholds.allSatisfy({ Double(bitPattern: $0).isFinite }) else { throw refuse("a threshold is not finite") }
    var forks = thresholds.makeIterator()
    var leaves = payloads.makeIterator()
    var nodes: [Node] = []
    var roots: [UInt32] = []
    var depths: [UInt32] = []
    nodes.reserveCapacity(features.count)
    for count in counts {
      guard count > 0 else { throw refuse("a tree without nodes") }
      let root = nodes.count
      let end = root + Int(count)
      for place in root..<end {
        let feature = features[place]
        nodes.append(
          feature == Self.leafFeature
            ? .leaf(payload: Int(leaves.next()!), at: place)
            : Node(thresholdBits: forks.next()!, feature: UInt32(feature), child: 0))
      }
      var free = root + 1
      var depth = 0
      var pending = [(place: root, depth: 0)]
      while let next = pending.popLast() {
        if nodes[next.place].isLeaf { continue }
        guard free + 2 <= end else { throw refuse("a fork whose children lie outside its tree") }
        nodes[next.place].child = UInt32(free)
        depth = max(depth, next.depth + 1)
        pending.append((free + 1, next.depth + 1))
        pending.append((free, next.depth + 1))
        free += 2
      }
      guard free == end else { throw refuse("a tree with nodes that nothing leads to") }
      roots.append(UInt32(root))
      depths.append(UInt32(depth))
    }
    self.init(nodes: nodes, roots: roots, depths: depths)
  }

  /// Whether all features and payloads are below the given counts.
  func fits(featureCount: Int, payloadCount: Int) -> Bool {
    nodes.allSatisfy { $0.isLeaf ? $0.payload < payloadCount : Int($0.feature) < featureCount }
  }
}
