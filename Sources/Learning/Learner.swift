/// A recipe for a predictor: settings and nothing learnt.
public protocol Learner: Sendable {
  associatedtype Fitted: Predictor
  /// Trains on every row of `data`. The same data, settings and seed give the same predictor, bit for bit,
  /// whatever `threads` is.
  ///
  /// - Parameters:
  ///   - data: at least one row.
  ///   - seed: where every random choice comes from.
  ///   - threads: how many threads may be used, at least 1.
  func fit(_ data: Dataset, seed: UInt64, threads: Int) throws(LearningError) -> Fitted
}

/// Something learnt, which can no longer change.
public protocol Predictor: Sendable {
  /// How many numbers a row has.
  var featureCount: Int { get }
  /// How many classes a prediction speaks of.
  var classCount: Int { get }

  /// Class probabilities of one row, written into `probabilities`. Allocates nothing.
  ///
  /// - Parameters:
  ///   - row: `featureCount` finite numbers.
  ///   - probabilities: `classCount` places; afterwards each in 0...1, adding up to 1.
  func predict(_ row: UnsafeBufferPointer<Double>, into probabilities: UnsafeMutableBufferPointer<Double>)

  /// Class probabilities of each row: `rows.rowCount` x `classCount`; each row adds up to 1.
  func probabilities(_ rows: borrowing Matrix) -> Matrix
}
