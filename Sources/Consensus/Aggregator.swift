import Quantities

/// A pool that works in place: on rows where they lie, in memory that is used again, without allocating per question.
///
/// The council sees it as a `ConsensusMechanism`; simulators and evaluations call it directly. Forecasts are exact to
/// a few roundings; only what the council issues is put onto the grid of billionths.
///
/// Both sides pass the same `notes`: what `forecast` writes for a question, `learn` reads when its outcome arrives.
public protocol Aggregator: ConsensusMechanism {
  /// Whether it reads logarithms, which are then computed once for all pools of a layer.
  var usesLogs: Bool { get }

  /// How many numbers `forecast` writes: K for the consensus itself, more for a layer of pools.
  func noteCount(classCount: Int) -> Int

  /// Makes the consensus of one question; its K probabilities stand first in `notes` and add up to 1.
  func forecast(_ answers: AnswerRows, notes: UnsafeMutablePointer<Double>, _ scratch: Scratch)

  /// Learns that class `truth` was right.
  ///
  /// - Parameter notes: what `forecast` wrote for this question, perhaps thousands of questions ago; not read where
  ///   `keepsMemo` is false.
  mutating func learn(_ answers: AnswerRows, notes: UnsafePointer<Double>, truth: Int, _ scratch: Scratch)

  /// For each row the share it has in a mixture, or the size of its coefficients in all: influence before one has seen
  /// what is said. Adds up to 1. `shares` has room for rowCount rounded up to a whole number of groups of eight.
  func standing(_ answers: AnswerRows, into shares: UnsafeMutablePointer<Double>, _ scratch: Scratch)

  /// For each row the consensus as it would have been without it, its coefficients taken out and nothing learnt anew:
  /// rowCount x K. O(N K).
  ///
  /// - Precondition: at least two rows.
  func withoutEach(
    _ answers: AnswerRows, notes: UnsafePointer<Double>, into forecasts: UnsafeMutablePointer<Double>,
    _ scratch: Scratch)

  /// Takes over the state that `encode` wrote, into a pool of the same settings that has no members yet.
  ///
  /// - Parameter seatCount: how many seats have been given; a state that knows more or fewer of them is refused.
  mutating func restore(from reader: inout CanonicalReader, seatCount: Int) throws(CanonicalError)

  /// Whether the consensus is a mixture of the rows by `standing`, so that influence is a share.
  var isMixture: Bool { get }
}

extension Aggregator {
  /// `false`.
  public var usesLogs: Bool { false }
  /// K.
  public func noteCount(classCount: Int) -> Int { classCount }

  /// The rest of the mixture by `standing`, scaled to 1: for pools that are mixtures.
  public func withoutEach(
    _ answers: AnswerRows, notes: UnsafePointer<Double>, into forecasts: UnsafeMutablePointer<Double>,
    _ scratch: Scratch
  ) {
    let shares = scratch.take(answers.rowCount)
    standing(answers, into: shares, scratch)
    Kernels.unmix(answers, shares, notes, into: forecasts)
  }

  /// Whether `other` is the same kind of pool in the same state.
  func isEqual(to other: any Aggregator) -> Bool { (other as? Self) == self }

  /// Makes the consensus of one question from the start: working memory is taken back first, logarithms are computed
  /// where they are needed.
  public func pool(_ answers: AnswerRows, notes: UnsafeMutablePointer<Double>, reusing scratch: Scratch) {
    scratch.reset()
    forecast(usesLogs ? answers.withLogs(scratch) : answers, notes: notes, scratch)
  }

  /// Learns from one outcome from the start: see `pool(_:notes:reusing:)`.
  public mutating func learn(
    _ answers: AnswerRows, notes: UnsafePointer<Double>, truth: Int, reusing scratch: Scratch
  ) {
    precondition(0 <= truth && truth < answers.classCount, "the truth is one of the classes")
    scratch.reset()
    learn(usesLogs ? answers.withLogs(scratch) : answers, notes: notes, truth: truth, scratch)
  }

  /// The influence of each row on the consensus that `notes` hold: its share of a mixture, else the normalised change
  /// of the consensus when the row is left out, half the sum of absolute differences. Adds up to 1; equal shares where
  /// nobody's absence would change anything. `shares` has room as for `standing`.
  public func influence(
    _ answers: AnswerRows, notes: UnsafePointer<Double>, into shares: UnsafeMutablePointer<Double>,
    reusing scratch: Scratch
  ) {
    scratch.reset()
    let answers = usesLogs ? answers.withLogs(scratch) : answers
    let (count, classCount) = (answers.rowCount, answers.classCount)
    if isMixture { return standing(answers, into: shares, scratch) }
    if count == 1 {
      shares[0] = 1
      return
    }
    let forecasts = scratch.take(count * classCount)
    withoutEach(answers, notes: notes, into: forecasts, scratch)
    for row in 0..<count {
      var change = 0.0
      for k in 0..<classCount { change += abs(forecasts[row * classCount + k] - notes[k]) }
      shares[row] = change
    }
    Kernels.normalise(shares, count)
  }
}

