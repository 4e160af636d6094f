import Quantities

/// A wish that reaches the council. `Council.decide` turns it into events or refuses it.
public enum Input: Hashable, Sendable {
  /// Begin.
  case found(Founding)
  /// Let a model join.
  case register(ModelID, predictor: Digest)
  /// Take note of a model's new predictor.
  case retrain(ModelID, predictor: Digest)
  /// Take a question that has been answered.
  case ask(Asking)
  /// Take the outcome of a question: a class, by index.
  case report(QuestionID, class: Int)
  /// Let time pass: open questions beyond their deadline end without an outcome.
  case tick
  /// Take note of a stored snapshot of the state as it is now.
  case snapshot(Digest)
}

/// A question with its answers.
public struct Asking: Hashable, Sendable {
  /// The number that the host drew its judgement for; it must be the council's next.
  public let question: QuestionID
  /// The salted digest of the feature row.
  public let features: Digest
  /// Where it comes from.
  public let origin: Origin
  /// The predictions of the models asked.
  public let table: PredictionTable
  /// How they are judged at once, if failures are simulated.
  public let judgement: SimulatedJudgement?

  /// Puts the parts together.
  public init(
    question: QuestionID, features: Digest, origin: Origin, table: PredictionTable, judgement: SimulatedJudgement?
  ) {
    self.question = question
    self.features = features
    self.origin = origin
    self.table = table
    self.judgement = judgement
  }
}

/// A judgement that the host drew by chance, whatever the predictions were.
public struct SimulatedJudgement: Hashable, Sendable {
  /// The rate of failures, in billionths.
  public let failureRate: UInt32
  /// How each row of the table counts.
  public let right: [Bool]

  /// Puts the parts together.
  public init(failureRate: UInt32, right: [Bool]) {
    self.failureRate = failureRate
    self.right = right
  }
}

/// What an input leads to.
public struct Decision: Hashable, Sendable {
  /// The facts, in order. Empty where there is nothing to do.
  public let events: [Event]

  /// A decision for `events`.
  public init(events: [Event]) { self.events = events }
}
