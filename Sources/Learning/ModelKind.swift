import Quantities

/// The kinds of models that are trained here, by the names that people and the API use.
public enum ModelKind: String, CaseIterable, Codable, Hashable, Sendable {
  /// A random forest.
  case randomForest = "random_forest"
  /// Gradient boosting.
  case gradientBoosting = "gradient_boosting"
  /// Logistic regression.
  case logisticRegression = "logistic_regression"

  /// The kind called `name`; an unknown name is refused with the nearest known one.
  public init(named name: String) throws(LearningError) {
    guard let kind = ModelKind(rawValue: name) else {
      let known = Self.allCases.map(\.rawValue)
      throw .unknownModel(name: name, nearest: nearestName(to: name, among: known), known: known)
    }
    self = kind
  }

  /// What it is called.
  public var name: String { rawValue }
}

/// The settings of each kind of model.
public struct ModelSettings: Hashable, Sendable {
  /// How random forests are trained.
  public var randomForest = RandomForest()
  /// How gradient boosting is trained.
  public var gradientBoosting = GradientBoosting()
  /// How logistic regressions are trained.
  public var logisticRegression = LogisticRegression()

  /// The defaults of every kind.
  public init() {}

  /// Trains a model of kind `kind`.
  public func fit(
    _ kind: ModelKind, _ data: Dataset, seed: UInt64, threads: Int
  ) throws(LearningError) -> TrainedModel {
    switch kind {
    case .randomForest: .randomForest(try randomForest.fit(data, seed: seed, threads: threads))
    case .gradientBoosting: .gradientBoosting(try gradientBoosting.fit(data, seed: seed, threads: threads))
    case .logisticRegression: .logisticRegression(try logisticRegression.fit(data, seed: seed, threads: threads))
    }
  }
}

/// A trained model of any kind: a closed set, so that asking one costs a switch and no allocation.
public enum TrainedModel: Predictor, Hashable {
  /// A random forest.
  case randomForest(RandomForestModel)
  /// Gradient boosting.
  case gradientBoosting(GradientBoostingModel)
  /// A logistic regression.
  case logisticRegression(LogisticRegressionModel)

  /// Which kind it is.
  public var kind: ModelKind {
    switch self {
    case .randomForest: .randomForest
    case .gradientBoosting: .gradientBoosting
    case .logisticRegression: .logisticRegression
    }
  }

  /// How many numbers a row has.
  public var featureCount: Int {
    switch self {
    case .randomForest(let model): model.featureCount
    case .gradientBoosting(let model): model.featureCount
    case .logisticRegression(let model): model.featureCount
    }
  }

  /// How many classes a prediction speaks of.
  public var classCount: Int {
    switch self {
    case .randomForest(let model): model.classCount
    case .gradientBoosting(let model): model.classCount
    case .logisticRegression(let model): model.classCount
    }
  }

  /// Class probabilities of one row, written into `probabilities`. Allocates nothing.
  public func predict(_ row: UnsafeBufferPointer<Double>, into probabilities: UnsafeMutableBufferPointer<Double>) {
    switch self {
    case .randomForest(let model): model.predict(row, into: probabilities)
    case .gradientBoosting(let model): model.predict(row, into: probabilities)
    case .logisticRegression(let model): model.predict(row, into: probabilities)
    }
  }

  /// Class probabilities of each row: `rows.rowCount` x `classCount`; each row adds up to 1.
  public func probabilities(_ rows: borrowing Matrix) -> Matrix {
    switch self {
    case .randomForest(let model): model.probabilities(rows)
    case .gradientBoosting(let model): model.probabilities(rows)
    case .logisticRegression(let model): model.probabilities(rows)
    }
  }

  /// Reads the parameters of a model of kind `kind`.
  init(_ kind: ModelKind, from decoder: any Decoder) throws {
    switch kind {
    case .randomForest: self = .randomForest(try RandomForestModel(from: decoder))
    case .gradientBoosting: self = .gradientBoosting(try GradientBoostingModel(from: decoder))
    case .logisticRegression: self = .logisticRegression(try LogisticRegressionModel(from: decoder))
    }
  }

  /// Writes the parameters alone; the kind stands beside them (`ModelFile`).
  func encode(to encoder: any Encoder) throws {
    switch self {
    case .randomForest(let model): try model.encode(to: encoder)
    case .gradientBoosting(let model): try model.encode(to: encoder)
    case .logisticRegression(let model): try model.encode(to: encoder)
    }
  }
}
