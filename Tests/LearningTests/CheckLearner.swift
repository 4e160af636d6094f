import Foundation
import Learning
import Quantities
import Testing

/// What being a learner means (style guide, section 9): every recipe of this package goes through it.
///
/// Same data and seed give the same model whatever the thread count; rows add up to 1; one class, one row, constant
/// columns, classes without rows and numbers near the limit do no harm; renaming classes renames the answer; asking one
/// row or many gives the same bits; save and load change nothing.
func checkLearner<Recipe: Learner>(
  _ learner: Recipe, sourceLocation: SourceLocation = #_sourceLocation
) throws where Recipe.Fitted: Codable {
  let iris = Iris.dataset
  let model = try learner.fit(iris, seed: 7, threads: 1)
  let answers = model.probabilities(iris.features)
  expectDistributions(answers, rowCount: 150, classCount: 3, sourceLocation)
  let right = (0..<150).count { topClass(answers.row($0)) == iris.labels[$0] }
  #expect(right >= 135, "does not learn iris: \(right) of 150", sourceLocation: sourceLocation)

  for threads in [1, 2, 5] {
    let again = try learner.fit(iris, seed: 7, threads: threads)
    #expect(try saved(again) == saved(model), "\(threads) threads change the model", sourceLocation: sourceLocation)
  }

  let loaded = try JSONDecoder().decode(Recipe.Fitted.self, from: saved(model))
  #expect(try saved(loaded) == saved(model), "save and load change the model", sourceLocation: sourceLocation)
  #expect(loaded.probabilities(iris.features) == answers, "a loaded model answers anew", sourceLocation: sourceLocation)

  let one = (0..<150).flatMap { single(model, Array(iris.features.row($0))) }
  #expect(one == answers.values, "one row and many rows differ", sourceLocation: sourceLocation)

  let renamed = Dataset(
    features: iris.features, labels: iris.labels, featureNames: iris.featureNames, classNames: ["z", "m", "a"])
  let renamedModel = try learner.fit(renamed, seed: 7, threads: 1)
  #expect(
    renamedModel.probabilities(iris.features) == answers, "names change the answer", sourceLocation: sourceLocation)

  for (what, data) in awkwardData {
    let model = try learner.fit(data, seed: 1, threads: 2)
    let answers = model.probabilities(data.features)
    #expect(answers.values.allSatisfy { $0.isFinite }, "\(what) gives no number", sourceLocation: sourceLocation)
    expectDistributions(answers, rowCount: data.rowCount, classCount: data.classCount, sourceLocation)
    let loaded = try JSONDecoder().decode(Recipe.Fitted.self, from: saved(model))
    #expect(loaded.probabilities(data.features) == answers, "\(what) is not saved", sourceLocation: sourceLocation)
  }
  for value in [1e308, -1e308, 1e-308, -0.0] {
    let answer = single(model, [value, -value, value, value])
    expectDistributions(Matrix(rowCount: 1, columnCount: 3, values: answer), rowCount: 1, classCount: 3, sourceLocation)
  }

  let empty = Dataset(
    features: Matrix(rowCount: 0, columnCount: 1), labels: [], featureNames: ["x"], classNames: ["a", "b"])
  #expect(throws: LearningError.noRows, sourceLocation: sourceLocation) {
    try learner.fit(empty, seed: 1, threads: 1)
  }
}

private var awkwardData: [(String, Dataset)] {
  [
    ("one row", data([[1, 2]], [0], classes: 2)),
    ("one class", data([[1, 2], [2, 1], [3, 3]], [0, 0, 0], classes: 1)),
    ("one class out of two", data([[1, 2], [2, 1], [3, 3]], [1, 1, 1], classes: 2)),
    ("a class without rows", data((0..<40).map { [Double($0), 1] }, (0..<40).map { $0 % 2 * 2 }, classes: 4)),
    ("constant columns", data([[5, 5], [5, 5], [5, 5], [5, 5]], [0, 1, 0, 1], classes: 2)),
    ("equal rows, other classes", data((0..<30).map { _ in [1, 2] }, (0..<30).map { $0 % 3 }, classes: 3)),
    ("huge numbers", data((0..<40).map { [Double($0) * 1e300, 0] }, (0..<40).map { $0 / 20 }, classes: 2)),
    ("tiny numbers", data((0..<40).map { [Double($0) * 1e-300, 0] }, (0..<40).map { $0 / 20 }, classes: 2)),
    ("no features", data((0..<4).map { _ in [] }, [0, 1, 1, 1], classes: 2)),
  ]
}

private func data(_ rows: [[Double]], _ labels: [Int], classes: Int) -> Dataset {
  let width = rows[0].count
  return Dataset(
    features: Matrix(rowCount: rows.count, columnCount: width, values: rows.flatMap(\.self)), labels: labels,
    featureNames: (0..<width).map { "f\($0)" }, classNames: (0..<classes).map { "c\($0)" })
}

private func saved(_ model: some Encodable) throws -> Data {
  let encoder = JSONEncoder()
  encoder.outputFormatting = .sortedKeys
  return try encoder.encode(model)
}

private func single(_ model: some Predictor, _ row: [Double]) -> [Double] {
  var result = [Double](repeating: .nan, count: model.classCount)
  row.withUnsafeBufferPointer { row in
    result.withUnsafeMutableBufferPointer { model.predict(row, into: $0) }
  }
  return result
}

private func expectDistributions(
  _ answers: Matrix, rowCount: Int, classCount: Int, _ sourceLocation: SourceLocation
) {
  #expect(answers.rowCount == rowCount, sourceLocation: sourceLocation)
  #expect(answers.columnCount == classCount, sourceLocation: sourceLocation)
  #expect(
    answers.values.allSatisfy { $0 >= 0 && $0 <= 1 }, "a probability is out of range", sourceLocation: sourceLocation)
  for row in 0..<answers.rowCount {
    let sum = answers.row(row).reduce(0, +)
    // One rounding for each class.
    #expect(abs(sum - 1) < 1e-12, "row \(row) adds up to \(sum)", sourceLocation: sourceLocation)
  }
}
