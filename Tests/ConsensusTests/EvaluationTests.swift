import Consensus
import Foundation
import Quantities
import Testing

@Suite struct EvaluationTests {
  static let kinds = ConsensusRule.Kind.allCases

  /// A stream of `count` questions to five models that are absent now and then.
  static func stream(_ count: Int, seed: UInt64, delay: (inout CounterStream) -> Int = { _ in 1 }) -> [RecordedQuestion]
  {
    var random = CounterStream(seed: seed, purpose: 30)
    return (0..<count).map { _ in
      let truth = random.below(3)
      var rows: [[UInt32]?] = (0..<5).map { i in
        if random.below(5) == 0 { return nil }
        let sure = random.below(10) < 5 + i ? truth : random.below(3)
        return Billionths.shares((0..<3).map { UInt64($0 == sure ? 60 : 1) * 10 + UInt64(random.below(50)) + 1 })
      }
      rows[random.below(5)] = positivePrediction(3, using: &random)
      return RecordedQuestion(table: table(rows), truth: truth, delay: delay(&random))
    }
  }

  @Test(arguments: kinds)
  func `a delay of one question is no delay`(kind: ConsensusRule.Kind) throws {
    let stream = Self.stream(80, seed: 1)
    let run = try Evaluation(ConsensusRule(kind), seatCount: 5, classCount: 3, stream: stream)
    var pool = mechanism(kind, 5, 3)
    for (t, question) in stream.enumerated() {
      let consensus = pool.take(question.table, .class(question.truth ?? 0)).consensus
      for (k, probability) in run.forecast(t).enumerated() {
        // The grid.
        #expect(abs(probability - Double(consensus[k]) / 1e9) < 2e-9)
      }
    }
  }

  @Test(arguments: kinds)
  func `a forecast never sees labels that have not arrived`(kind: ConsensusRule.Kind) throws {
    let clean = Self.stream(120, seed: 2) { 1 + $0.below(30) }
    // Another world: from question 60 on every label is another one.
    let poisoned = clean.enumerated().map { t, question in
      RecordedQuestion(
        table: question.table, truth: question.truth.map { t >= 60 ? ($0 + 1) % 3 : $0 }, delay: question.delay)
    }
    let first = try Evaluation(ConsensusRule(kind), seatCount: 5, classCount: 3, stream: clean)
    let second = try Evaluation(ConsensusRule(kind), seatCount: 5, classCount: 3, stream: poisoned)
    let arrival = (60..<120).map { $0 + clean[$0].delay }.min() ?? 120
    #expect(arrival > 60)
    #expect(first.forecasts[..<(arrival * 3)] == second.forecasts[..<(arrival * 3)])
    if kind.learns { #expect(first.forecasts != second.forecasts) }
  }

  @Test func `a question whose truth is never known teaches nothing`() throws {
    let stream = Self.stream(50, seed: 3)
    let silent = stream.map { RecordedQuestion(table: $0.table, truth: nil) }
    let run = try Evaluation(ConsensusRule(.meta), seatCount: 5, classCount: 3, stream: silent)
    let pool = mechanism(.meta, 5, 3)
    for (t, question) in stream.enumerated() {
      let consensus = pool.pool(question.table).consensus
      for (k, probability) in run.forecast(t).enumerated() {
        #expect(abs(probability - Double(consensus[k]) / 1e9) < 2e-9)
      }
    }
    #expect(Scores(run.forecasts, silent).count == 0)
  }

  @Test func `bad streams are refused with what to do`() {
    let row = table([[1, 2, 999_999_997]])
    let cases: [(RecordedQuestion, EvaluationError)] = [
      (RecordedQuestion(table: row, truth: 0, delay: 0), .delayTooShort(question: 0, delay: 0)),
      (RecordedQuestion(table: row, truth: 3), .truthOutOfRange(question: 0, truth: 3, classCount: 3)),
      (RecordedQuestion(table: row, truth: -1), .truthOutOfRange(question: 0, truth: -1, classCount: 3)),
      (RecordedQuestion(table: PredictionTable(classCount: 3), truth: 0), .nobodyAnswered(question: 0)),
      (
        RecordedQuestion(table: table([[1, 999_999_999]]), truth: 0),
        .wrongClassCount(question: 0, given: 2, expected: 3)
      ),
      (
        RecordedQuestion(table: table([nil, nil, [1, 2, 999_999_997]]), truth: 0),
        .seatOutOfRange(question: 0, seat: 2, seatCount: 2)
      ),
    ]
    for (question, error) in cases {
      #expect(throws: error) {
        try Evaluation(ConsensusRule(.meta), seatCount: 2, classCount: 3, stream: [question])
      }
      #expect(error.description.contains(":"))
    }
  }

  @Test func `scores are those worked out by hand`() {
    let stream = [
      RecordedQuestion(table: table([[500_000_000, 500_000_000]]), truth: 0),
      RecordedQuestion(table: table([[500_000_000, 500_000_000]]), truth: 1),
    ]
    let scores = Scores([0.8, 0.2, 0.6, 0.4], stream)
    #expect(scores.count == 2)
    #expect(abs(scores.logLoss + (log(0.8) + log(0.4)) / 2) < 1e-15)
    #expect(abs(scores.brier - (0.08 + 0.72) / 2) < 1e-15)
    #expect(scores.accuracy == 0.5)
    #expect(abs(scores.calibrationError - (0.2 + 0.6) / 2) < 1e-15)
  }

  @Test(arguments: kinds)
  func `thousands of questions leave everything finite`(kind: ConsensusRule.Kind) throws {
    let rounds = ProcessInfo.processInfo.environment["WITAN_LONG_TESTS"] == nil ? 4_000 : 1_000_000
    guard case .aggregator(var pool) = mechanism(kind, 3, 3) else { return }
    let scratch = Scratch()
    var notes = [Double](repeating: 0, count: pool.base.noteCount(classCount: 3))
    // Hard ones: sure and wrong, a zero, a close call; one model for long, then another, then in turns.
    let rows = table([[999_999_998, 1, 1], [0, 1_000_000_000, 0], [1, 499_999_999, 500_000_000]])
    for round in 0..<rounds {
      let truth = round < rounds / 3 ? 0 : round < 2 * rounds / 3 ? 2 : round % 3
      rows.withAnswers { answers in
        notes.withUnsafeMutableBufferPointer { notes in
          guard let notes = notes.baseAddress else { return }
          pool.base.pool(answers, notes: notes, reusing: scratch)
          pool.base.learn(answers, notes: notes, truth: truth, reusing: scratch)
        }
      }
    }
    #expect(notes.allSatisfy { $0.isFinite && $0 >= 0 && $0 <= 1 + 1e-9 })
    #expect(abs(notes[..<3].reduce(0, +) - 1) < 1e-9)
    // Every number of the state is finite, or it could not be read again.
    let bytes = Pool.aggregator(pool).bytes
    var reader = CanonicalReader(bytes)
    #expect(try ConsensusRule(kind).mechanism(decoding: &reader, classCount: 3, seatCount: 3).bytes == bytes)
  }
}
