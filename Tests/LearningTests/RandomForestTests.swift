import Foundation
import Learning
import Quantities
import Testing

@Suite struct RandomForestTests {
  /// One tree that sees every row and every feature: what a plain decision tree would be.
  private static func plainTree(samplesLeafMin: Int = 1, depthMax: Int? = nil) -> RandomForest {
    var forest = RandomForest()
    forest.estimatorCount = 1
    forest.featuresMax = .all
    forest.bootstrap = false
    forest.samplesLeafMin = samplesLeafMin
    forest.depthMax = depthMax
    return forest
  }

  @Test(arguments: UInt64(0)..<40)
  func `a lone tree on one feature is the exact tree`(seed: UInt64) throws {
    // With one feature only the place of a cut can tie, and both take the first. Up to 128 values each have a bin.
    let classes = 2 + Int(seed % 4)
    let data = TreeFixtures.clouds(
      rows: 30 + Int(seed) * 5, features: 1, classes: classes, seed: seed, distinctMax: seed % 2 == 0 ? 120 : 17)
    let leafMin = 1 + Int(seed % 3)
    let model = try Self.plainTree(samplesLeafMin: leafMin).fit(data, seed: seed, threads: 1)
    let exact = ExactTree(data, samplesLeafMin: leafMin)
    for row in 0..<data.rowCount {
      let values = Array(data.features.row(row))
      #expect(TreeFixtures.single(model, values) == exact.shares(values))
    }
  }

  @Test(arguments: UInt64(0)..<20)
  func `the first cut of a lone tree leaves as little impurity as the exact one`(seed: UInt64) throws {
    let data = TreeFixtures.clouds(rows: 200, features: 6, classes: 3, seed: seed, distinctMax: 128)
    let model = try Self.plainTree(depthMax: 1).fit(data, seed: seed, threads: 1)
    let probabilities = model.probabilities(data.features)
    let impurity = (0..<data.rowCount).reduce(0.0) { sum, row in
      sum + 1 - probabilities.row(row).reduce(0) { $0 + $1 * $1 }
    }
    // With up to 128 values no two share a bin, and only the order of sums differs.
    #expect(abs(impurity - ExactTree(data, depthMax: 1).impurity(on: data)) < 1e-9)
  }

  @Test(arguments: [40, 700, 6_000])
  func `a full tree repeats every label that no other row contradicts`(rows: Int) throws {
    let data = TreeFixtures.clouds(rows: rows, features: 4, classes: 5, seed: 3)
    let model = try Self.plainTree().fit(data, seed: 1, threads: 1)
    #expect(TreeFixtures.accuracy(model, on: data) == 1)
  }

  @Test func `a cut lies halfway between its neighbours`() throws {
    let data = TreeFixtures.set([1, 2, 4, 8], [0, 0, 1, 1], features: 1, classes: 2)
    let model = try Self.plainTree().fit(data, seed: 0, threads: 1)
    #expect(TreeFixtures.single(model, [3]) == [1, 0])  // a value on the threshold goes left
    #expect(TreeFixtures.single(model, [3.0001]) == [0, 1])
  }

  @Test func `rows that contradict each other share their leaf`() throws {
    let data = TreeFixtures.set([5, 5, 5, 5, 9], [0, 0, 0, 1, 1], features: 1, classes: 2)
    let model = try Self.plainTree().fit(data, seed: 0, threads: 1)
    #expect(TreeFixtures.single(model, [5]) == [0.75, 0.25])
    #expect(TreeFixtures.single(model, [9]) == [0, 1])
  }

  @Test func `a tie that no single feature breaks is still split`() throws {
    // Exclusive or: the first cut gains nothing, the second everything.
    let data = TreeFixtures.set([0, 0, 0, 1, 1, 0, 1, 1], [0, 1, 1, 0], features: 2, classes: 2)
    let model = try Self.plainTree().fit(data, seed: 0, threads: 1)
    #expect(TreeFixtures.accuracy(model, on: data) == 1)
  }

