import Quantities

/// What a question turned out to be.
public enum Outcome: Hashable, Sendable {
  /// A class, by index.
  case `class`(Int)
  /// A judgement of each model asked, in the order of seats: the simulated failure of the base system.
  case judged([Judgement])
  /// Nobody said in time.
  case never

  /// Whether the answer in row `row` of `table` was right; `nil` where nobody can say.
  public func isRight(_ row: Int, of table: borrowing PredictionTable) -> Bool? {
    switch self {
    case .class(let truth): return table.top(row) == truth
    case .judged(let judgements):
      let seat = table.seats[row]
      // A judgement of each row, in the same order, is the rule; looking through all of them would cost O(N) a row.
      if row < judgements.count, judgements[row].seat == seat { return judgements[row].isRight }
      return judgements.first { $0.seat == seat }?.isRight
    case .never: return nil
    }
  }
}

/// One model's answer, counted as right or wrong.
public struct Judgement: Hashable, Sendable {
  /// Whose answer.
  public let seat: Seat
  /// How it counts.
  public let isRight: Bool

  /// The answer of `seat` counts as right or wrong.
  public init(seat: Seat, isRight: Bool) {
    self.seat = seat
    self.isRight = isRight
  }
}

/// A question whose answers are in: what was said, and what the pool made of it at that time.
public struct ClosedQuestion: Hashable, Sendable {
  /// Which question.
  public let id: QuestionID
  /// The predictions of those who answered.
  public let table: PredictionTable
  /// The consensus that was issued: K billionths.
  public let consensus: [UInt32]
  /// The weight of each row of `table` in it, in billionths.
  public let weights: [UInt32]

  /// Puts the parts together.
  public init(id: QuestionID, table: PredictionTable, consensus: [UInt32], weights: [UInt32]) {
    precondition(consensus.count == table.classCount)
    precondition(weights.count == table.rowCount)
    self.id = id
    self.table = table
    self.consensus = consensus
    self.weights = weights
  }
}
