/// Multinomial logistic regression with an L2 penalty on the weights, not on the intercepts; fitted by L-BFGS.
///
/// The objective is scikit-learn's (`LogisticRegression` with its defaults): the sum of log losses plus
/// `|W|^2 / (2 C)`; two classes share one weight vector and a sigmoid. Scale the features first (`StandardScaler`):
/// the penalty treats all weights alike, and the search is much shorter. Classes without a training row get
/// probability 0; a single class gets 1.
///
/// There is no chance in it: the seed changes nothing. It runs on one thread.
public struct LogisticRegression: Learner, Hashable {
  /// C, the inverse strength of the penalty; positive. Default: 1, as in scikit-learn. Lower it when the model is too
  /// sure of itself, raise it when there are many rows for each feature.
  public var inverseRegularization = 1.0
  /// The search ends when no component of the gradient of the mean objective is larger; positive. Default: 0.0001, as
  /// in scikit-learn. Lower it for more digits of the same answer.
  public var tolerance = 1e-4
  /// The search ends after so many steps in any case; at least 1. Default: 1,000.
  public var iterationsMax = 1_000

  /// The recipe with its defaults.
  public init() {}

  /// Fits the weights to `data`.
  ///
  /// - Complexity: O(rows x features x classes) for each step; 80,000 rows of 20 features, 5 classes: about 0.1 s.
  public func fit(_ data: Dataset, seed: UInt64, threads: Int) throws(LearningError) -> LogisticRegressionModel {
    guard data.rowCount > 0 else { throw .noRows }
    guard inverseRegularization > 0, inverseRegularization.isFinite else {
      throw .settingOutOfRange(
        name: "inverseRegularization", value: "\(inverseRegularization)", allowed: "positive and finite")
    }
    guard tolerance > 0, tolerance.isFinite else {
      throw .settingOutOfRange(name: "tolerance", value: "\(tolerance)", allowed: "positive and finite")
    }
    guard iterationsMax >= 1 else {
      throw .settingOutOfRange(name: "iterationsMax", value: "\(iterationsMax)", allowed: "at least 1")
    }

    let present = Set(data.labels).sorted()
    guard present.count > 1 else {
      return LogisticRegressionModel(
        featureCount: data.featureCount, classCount: data.classCount, classes: present, weights: [], intercepts: [],
        iterations: 0, hasConverged: true)
    }
    var places = [Int](repeating: 0, count: data.classCount)
    for (place, label) in present.enumerated() { places[label] = place }
    let loss = LogisticLoss(
      features: data.features, labels: data.labels.map { places[$0] }, classCount: present.count,
      inverseRegularization: inverseRegularization)
    let outcome = LBFGS(tolerance: tolerance, iterationsMax: iterationsMax)
      .minimize(from: [Double](repeating: 0, count: loss.parameterCount), loss.evaluate)
    let weightCount = loss.outputCount * data.featureCount
    return LogisticRegressionModel(
      featureCount: data.featureCount, classCount: data.classCount, classes: present,
      weights: Array(outcome.point[..<weightCount]), intercepts: Array(outcome.point[weightCount...]),
      iterations: outcome.iterations, hasConverged: outcome.hasConverged)
  }
}
