import Learning
import Testing

/// Batches through small trees, which are answered by masks over leaves, against single rows, which walk.
@Suite struct SmallTreeBatchTests {
  // Around the size from which on masks are used, and no multiple of the eight rows that go together.
  @Test(arguments: [255, 256, 257, 261, 519], [1, 2, 5, 6])
  func `a forest answers a batch bit for bit like its rows`(rows: Int, depthMax: Int) throws {
    var forest = RandomForest()
    forest.depthMax = depthMax
    forest.estimatorCount = 20
    let model = try forest.fit(TreeFixtures.clouds(rows: 400, features: 3, classes: 3, seed: 5), seed: 1, threads: 1)
    expectLikeSingles(model, on: Self.batch(rows: rows))
  }

  @Test(arguments: [256, 300])
  func `a boosted model answers a batch bit for bit like its rows`(rows: Int) throws {
    let data = TreeFixtures.clouds(rows: 300, features: 3, classes: 3, seed: 6)
    expectLikeSingles(try GradientBoosting().fit(data, seed: 1, threads: 1), on: Self.batch(rows: rows))
  }

  @Test func `a number on a threshold goes left in batches too`() throws {
    var forest = RandomForest()
    forest.bootstrap = false
    forest.estimatorCount = 1
    let data = TreeFixtures.set([0, 2, 4, 6], [0, 1, 2, 3], features: 1, classes: 4)
    let model = try forest.fit(data, seed: 0, threads: 1)
    let values = (0..<300).map { Double($0 % 7) }
    let answers = model.probabilities(Matrix(rowCount: 300, columnCount: 1, values: values))
    // The thresholds are 1, 3 and 5.
    let expected = [0, 0, 1, 1, 2, 2, 3]
    for row in 0..<300 { #expect(Array(answers.row(row)).firstIndex(of: 1) == expected[row % 7], "row \(row)") }
  }

  /// Clouds with a few numbers that are not finite.
  private static func batch(rows: Int) -> Matrix {
    var batch = TreeFixtures.clouds(rows: rows, features: 3, classes: 3, seed: 7).features
    for (step, value) in [Double.nan, .infinity, -.infinity, -0.0].enumerated() {
      for place in stride(from: step, to: batch.values.count, by: 29 + step) { batch.values[place] = value }
    }
    return batch
  }

  private func expectLikeSingles(_ model: some Predictor, on batch: Matrix) {
    let answers = model.probabilities(batch)
    for row in 0..<batch.rowCount {
      let alone = TreeFixtures.single(model, Array(batch.row(row)))
      #expect(Array(answers.row(row)).map(\.bitPattern) == alone.map(\.bitPattern), "row \(row)")
    }
  }
}
