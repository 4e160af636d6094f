import Foundation
import Learning
import Quantities
import Testing

@Suite struct SavedTreesTests {
  private static func bytes(_ model: some Encodable) throws -> Data {
    let encoder = JSONEncoder()
    encoder.outputFormatting = .sortedKeys
    return try encoder.encode(model)
  }

  private static func forest(classes: Int = 3) throws -> RandomForestModel {
    var forest = RandomForest()
    forest.estimatorCount = 12
    forest.outOfBag = true
    let data = TreeFixtures.clouds(rows: 300, features: 4, classes: classes, seed: 2, distinctMax: 9, flips: 0.2)
    return try forest.fit(data, seed: 1, threads: 1)
  }

  private static func boosting(classes: Int = 3) throws -> GradientBoostingModel {
    var boosting = GradientBoosting()
    boosting.iterationsMax = 6
    return try boosting.fit(
      TreeFixtures.clouds(rows: 300, features: 4, classes: classes, seed: 2), seed: 1, threads: 1)
  }

  @Test(arguments: [1, 2, 3])
  func `saving and loading changes no bit`(classes: Int) throws {
    let forest = try Self.forest(classes: classes)
    let forestBytes = try Self.bytes(forest)
    let forestLoaded = try JSONDecoder().decode(RandomForestModel.self, from: forestBytes)
    #expect(forestLoaded == forest)
    #expect(try Self.bytes(forestLoaded) == forestBytes)
    let boosting = try Self.boosting(classes: classes)
    let boostingBytes = try Self.bytes(boosting)
    let boostingLoaded = try JSONDecoder().decode(GradientBoostingModel.self, from: boostingBytes)
    #expect(boostingLoaded == boosting)
    #expect(try Self.bytes(boostingLoaded) == boostingBytes)
    let rows = TreeFixtures.clouds(rows: 100, features: 4, classes: classes, seed: 3).features
    #expect(forestLoaded.probabilities(rows) == forest.probabilities(rows))
    #expect(boostingLoaded.probabilities(rows) == boosting.probabilities(rows))
  }

  @Test func `a node takes at most 24 bytes in a file`() throws {
    var forest = RandomForest()
    forest.estimatorCount = 10
    let data = TreeFixtures.clouds(rows: 5_000, features: 4, classes: 2, seed: 2)
    let size = try Self.bytes(forest.fit(data, seed: 1, threads: 2)).count
    // Trees that tell 3,160 rows apart with a tenth of the labels wrong have at least 200 leaves.
    #expect(size > 10 * 400 * 8)
    #expect(size < 10 * 2 * 3_160 * 24)
  }

  /// Packs numbers of `size` bytes the way models are saved.
  private static func packed<Number: FixedWidthInteger>(_ numbers: [Number]) -> String {
    numbers.map(\.littleEndian).withUnsafeBytes { Data($0) }.base64EncodedString()
  }

  private static func forestFile(
    kind: String = "random_forest", version: Int = 1, featureCount: Int = 2, classCount: Int = 2,
    counts: [UInt32] = [3], features: [UInt16] = [1, 65_535, 65_535], thresholds: [Double] = [0.5],
    payloads: [UInt32] = [0, 2], shares: [Double] = [0.25, 0.75]
  ) -> Data {
    let fields: [String: Any] = [
      "kind": kind, "version": version, "feature_count": featureCount, "class_count": classCount,
      "shares": packed(shares.map(\.bitPattern)),
      "trees": [
        "node_counts": packed(counts), "features": packed(features),
        "thresholds": packed(thresholds.map(\.bitPattern)), "payloads": packed(payloads),
      ],
    ]
    return try! JSONSerialization.data(withJSONObject: fields)
  }

  @Test func `the file that the hostile ones are made from is sound`() throws {
    let model = try JSONDecoder().decode(RandomForestModel.self, from: Self.forestFile())
    #expect(TreeFixtures.single(model, [0, 0]) == [1, 0])
    #expect(TreeFixtures.single(model, [0, 1]) == [0.25, 0.75])
  }

  @Test(
    arguments: [
      ("another kind", forestFile(kind: "gradient_boosting")),
      ("an unknown version", forestFile(version: 2)),
      ("no class", forestFile(classCount: 0, shares: [])),
      ("absurdly many classes", forestFile(classCount: .max, shares: [])),
      ("a negative feature count", forestFile(featureCount: -1)),
      ("a feature that there is not", forestFile(features: [2, 65_535, 65_535])),
      ("a payload that there is not", forestFile(payloads: [0, 3])),
      ("a threshold that is not a number", forestFile(thresholds: [.nan])),
      ("an infinite threshold", forestFile(thresholds: [.infinity])),
      ("too few thresholds", forestFile(thresholds: [])),
      ("too many payloads", forestFile(payloads: [0, 1, 1])),
      ("counts that do not add up", forestFile(counts: [4])),
      ("a tree without nodes", forestFile(counts: [0, 3])),
      ("no tree", forestFile(counts: [], features: [], thresholds: [], payloads: [])),
      ("children beyond the end", forestFile(counts: [1], features: [1], thresholds: [0.5], payloads: [])),
      (
        "nodes that nothing leads to",
        forestFile(counts: [3], features: [65_535, 1, 65_535], thresholds: [0.5], payloads: [0, 0])
      ),
      ("a negative share", forestFile(shares: [-0.25, 1.25])),
      ("shares that add up to more than one", forestFile(shares: [0.5, 0.75])),
      ("a share that is not a number", forestFile(shares: [.nan, 0.5])),
      ("half a leaf", forestFile(shares: [1])),
    ] as [(String, Data)])
  func `a hostile forest is refused`(what: String, file: Data) {
    #expect(throws: DecodingError.self, "\(what)") { try JSONDecoder().decode(RandomForestModel.self, from: file) }
  }

  @Test(arguments: [Double.nan, .infinity, 1e300])
  func `a hostile score is refused`(value: Double) throws {
    var fields = try #require(
      try JSONSerialization.jsonObject(with: Self.bytes(Self.boosting())) as? [String: Any])
    fields["baseline"] = Self.packed([value, 0, 0].map(\.bitPattern))
    let file = try JSONSerialization.data(withJSONObject: fields)
    #expect(throws: DecodingError.self) { try JSONDecoder().decode(GradientBoostingModel.self, from: file) }
  }

  @Test(arguments: UInt64(0)..<300)
  func `a damaged file is refused or still gives probabilities`(seed: UInt64) throws {
    var random = CounterStream(seed: seed, purpose: 3)
    var forest = try Self.bytes(Self.forest())
    var boosting = try Self.bytes(Self.boosting())
    for _ in 0...random.below(3) {
      forest[random.below(forest.count)] = UInt8(random.below(256))
      boosting[random.below(boosting.count)] = UInt8(random.below(256))
    }
    let row = [0.1, 0.9, 0.4, 0.6]
    if let model = try? JSONDecoder().decode(RandomForestModel.self, from: forest), model.featureCount == 4 {
      #expect(TreeFixtures.isDistribution(TreeFixtures.single(model, row)))
    }
    if let model = try? JSONDecoder().decode(GradientBoostingModel.self, from: boosting), model.featureCount == 4 {
      #expect(TreeFixtures.isDistribution(TreeFixtures.single(model, row)))
    }
  }
}
