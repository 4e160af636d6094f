import Learning
import Quantities
import Testing

@Suite struct GradientBoostingTests {
  @Test(arguments: [2, 3, 5])
  func `learns what can be learnt`(classes: Int) throws {
    let all = TreeFixtures.clouds(rows: 3_000, features: 8, classes: classes, seed: 4, flips: 0)
    let model = try GradientBoosting().fit(all.selecting(Array(0..<2_000)), seed: 0, threads: 1)
    let test = all.selecting(Array(2_000..<3_000))
    #expect(TreeFixtures.accuracy(model, on: test) > 0.9)
  }

  @Test func `one round with a full step is one Newton step from the class shares`() throws {
    // 40 rows at 0 with 10 of class 1, 40 rows at 1 with 30 of class 1: the prior is one half, so h = 1/4 each.
    let values = (0..<80).map { Double($0 / 40) }
    let labels = (0..<80).map { $0 < 10 || $0 >= 50 ? 1 : 0 }
    var boosting = GradientBoosting()
    boosting.iterationsMax = 1
    boosting.learningRate = 1
    boosting.l2Regularization = 0
    let model = try boosting.fit(
      TreeFixtures.set(values, labels, features: 1, classes: 2), seed: 0, threads: 1)
    // -G / H = (10 * 0.5 - 30 * 0.5) / (40 * 0.25) = -1 on the left, 1 on the right.
    let second = 1 / (1 + 2.718281828459045)
    #expect(abs(TreeFixtures.single(model, [0])[1] - second) < 1e-8)  // the grid has 2^-30 steps
    #expect(abs(TreeFixtures.single(model, [1])[0] - second) < 1e-8)
    #expect(model.roundCount == 1)
  }

  @Test(arguments: [2, 3, 4])
  func `the thread count changes nothing`(threads: Int) throws {
    for classes in [2, 3, 5] {
      let data = TreeFixtures.clouds(rows: 2_500, features: 19, classes: classes, seed: 8)
      var boosting = GradientBoosting()
      boosting.iterationsMax = 12
      #expect(try boosting.fit(data, seed: 5, threads: threads) == boosting.fit(data, seed: 5, threads: 1))
    }
  }

  @Test(arguments: [2, 3])
  func `the thread count changes nothing where threads share a node`(threads: Int) throws {
    // The upper nodes are large enough to be divided in shares, and all bins together to be searched by two.
    for classes in [2, 3, 4] {
      let data = TreeFixtures.clouds(rows: 21_001, features: 17, classes: classes, seed: 9)
      var boosting = GradientBoosting()
      boosting.iterationsMax = 3
      #expect(try boosting.fit(data, seed: 5, threads: threads) == boosting.fit(data, seed: 5, threads: 1))
    }
  }

  @Test(arguments: UInt64(0)..<5)
  func `the order of the rows changes nothing`(seed: UInt64) throws {
    // Sums are exact, so this holds to the bit.
    let data = TreeFixtures.clouds(rows: 600, features: 5, classes: 3, seed: seed)
    var random = CounterStream(seed: seed, purpose: 2)
    let mixed = data.selecting(Array(0..<data.rowCount).shuffled(using: &random))
    var boosting = GradientBoosting()
    boosting.iterationsMax = 10
    #expect(try boosting.fit(mixed, seed: 0, threads: 1) == boosting.fit(data, seed: 0, threads: 1))
  }

  @Test func `without a feature only the class shares are learnt`() throws {
    let data = TreeFixtures.set([], (0..<80).map { $0 % 4 == 0 ? 1 : 0 }, features: 0, classes: 2)
    let answer = TreeFixtures.single(try GradientBoosting().fit(data, seed: 0, threads: 2), [])
    #expect(abs(answer[1] - 0.25) < 1e-8)
  }

  @Test func `early stopping keeps the rounds that help`() throws {
    let data = TreeFixtures.clouds(rows: 600, features: 4, classes: 2, seed: 6, flips: 0.4)
    var boosting = GradientBoosting()
    boosting.iterationsMax = 400
    boosting.earlyStopping = .init()
    let model = try boosting.fit(data, seed: 1, threads: 1)
    #expect(model.roundCount < 400)
    #expect(model.roundCount >= 1)
    #expect(try boosting.fit(data, seed: 1, threads: 3) == model)
  }

  @Test func `a deeper limit allows more leaves`() throws {
    let data = TreeFixtures.clouds(rows: 1_000, features: 4, classes: 2, seed: 6)
    func distinctAnswers(depthMax: Int?, leafCountMax: Int?) throws -> Int {
      var boosting = GradientBoosting()
      boosting.iterationsMax = 1
      boosting.samplesLeafMin = 1
      boosting.depthMax = depthMax
      boosting.leafCountMax = leafCountMax
      let probabilities = try boosting.fit(data, seed: 0, threads: 1).probabilities(data.features)
      return Set((0..<data.rowCount).map { probabilities[$0, 0] }).count
    }
    #expect(try distinctAnswers(depthMax: 1, leafCountMax: 31) == 2)
    #expect(try distinctAnswers(depthMax: 2, leafCountMax: nil) <= 4)
    #expect(try distinctAnswers(depthMax: nil, leafCountMax: 5) <= 5)
    #expect(try distinctAnswers(depthMax: nil, leafCountMax: 31) > 5)
  }

  typealias Refusal = (name: String, boosting: GradientBoosting)

  private static func with(_ change: (inout GradientBoosting) -> Void) -> GradientBoosting {
    var boosting = GradientBoosting()
    change(&boosting)
    return boosting
  }

  @Test(
    arguments: [
      ("iterationsMax", with { $0.iterationsMax = 0 }),
      ("learningRate", with { $0.learningRate = 0 }),
      ("learningRate", with { $0.learningRate = .nan }),
      ("leafCountMax", with { $0.leafCountMax = 1 }),
      ("depthMax", with { $0.depthMax = 0 }),
      ("samplesLeafMin", with { $0.samplesLeafMin = 0 }),
      ("l2Regularization", with { $0.l2Regularization = -1 }),
      (
        "validationFraction",
        with {
          $0.earlyStopping = .init()
          $0.earlyStopping?.validationFraction = 1
        }
      ),
      (
        "patience",
        with {
          $0.earlyStopping = .init()
          $0.earlyStopping?.patience = 0
        }
      ),
    ] as [Refusal])
  func `a setting out of range is refused by name`(refusal: Refusal) {
    let data = TreeFixtures.clouds(rows: 20, features: 2, classes: 2, seed: 1)
    #expect {
      _ = try refusal.boosting.fit(data, seed: 0, threads: 1)
    } throws: { error in
      guard case LearningError.settingOutOfRange(let name, _, _) = error else { return false }
      return name == refusal.name
    }
  }
}
