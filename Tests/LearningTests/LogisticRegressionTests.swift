import Learning
import Testing

/// Expected values: scikit-learn 1.9.1, `LogisticRegression(tol=1e-11, max_iter=100000)` after `StandardScaler`.
@Suite struct LogisticRegressionTests {
  /// Both searches stop within about 1e-6 of the optimum.
  private let tolerance = 1e-5

  @Test func `agrees with scikit-learn on three classes`() throws {
    let iris = Iris.dataset
    let model = try exact(iris)
    let weights = [
      -1.0740658549623483, 1.1601150177464592, -1.9306919390293458, -1.811556131179174, 0.587810060522802,
      -0.36184058797664786, -0.3634308606391905, -0.8262697551778343, 0.48625579443954775, -0.7982744297698122,
      2.2941227996685374, 2.6378258863570085,
    ]
    expectClose(model.weights, weights)
    expectClose(model.intercepts, [-0.2052410045080318, 2.0748397919051054, -1.8695987873970736])
    let answers = model.probabilities(scaled(iris).selecting([0, 60, 149]).features)
    expectClose(
      answers.values,
      [
        0.984695553374435, 0.015304384608932735, 6.201663232382234e-08, 0.021568453254695297, 0.9621164839697708,
        0.016315062775534073, 0.0030455736302238017, 0.2938950478473166, 0.7030593785224596,
      ])
    let metrics = Metrics(probabilities: model.probabilities(scaled(iris).features), labels: iris.labels)
    #expect(abs(metrics.logLoss - 0.1295422688662026) < tolerance)
    #expect(metrics.accuracy == 146.0 / 150)
  }

  @Test func `agrees with scikit-learn on two classes`() throws {
    let iris = Iris.dataset.selecting(Array(50..<150))
    let flowers = Dataset(
      features: iris.features, labels: iris.labels.map { $0 - 1 }, featureNames: iris.featureNames,
      classNames: ["versicolor", "virginica"])
    let model = try exact(flowers)
    expectClose(
      model.weights, [-0.2788052196767854, -0.5923689730511154, 2.2109197416150654, 2.39054280219016])
    expectClose(model.intercepts, [0.10156611986799112])
    expectClose(
      model.probabilities(scaled(flowers).selecting([0, 60, 99]).features).values,
      [
        0.9484776517021353, 0.05152234829786471, 0.14568279864041367, 0.8543172013595863, 0.22285424283187671,
        0.7771457571681233,
      ])
  }

  @Test func `is flat at the minimum`() throws {
    // Oracle: the objective computed the slow way rises in every direction from the fitted weights.
    let data = scaled(Iris.dataset)
    let model = try exact(Iris.dataset)
    let best = objective(data, model.weights, model.intercepts)
    for index in model.weights.indices {
      for step in [-0.01, 0.01] {
        var weights = model.weights
        weights[index] += step
        #expect(objective(data, weights, model.intercepts) > best)
      }
    }
    for index in model.intercepts.indices {
      for step in [-0.01, 0.01] {
        var intercepts = model.intercepts
        intercepts[index] += step
        #expect(objective(data, model.weights, intercepts) > best)
      }
    }
  }

  @Test func `shrinks the weights under a stronger penalty`() throws {
    var strong = LogisticRegression()
    strong.inverseRegularization = 0.01
    let data = scaled(Iris.dataset)
    let shrunk = try strong.fit(data, seed: 0, threads: 1).weights
    let free = try LogisticRegression().fit(data, seed: 0, threads: 1).weights
    #expect(shrunk.reduce(0) { $0 + $1 * $1 } < free.reduce(0) { $0 + $1 * $1 } / 4)
  }

  @Test func `says when it ran out of steps`() throws {
    var short = LogisticRegression()
    short.iterationsMax = 2
    let model = try short.fit(scaled(Iris.dataset), seed: 0, threads: 1)
    #expect(model.iterations == 2)
    #expect(!model.hasConverged)
    #expect(try LogisticRegression().fit(scaled(Iris.dataset), seed: 0, threads: 1).hasConverged)
  }

  @Test func `gives a class without rows no chance`() throws {
    let iris = Iris.dataset
    let two = iris.selecting(Array(0..<50) + Array(100..<150))
    let answers = try LogisticRegression().fit(two, seed: 0, threads: 1).probabilities(two.features)
    #expect((0..<100).allSatisfy { answers[$0, 1] == 0 })
  }

  @Test(arguments: [0, -1, .nan, .infinity])
  func `refuses settings out of range`(value: Double) {
    var learner = LogisticRegression()
    learner.inverseRegularization = value
    #expect(
      throws: LearningError.settingOutOfRange(
        name: "inverseRegularization", value: "\(value)", allowed: "positive and finite")
    ) { try learner.fit(Iris.dataset, seed: 0, threads: 1) }
  }

  private func exact(_ data: Dataset) throws -> LogisticRegressionModel {
    var learner = LogisticRegression()
    learner.tolerance = 1e-9
    return try learner.fit(scaled(data), seed: 0, threads: 1)
  }

  private func scaled(_ data: Dataset) -> Dataset {
    Dataset(
      features: StandardScaler(fittedOn: data.features).scaled(data.features), labels: data.labels,
      featureNames: data.featureNames, classNames: data.classNames)
  }

  private func objective(_ data: Dataset, _ weights: [Double], _ intercepts: [Double]) -> Double {
    let model = LogisticOracle(weights: weights, intercepts: intercepts, featureCount: data.featureCount)
    let loss = (0..<data.rowCount).reduce(0.0) { sum, row in
      sum + model.loss(Array(data.features.row(row)), data.labels[row])
    }
    return loss + weights.reduce(0) { $0 + $1 * $1 } / 2
  }

  private func expectClose(_ values: [Double], _ expected: [Double]) {
    #expect(values.count == expected.count)
    for (value, expected) in zip(values, expected) {
      #expect(abs(value - expected) < tolerance, "\(value) is not \(expected)")
    }
  }
}