// The council's way of calling.
extension Aggregator {
  /// `standing` on the grid.
  public func weights(of seats: [Seat]) -> [UInt32] { Billionths.shares(shares(of: seats)) }

  /// `standing` of `seats`, which adds up to 1.
  func shares(of seats: [Seat]) -> [Double] {
    guard !seats.isEmpty else { return [] }
    let scratch = Scratch()
    // Standing looks at seats alone, but a view needs rows: one class that everyone is sure of.
    let rows = [UInt32](repeating: Billionths.one, count: seats.count)
    return Self.numbers(seats.count) { shares in
      seats.withUnsafeBufferPointer { seats in
        rows.withUnsafeBufferPointer { rows in
          guard let rows = rows.baseAddress else { preconditionFailure("rows have values") }
          standing(AnswerRows(seats: seats, values: rows, classCount: 1), into: shares, scratch)
        }
      }
    }
  }

  // `count` numbers that `write` writes; the room is a whole number of groups of eight, as inner loops expect.
  private static func numbers(_ count: Int, _ write: (UnsafeMutablePointer<Double>) -> Void) -> [Double] {
    var numbers = [Double](repeating: 0, count: (count + 7) & ~7)
    numbers.withUnsafeMutableBufferPointer { numbers in
      if let base = numbers.baseAddress { write(base) }
    }
    numbers.removeLast(numbers.count - count)
    return numbers
  }

  /// Consensus and influence on the grid; the memo holds what was noted.
  public func pool(_ table: borrowing PredictionTable) -> Pooled { pool(table, limits: nil) }

  /// Consensus and influence on the grid, with the influence of each row held to its limit.
  public func pool(_ table: borrowing PredictionTable, limits: InfluenceLimits?) -> Pooled {
    let (count, classCount) = (table.rowCount, table.classCount)
    let scratch = Scratch()
    var influence: [Double] = []
    let notes = Self.numbers(noteCount(classCount: classCount)) { notes in
      table.withAnswers(limits: limits) { answers in
        pool(answers, notes: notes, reusing: scratch)
        influence = Self.numbers(count) { self.influence(answers, notes: notes, into: $0, reusing: scratch) }
      }
    }
    return Pooled(
      consensus: Billionths.shares(notes[..<classCount]), weights: Billionths.shares(influence),
      memo: keepsMemo ? Memo(values: notes) : Memo())
  }

  /// What `forecast` notes, without the influence that `pool` works out beside it.
  public func memo(of table: borrowing PredictionTable, limits: InfluenceLimits?) -> Memo {
    guard keepsMemo else { return Memo() }
    let scratch = Scratch()
    let notes = Self.numbers(noteCount(classCount: table.classCount)) { notes in
      table.withAnswers(limits: limits) { pool($0, notes: notes, reusing: scratch) }
    }
    return Memo(values: notes)
  }

  /// As many probabilities as are noted for a question, or none where no memo is kept.
  public func accepts(_ memo: Memo, classCount: Int) -> Bool {
    guard keepsMemo else { return memo.values.isEmpty }
    return memo.values.count == noteCount(classCount: classCount)
      && memo.values.allSatisfy { $0 >= 0 && $0 <= 1 + 1e-9 }
  }

  /// Learns from a class; judgements and questions without an outcome pass by.
  public mutating func learn(_ closed: ClosedQuestion, memo: Memo, outcome: Outcome) {
    guard case .class(let truth) = outcome else { return }
    let scratch = Scratch()
    precondition(
      !keepsMemo || memo.values.count == noteCount(classCount: closed.table.classCount), "the memo of this question")
    let notes = keepsMemo ? memo.values : [0]
    closed.table.withAnswers { answers in
      notes.withUnsafeBufferPointer { notes in
        guard let notes = notes.baseAddress else { return }
        learn(answers, notes: notes, truth: truth, reusing: scratch)
      }
    }
  }
}

/// Any aggregator as a value that can be compared and changed in place.
public struct AnyAggregator: Hashable, Sendable {
  /// The pool itself.
  public var base: any Aggregator

  /// Wraps `base`.
  public init(_ base: any Aggregator) { self.base = base }

  /// Same kind, same state.
  public static func == (a: AnyAggregator, b: AnyAggregator) -> Bool { a.base.isEqual(to: b.base) }
  /// By state.
  public func hash(into hasher: inout Hasher) { base.hash(into: &hasher) }
}
