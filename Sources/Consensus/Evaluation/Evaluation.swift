import Quantities

/// One question of a recorded stream.
public struct RecordedQuestion: Hashable, Sendable {
  /// The answers of those who were there: at least one.
  public let table: PredictionTable
  /// The class it turned out to be; `nil` where nobody ever said.
  public let truth: Int?
  /// After how many questions the truth is known: with delay d that of question s is learnt before question s + d is
  /// asked. At least 1, the ordinary case; with 0 a forecast would see its own label.
  public let delay: Int

  /// Puts the parts together.
  public init(table: PredictionTable, truth: Int?, delay: Int = 1) {
    self.table = table
    self.truth = truth
    self.delay = delay
  }
}

/// Why a stream cannot be evaluated.
public enum EvaluationError: Error, Hashable, Sendable, CustomStringConvertible {
  /// A truth that is known before it is asked for.
  case delayTooShort(question: Int, delay: Int)
  /// A truth that is none of the classes.
  case truthOutOfRange(question: Int, truth: Int, classCount: Int)
  /// A question without any answer.
  case nobodyAnswered(question: Int)
  /// A table over other classes.
  case wrongClassCount(question: Int, given: Int, expected: Int)
  /// More classes than a mechanism can take.
  case tooManyClasses(ConsensusRule.Kind, classCount: Int)
  /// An answer from a seat that the stream does not have.
  case seatOutOfRange(question: Int, seat: Int, seatCount: Int)

  /// What was wrong, with its values, and what to do.
  public var description: String {
    switch self {
    case .delayTooShort(let question, let delay):
      "question \(question) has a delay of \(delay), so its forecast could see its own label: give a delay of at least 1"
    case .truthOutOfRange(let question, let truth, let classCount):
      "question \(question) has class \(truth), but classes run from 0 to \(classCount - 1): correct the label"
    case .nobodyAnswered(let question):
      "question \(question) has no answer at all: leave it out of the stream"
    case .wrongClassCount(let question, let given, let expected):
      "question \(question) has \(given) classes where the stream has \(expected): one stream, one set of classes"
    case .tooManyClasses(let kind, let classCount):
      "\(kind.rawValue) takes up to \(kind.classesMax) classes, and the stream has \(classCount): take another mechanism"
    case .seatOutOfRange(let question, let seat, let seatCount):
      "question \(question) has an answer of model \(seat), but the stream has \(seatCount) models: raise their number"
    }
  }
}

/// A mechanism run over a recorded stream: what it would have said to each question, knowing only what was known then.
public struct Evaluation: Hashable, Sendable {
  /// How many classes, K.
  public let classCount: Int
  /// The forecasts, T x K, row by row; each row adds up to 1.
  public let forecasts: [Double]

  /// The forecast of question `t`.
  public func forecast(_ t: Int) -> ArraySlice<Double> { forecasts[t * classCount..<(t + 1) * classCount] }

  /// Runs the mechanism that `rule` names.
  ///
  /// All models are founders; outcomes are learnt in the order of arrival, ties by question. Mechanisms that work in
  /// place give exact forecasts, the others those of the grid of billionths.
  ///
  /// - Parameters:
  ///   - seatCount: how many models the stream has.
  ///   - classCount: how many classes, K.
  ///   - stream: the questions in order.
  public init(
    _ rule: ConsensusRule, seatCount: Int, classCount: Int, stream: [RecordedQuestion]
  ) throws(EvaluationError) {
    guard classCount <= rule.kind.classesMax else { throw .tooManyClasses(rule.kind, classCount: classCount) }
    try self.init(rule.mechanism(classCount: classCount), seatCount: seatCount, classCount: classCount, stream: stream)
  }

