import Learning
import Quantities
import Testing

@Suite struct SplitTests {
  @Test func `holds out ten irises of each species`() throws {
    let data = try DatasetManager.iris.split(seed: 3)
    #expect(data.train.rowCount == 120)
    #expect((0..<3).allSatisfy { label in data.test.labels.count { $0 == label } == 10 })
  }

  @Test(arguments: UInt64(0)..<200)
  func `splits are disjoint, complete and stratified`(seed: UInt64) throws {
    let manager = try random(seed: seed)
    let data = try manager.split(seed: seed, testShare: 0.2)
    #expect((data.trainRows + data.testRows).sorted() == Array(0..<manager.rowCount))
    #expect(data.train.labels == data.trainRows.map { manager.labels[$0] })
    #expect(!data.testRows.isEmpty)
    for label in manager.classNames.indices {
      let all = manager.labels.count { $0 == label }
      let held = data.test.labels.count { $0 == label }
      #expect(abs(Double(held) - 0.2 * Double(all)) < 1.5)  // one whole row, and the rounding of the total
      #expect(held < all, "a class lost its last training row")
    }
    #expect(try manager.split(seed: seed, testShare: 0.2) == data)
  }

  @Test(arguments: UInt64(0)..<200)
  func `folds differ by one row at most, in each class too`(seed: UInt64) throws {
    let manager = try random(seed: seed)
    let count = 2 + Int(seed % 4)
    let folds = try manager.stratifiedFolds(count: count, seed: seed)
    for label in [nil] + manager.classNames.indices.map({ Optional($0) }) {
      let sizes = (0..<count).map { fold in
        folds.indices.count { folds[$0] == fold && (label == nil || manager.labels[$0] == label) }
      }
      #expect((sizes.max() ?? 0) - (sizes.min() ?? 0) <= 1)
    }
  }

  @Test func `another seed gives another split`() throws {
    #expect(try DatasetManager.iris.split(seed: 1).testRows != DatasetManager.iris.split(seed: 2).testRows)
    let folds = try DatasetManager.iris.stratifiedFolds(count: 5, seed: 1)
    #expect(try DatasetManager.iris.stratifiedFolds(count: 5, seed: 2) != folds)
  }

  @Test(arguments: [0, 1, -0.5, .nan])
  func `refuses a share that leaves one side empty`(share: Double) {
    #expect(
      throws: LearningError.settingOutOfRange(
        name: "testShare", value: "\(share)", allowed: "between 0 and 1, both excluded")
    ) { try DatasetManager.iris.split(seed: 1, testShare: share) }
  }

  @Test func `refuses more folds than rows`() {
    #expect(throws: LearningError.tooFewRows(rows: 150, needed: 151)) {
      try DatasetManager.iris.stratifiedFolds(count: 151, seed: 1)
    }
    #expect(throws: LearningError.tooFewRows(rows: 150, needed: 2)) {
      try DatasetManager.iris.holdingOut(fold: 1, of: [Int](repeating: 0, count: 150))
    }
  }

  /// 10 to 60 rows in 2 to 4 classes, one of which may have a single row.
  private func random(seed: UInt64) throws -> DatasetManager {
    var random = CounterStream(seed: seed)
    let classes = 2 + random.below(3)
    let labels = Array(0..<classes) + (0..<(10 + random.below(50))).map { _ in random.below(classes) }
    let csv = "x,y\n" + labels.map { "\(random.unit()),\($0)" }.joined(separator: "\n")
    return try DatasetManager(csv: Array(csv.utf8), name: "random", label: "y")
  }
}
