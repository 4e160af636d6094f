import Learning

/// A scaler and the predictor behind it, fitted and asked as one: what the peer's pipeline does.
struct ScaledPredictor<Fitted: Predictor>: Predictor {
  let scaler: StandardScaler
  let predictor: Fitted

  init<Recipe: Learner>(
    fitting learner: Recipe, to data: Dataset, seed: UInt64, threads: Int
  ) throws(LearningError) where Recipe.Fitted == Fitted {
    scaler = StandardScaler(fittedOn: data.features)
    let scaled = Dataset(
      features: scaler.scaled(data.features), labels: data.labels, featureNames: data.featureNames,
      classNames: data.classNames)
    predictor = try learner.fit(scaled, seed: seed, threads: threads)
  }

  var featureCount: Int { predictor.featureCount }
  var classCount: Int { predictor.classCount }

  func predict(_ row: UnsafeBufferPointer<Double>, into probabilities: UnsafeMutableBufferPointer<Double>) {
    withUnsafeTemporaryAllocation(of: Double.self, capacity: row.count) { scaled in
      scaled.initialize(repeating: 0)
      scaler.scale(row, into: scaled)
      predictor.predict(UnsafeBufferPointer(scaled), into: probabilities)
    }
  }

  func probabilities(_ rows: borrowing Matrix) -> Matrix { predictor.probabilities(scaler.scaled(rows)) }
}