  /// Runs `pool`, which has no members yet.
  public init(
    _ pool: Pool, seatCount: Int, classCount: Int, stream: [RecordedQuestion]
  ) throws(EvaluationError) {
    try Self.check(stream, seatCount: seatCount, classCount: classCount)
    self.classCount = classCount
    switch pool {
    case .aggregator(let aggregator):
      forecasts = Self.run(aggregator.base, seatCount, classCount, stream)
    default:
      forecasts = Self.run(pool, seatCount, classCount, stream)
    }
  }

  private static func check(
    _ stream: [RecordedQuestion], seatCount: Int, classCount: Int
  ) throws(EvaluationError) {
    for (t, question) in stream.enumerated() {
      let table = question.table
      guard table.classCount == classCount else {
        throw .wrongClassCount(question: t, given: table.classCount, expected: classCount)
      }
      guard let last = table.seats.last else { throw .nobodyAnswered(question: t) }
      guard last.index < seatCount else {
        throw .seatOutOfRange(question: t, seat: last.index, seatCount: seatCount)
      }
      guard let truth = question.truth else { continue }
      guard 0 <= truth, truth < classCount else {
        throw .truthOutOfRange(question: t, truth: truth, classCount: classCount)
      }
      guard question.delay >= 1 else { throw .delayTooShort(question: t, delay: question.delay) }
    }
  }

  // Which questions' outcomes arrive before each question is asked, in order.
  private static func arrivals(_ stream: [RecordedQuestion]) -> [[Int]] {
    var arrivals = [[Int]](repeating: [], count: stream.count)
    for (t, question) in stream.enumerated() where question.truth != nil {
      let (due, isBeyond) = t.addingReportingOverflow(question.delay)
      if !isBeyond, due < stream.count { arrivals[due].append(t) }
    }
    return arrivals
  }

  private static func run(
    _ pool: any Aggregator, _ seatCount: Int, _ classCount: Int, _ stream: [RecordedQuestion]
  ) -> [Double] {
    var pool = pool
    for seat in 0..<seatCount { pool.join(Seat(seat)) }
    let arrivals = arrivals(stream)
    let scratch = Scratch()
    let noteCount = pool.noteCount(classCount: classCount)
    var notes = [[Double]](repeating: [], count: stream.count)
    var forecasts: [Double] = []
    forecasts.reserveCapacity(stream.count * classCount)
    for (t, question) in stream.enumerated() {
      for s in arrivals[t] {
        guard let truth = stream[s].truth else { continue }
        stream[s].table.withAnswers { answers in
          notes[s].withUnsafeBufferPointer { notes in
            guard let notes = notes.baseAddress else { return }
            pool.learn(answers, notes: notes, truth: truth, reusing: scratch)
          }
        }
        notes[s] = []
      }
      var own = [Double](repeating: 0, count: noteCount)
      question.table.withAnswers { answers in
        own.withUnsafeMutableBufferPointer { own in
          guard let own = own.baseAddress else { return }
          pool.pool(answers, notes: own, reusing: scratch)
        }
      }
      forecasts += own[..<classCount]
      if question.truth != nil { notes[t] = own }
    }
    return forecasts
  }

  private static func run(
    _ pool: Pool, _ seatCount: Int, _ classCount: Int, _ stream: [RecordedQuestion]
  ) -> [Double] {
    var pool = pool
    for seat in 0..<seatCount { pool.join(Seat(seat)) }
    let arrivals = arrivals(stream)
    var pooled: [Pooled?] = [Pooled?](repeating: nil, count: stream.count)
    var forecasts: [Double] = []
    for (t, question) in stream.enumerated() {
      for s in arrivals[t] {
        guard let truth = stream[s].truth, let issued = pooled[s] else { continue }
        let closed = ClosedQuestion(
          id: QuestionID(UInt64(s) + 1), table: stream[s].table, consensus: issued.consensus, weights: issued.weights)
        pool.learn(closed, memo: issued.memo, outcome: .class(truth))
        pooled[s] = nil
      }
      let own = pool.pool(question.table)
      pooled[t] = own
      for share in own.consensus { forecasts.append(Double(share) / Double(Billionths.one)) }
    }
    return forecasts
  }
}
