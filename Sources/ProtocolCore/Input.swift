import Quantities

/// A wish that reaches the council. `Council.decide` turns it into events or refuses it.
public enum Input: Hashable, Sendable {
  /// Begin.
  case found(Founding)
  /// Let a model join.
  ///
  /// It brings in `deposit`, or what the rules ask for where that is `nil`; never less.
  case register(ModelID, predictor: Digest, deposit: Amount? = nil)
  /// Take note of a model's new predictor.
  case retrain(ModelID, predictor: Digest)
  /// Let a model take credits out of what it has free.
  case withdraw(ModelID, Amount)
  /// Let a model go, with all that it owns. Its name and its seat are never used again.
  case leave(ModelID)
  /// Take a question to which models have committed their answers.
  case commit(Committing)
  /// Take the answers that models committed to. Commitments without an answer cost their stake; without any answer at
  /// all the question is void, and all stakes go back.
  case reveal(Revealing)
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
  /// Models that broke their word over it: they have no row, and their stake goes to the treasury.
  public let breaches: [Breach]

  /// Puts the parts together.
  ///
  /// - Parameter breaches: in the order of their seats, none of which has a row in `table`.
  public init(
    question: QuestionID, features: Digest, origin: Origin, table: PredictionTable, judgement: SimulatedJudgement?,
    breaches: [Breach] = []
  ) {
    self.question = question
    self.features = features
    self.origin = origin
    self.table = table
    self.judgement = judgement
    self.breaches = breaches
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