  @Test(arguments: [1, 5, 20])
  func `no leaf has fewer rows than the settings allow`(leafMin: Int) throws {
    let data = TreeFixtures.clouds(rows: 400, features: 3, classes: 2, seed: 9)
    let model = try Self.plainTree(samplesLeafMin: leafMin).fit(data, seed: 2, threads: 1)
    var rowsOfLeaf: [[Double]: Int] = [:]
    for row in 0..<data.rowCount {
      rowsOfLeaf[TreeFixtures.single(model, Array(data.features.row(row))), default: 0] += 1
    }
    // Leaves with equal shares are counted together, which can only hide, never feign, a small leaf of its own kind.
    #expect(rowsOfLeaf.values.min()! >= leafMin)
  }

  @Test(arguments: [2, 3, 7])
  func `the thread count changes nothing`(threads: Int) throws {
    let data = TreeFixtures.clouds(rows: 900, features: 7, classes: 4, seed: 11)
    var forest = RandomForest()
    forest.estimatorCount = 23
    forest.outOfBag = true
    #expect(try forest.fit(data, seed: 5, threads: threads) == forest.fit(data, seed: 5, threads: 1))
  }

  @Test func `another seed gives another forest`() throws {
    let data = TreeFixtures.clouds(rows: 200, features: 5, classes: 3, seed: 2)
    #expect(try RandomForest().fit(data, seed: 1, threads: 1) != RandomForest().fit(data, seed: 2, threads: 1))
  }

  @Test func `the out-of-bag score foretells the score on new rows`() throws {
    let all = TreeFixtures.clouds(rows: 4_000, features: 6, classes: 3, seed: 21, flips: 0.1)
    let training = all.selecting(Array(0..<2_000))
    let test = all.selecting(Array(2_000..<4_000))
    var forest = RandomForest()
    forest.outOfBag = true
    let model = try forest.fit(training, seed: 1, threads: 2)
    let score = try #require(model.outOfBag)
    #expect(score.rowCount == 2_000)
    // Two shares of 2,000 rows each: three standard errors of their difference are 0.04 or less.
    #expect(abs(score.accuracy - TreeFixtures.accuracy(model, on: test)) < 0.04)
    #expect(score.logLoss > 0)
  }

  @Test func `without bootstrap there is no out-of-bag score`() throws {
    var forest = RandomForest()
    forest.outOfBag = true
    forest.bootstrap = false
    let model = try forest.fit(TreeFixtures.clouds(rows: 50, features: 2, classes: 2, seed: 1), seed: 1, threads: 1)
    #expect(model.outOfBag == nil)
  }

  typealias Refusal = (name: String, forest: RandomForest)

  private static func with(_ change: (inout RandomForest) -> Void) -> RandomForest {
    var forest = RandomForest()
    change(&forest)
    return forest
  }

  @Test(
    arguments: [
      ("estimatorCount", with { $0.estimatorCount = 0 }),
      ("depthMax", with { $0.depthMax = 0 }),
      ("samplesSplitMin", with { $0.samplesSplitMin = 1 }),
      ("samplesLeafMin", with { $0.samplesLeafMin = 0 }),
      ("featuresMax", with { $0.featuresMax = .count(0) }),
      ("featuresMax", with { $0.featuresMax = .share(.nan) }),
      ("featuresMax", with { $0.featuresMax = .share(1.5) }),
    ] as [Refusal])
  func `a setting out of range is refused by name`(refusal: Refusal) {
    let data = TreeFixtures.clouds(rows: 20, features: 2, classes: 2, seed: 1)
    #expect {
      _ = try refusal.forest.fit(data, seed: 0, threads: 1)
    } throws: { error in
      guard case LearningError.settingOutOfRange(let name, _, _) = error else { return false }
      return name == refusal.name
    }
  }
}
