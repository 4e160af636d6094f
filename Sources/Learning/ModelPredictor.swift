import Quantities

/// Trains the configured models, each by itself as separate nodes would, and gives each one's own prediction.
///
/// ```swift
/// let data = try DatasetManager.iris.split(seed: 1)
/// let predictor = try ModelPredictor(training: ModelKind.allCases, on: data, seed: 1, threads: 2)
/// let answers = predictor.predictions([5.1, 3.5, 1.4, 0.2])  // one row for each model
/// ```
///
/// Rows come in as they are (encoded, not scaled): scaling is done here. All models see the same scaled features; each
/// draws its chance from a seed of its own, which depends on the seed of the run and the kind of model alone, so that
/// training fewer or more of them changes none.
public struct ModelPredictor: Sendable {
  /// One of the models.
  public struct Member: Sendable {
    /// What was learnt.
    public let model: TrainedModel
    /// How training went; `nil` for a model that was loaded.
    public let training: TrainingReport?
    /// Which kind it is.
    public var kind: ModelKind { model.kind }
    /// What it is called.
    public var name: String { model.kind.name }
  }

  /// The models, in the order in which they were asked for.
  public let members: [Member]
  /// How rows become features.
  public let encoding: Encoding
  /// Fitted on the training rows.
  public let scaler: StandardScaler
  /// The name of each class.
  public let classNames: [String]

  /// How many numbers an encoded row has.
  public var featureCount: Int { encoding.featureCount }
  /// How many classes a prediction speaks of.
  public var classCount: Int { classNames.count }

  /// Trains a model of each of `kinds` on the training rows of `data` and judges it on the test rows.
  ///
  /// With no more threads than models, up to `threads` models are trained at once, each on one thread; with more, they
  /// are trained one after the other, each on all threads. The models do not depend on it.
  ///
  /// - Parameters:
  ///   - kinds: at least one, each at most once.
  ///   - seed: where all chance comes from.
  ///   - threads: how many threads may be used, at least 1.
  ///   - progress: told when a model begins and ends; on any thread, one call at a time.
  public init(
    training kinds: [ModelKind], settings: ModelSettings = ModelSettings(), on data: PreparedData, seed: UInt64,
    threads: Int, progress: @Sendable (TrainingProgress) -> Void = { _ in }
  ) throws(LearningError) {
    guard !kinds.isEmpty else { throw .noModels }
    if let twice = firstTwice(kinds) { throw .modelTwice(name: twice.name) }
    guard threads >= 1 else {
      throw .settingOutOfRange(name: "threads", value: "\(threads)", allowed: "at least 1")
    }
    members = try trainAll(kinds, settings: settings, on: data, seed: seed, threads: threads, progress: progress)
    encoding = data.encoding
    scaler = data.scaler
    classNames = data.classNames
  }

  /// Takes over loaded models, which must agree on encoding, scaler and classes.
  public init(loaded files: [ModelFile]) throws(LearningError) {
    guard let first = files.first else { throw .noModels }
    if let twice = firstTwice(files.map(\.model.kind)) { throw .modelTwice(name: twice.name) }
    for file in files.dropFirst() {
      guard file.encoding == first.encoding, file.scaler == first.scaler, file.classNames == first.classNames else {
        throw .modelsDisagree(names: [first.model.kind.name, file.model.kind.name])
      }
    }
    members = files.map { Member(model: $0.model, training: nil) }
    encoding = first.encoding
    scaler = first.scaler
    classNames = first.classNames
  }

  /// One file for each model, in the same order.
  public var files: [ModelFile] {
    members.map { ModelFile(encoding: encoding, scaler: scaler, classNames: classNames, model: $0.model) }
  }

  /// The place of the model called `name` among the members; an unknown name is refused with the nearest known one.
  public func index(ofModel name: String) throws(LearningError) -> Int {
    let names = members.map(\.name)
    guard let index = names.firstIndex(of: name) else {
      throw .unknownModel(name: name, nearest: nearestName(to: name, among: names), known: names)
    }
    return index
  }

  /// What each model predicts for one row, written into `probabilities`. Allocates nothing on the heap.
  ///
  /// - Parameters:
  ///   - row: `featureCount` finite numbers, encoded but not scaled.
  ///   - probabilities: `members.count` x `classCount` places, model by model.
  public func predict(_ row: UnsafeBufferPointer<Double>, into probabilities: UnsafeMutableBufferPointer<Double>) {
    precondition(row.count == featureCount, "a row must have featureCount numbers")
    precondition(probabilities.count == members.count * classCount, "every model needs classCount places")
    withUnsafeTemporaryAllocation(of: Double.self, capacity: featureCount) { scaled in
      scaled.initialize(repeating: 0)
      scaler.scale(row, into: scaled)
      for index in members.indices {
        let places = index * classCount..<(index + 1) * classCount
        members[index].model.predict(
          UnsafeBufferPointer(scaled), into: UnsafeMutableBufferPointer(rebasing: probabilities[places]))
      }
    }
  }

  /// What each model predicts for one row: `members.count` x `classCount`.
  ///
  /// - Parameter row: `featureCount` finite numbers, encoded but not scaled.
  public func predictions(_ row: [Double]) -> Matrix {
    var result = Matrix(rowCount: members.count, columnCount: classCount)
    row.withUnsafeBufferPointer { row in
      result.values.withUnsafeMutableBufferPointer { predict(row, into: $0) }
    }
    return result
  }

  /// What each model predicts for many rows: for each model a matrix of `rows.rowCount` x `classCount`.
  ///
  /// - Parameters:
  ///   - rows: encoded but not scaled.
  public func predictions(_ rows: borrowing Matrix) -> [Matrix] {
    let scaled = scaler.scaled(rows)
    return members.map { $0.model.probabilities(scaled) }
  }
}

private func firstTwice(_ kinds: [ModelKind]) -> ModelKind? {
  kinds.indices.first { kinds[..<$0].contains(kinds[$0]) }.map { kinds[$0] }
}
