import CAllocationCount
import Consensus
import Foundation
import Quantities

/// How long pools take for a question of one size.
struct QuestionTime {
  let modelCount: Int
  let classCount: Int
  let tables: [PredictionTable]

  init(modelCount: Int, classCount: Int, tableCount: Int) {
    var random = CounterStream(seed: 5)
    self.modelCount = modelCount
    self.classCount = classCount
    tables = (0..<tableCount).map { _ in
      var table = PredictionTable(classCount: classCount)
      for seat in 0..<modelCount {
        table.append(Seat(seat), Billionths.shares((0..<classCount).map { _ in UInt64(1 + random.below(1_000)) }))
      }
      return table
    }
  }

  struct Time {
    let microseconds: Double
    let checksum: UInt64
    let allocations: Double
    var text: String {
      String(format: "%8.3f µs  checksum=%016llx  allocations=%g", microseconds, checksum, allocations)
    }
  }

  /// Runs `body` over all tables seven times, after once to fill working memory.
  private func time(_ body: (Int, AnswerRows) -> UInt64) -> Time {
    func once() -> UInt64 {
      var checksum: UInt64 = 0
      for (question, table) in tables.enumerated() {
        checksum = checksum &* 31 &+ table.withAnswers { body(question, $0) }
      }
      return checksum
    }
    var checksum = once()
    let before = allocation_count()
    var least = Double.infinity
    for _ in 0..<7 {
      let start = clock()
      checksum = once()
      least = min(least, Double(clock() - start) / Double(CLOCKS_PER_SEC) * 1e6 / Double(tables.count))
    }
    let allocations = Double(allocation_count() - before) / Double(7 * tables.count)
    return Time(microseconds: least, checksum: checksum, allocations: allocations)
  }

  /// A plain sum over each table, eight numbers at a time.
  func reading() -> Time {
    let count = modelCount * classCount
    return time { _, answers in
      var sum = SIMD8<UInt32>()
      for i in stride(from: 0, to: count, by: 8) {
        sum &+= UnsafeRawPointer(answers.values + i).loadUnaligned(as: SIMD8<UInt32>.self)
      }
      return UInt64(sum.wrappedSum())
    }
  }

  /// Forecast and learning of a pool of `kind`, which is told class 7 q modulo K of question q.
  func line(_ kind: ConsensusRule.Kind, beside reading: Time? = nil) -> String {
    guard case .aggregator(var pool) = ConsensusRule(kind).mechanism(classCount: classCount) else { return "" }
    for seat in 0..<modelCount { pool.base.join(Seat(seat)) }
    let notes = UnsafeMutablePointer<Double>.allocate(capacity: pool.base.noteCount(classCount: classCount))
    defer { notes.deallocate() }
    let scratch = Scratch()
    let time = time { question, answers in
      pool.base.pool(answers, notes: notes, reusing: scratch)
      pool.base.learn(answers, notes: notes, truth: 7 * question % classCount, reusing: scratch)
      return notes[0].bitPattern
    }
    let ratio = reading.map { String(format: "  %.2f x reading", time.microseconds / $0.microseconds) } ?? ""
    return "\(kind.rawValue)/N=\(modelCount) K=\(classCount)  \(time.text)\(ratio)"
  }
}
