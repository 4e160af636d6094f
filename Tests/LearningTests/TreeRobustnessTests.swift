import Learning
import Quantities
import Testing

/// Data that would break a careless tree learner.
@Suite struct TreeRobustnessTests {
  struct Case: CustomTestStringConvertible, Sendable {
    let testDescription: String
    let data: Dataset
  }

  static let cases: [Case] = [
    Case(testDescription: "one row", data: TreeFixtures.set([1, 2], [1], features: 2, classes: 3)),
    Case(testDescription: "one class", data: TreeFixtures.set([1, 2, 3], [0, 0, 0], features: 1, classes: 1)),
    Case(
      testDescription: "rows of one class out of three",
      data: TreeFixtures.set([1, 2], [2, 2], features: 1, classes: 3)),
    Case(testDescription: "no feature", data: TreeFixtures.set([], [0, 1, 1], features: 0, classes: 2)),
    Case(
      testDescription: "constant columns",
      data: TreeFixtures.set([Double](repeating: 7, count: 120), (0..<60).map { $0 % 2 }, features: 2, classes: 2)),
    Case(
      testDescription: "classes without rows",
      data: TreeFixtures.set((0..<90).map(Double.init), (0..<90).map { 1 + $0 / 45 * 2 }, features: 1, classes: 6)),
    Case(
      testDescription: "huge and tiny numbers",
      data: TreeFixtures.set(
        [
          -.greatestFiniteMagnitude, .greatestFiniteMagnitude, .leastNonzeroMagnitude, -.leastNonzeroMagnitude, 0, -0.0,
          1e300, -1e300,
        ], [0, 1, 0, 1, 0, 1, 0, 1], features: 1, classes: 2)),
    Case(
      testDescription: "neighbouring numbers",
      data: TreeFixtures.set(
        (0..<100).map { 1 + Double($0) * .ulpOfOne }, (0..<100).map { $0 / 10 % 2 }, features: 1, classes: 2)),
    Case(
      testDescription: "contradictory duplicates",
      data: TreeFixtures.set((0..<200).map { Double($0 / 50) }, (0..<200).map { $0 % 3 }, features: 1, classes: 3)),
    Case(
      testDescription: "more values than ranks",
      data: TreeFixtures.clouds(rows: 70_000, features: 1, classes: 2, seed: 5)),
    Case(testDescription: "many classes", data: TreeFixtures.clouds(rows: 900, features: 3, classes: 300, seed: 5)),
  ]

  static func fitted(_ data: Dataset) throws -> [any Predictor] {
    var forest = RandomForest()
    forest.estimatorCount = 10
    forest.outOfBag = true
    var boosting = GradientBoosting()
    boosting.iterationsMax = 5
    return [try forest.fit(data, seed: 1, threads: 2), try boosting.fit(data, seed: 1, threads: 2)]
  }

  @Test(arguments: cases)
  func `gives probabilities whatever the data`(example: Case) throws {
    for predictor in try Self.fitted(example.data) {
      #expect(predictor.classCount == example.data.classCount)
      let probabilities = predictor.probabilities(example.data.features)
      for row in 0..<example.data.rowCount where !TreeFixtures.isDistribution(probabilities.row(row)) {
        Issue.record("row \(row): \(Array(probabilities.row(row)))")
      }
      for extreme in [-Double.greatestFiniteMagnitude, 0, .greatestFiniteMagnitude] {
        let row = [Double](repeating: extreme, count: example.data.featureCount)
        #expect(TreeFixtures.isDistribution(TreeFixtures.single(predictor, row)))
      }
    }
  }

  @Test(arguments: cases)
  func `one row alone is answered like the same row in a batch`(example: Case) throws {
    for predictor in try Self.fitted(example.data) {
      let probabilities = predictor.probabilities(example.data.features)
      for row in 0..<min(500, example.data.rowCount) {
        #expect(TreeFixtures.single(predictor, Array(example.data.features.row(row))) == Array(probabilities.row(row)))
      }
    }
  }

  @Test func `a class that nobody saw is improbable`() throws {
    let data = TreeFixtures.set((0..<90).map(Double.init), (0..<90).map { $0 / 45 }, features: 1, classes: 3)
    for predictor in try Self.fitted(data) { #expect(TreeFixtures.single(predictor, [10])[2] < 0.001) }
  }

  @Test func `no row is refused`() {
    let data = TreeFixtures.set([], [], features: 2, classes: 2)
    #expect(throws: LearningError.noRows) { try RandomForest().fit(data, seed: 0, threads: 1) }
    #expect(throws: LearningError.noRows) { try GradientBoosting().fit(data, seed: 0, threads: 1) }
  }

  @Test func `an empty batch has an empty answer`() throws {
    for predictor in try Self.fitted(TreeFixtures.clouds(rows: 60, features: 2, classes: 3, seed: 1)) {
      #expect(predictor.probabilities(Matrix(rowCount: 0, columnCount: 2)).rowCount == 0)
    }
  }
}
