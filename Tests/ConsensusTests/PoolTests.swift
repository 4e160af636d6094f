import Consensus
import Foundation
import Quantities
import Testing

/// What single pools promise beyond the contract of all.
@Suite struct PoolTests {
  static let copyable: [ConsensusRule.Kind] = [
    .majorityVote, .stakeVote, .trackRecord, .linearPool, .logPool, .median, .geometricMedian, .bayesMixture,
    .fixedShare, .fallingShare, .brierAggregating,
  ]

  @Test(arguments: copyable, 0..<5)
  func `everyone twice is as good as everyone once`(kind: ConsensusRule.Kind, seed: Int) {
    var random = CounterStream(seed: UInt64(seed), purpose: 20)
    var (single, double) = (mechanism(kind, 4, 3), mechanism(kind, 8, 3))
    for _ in 0..<40 {
      let rows = (0..<4).map { _ in positivePrediction(3, using: &random) }
      let truth = Outcome.class(random.below(3))
      let first = single.take(table(rows), truth)
      let second = double.take(table(rows + rows), truth)
      // Two roundings onto the grid, and where the geometric median stops.
      for k in 0..<3 { #expect(abs(Int(first.consensus[k]) - Int(second.consensus[k])) <= 4) }
    }
  }

  @Test(arguments: 0..<20)
  func `medians are those that sorting finds`(seed: Int) {
    var random = CounterStream(seed: UInt64(seed), purpose: 21)
    let count = 1 + random.below(9)
    let rows = (0..<count).map { _ in somePrediction(4, using: &random) }
    let pooled = mechanism(.median, count, 4).pool(table(rows))
    let medians = (0..<4).map { k in
      let sorted = rows.map { Double($0[k]) }.sorted()
      return count % 2 == 1 ? sorted[count / 2] : (sorted[count / 2 - 1] + sorted[count / 2]) / 2
    }
    let sum = medians.reduce(0, +)
    guard sum > 0 else { return }
    for k in 0..<4 {
      let expected = medians[k] / sum * 1e9
      #expect(abs(Double(pooled.consensus[k]) - expected) <= 2)
    }
  }

  @Test func `where all medians are nought the classes with the largest mean share the whole`() {
    let pool = mechanism(.median, 3, 3)
    let rows: [[UInt32]] = [[1_000_000_000, 0, 0], [0, 1_000_000_000, 0], [0, 0, 1_000_000_000]]
    #expect(pool.pool(table(rows)).consensus == [333_333_334, 333_333_333, 333_333_333])
  }

  @Test(arguments: [ConsensusRule.Kind.median, .geometricMedian, .trimmedMean], UInt64(0)..<10)
  func `a minority that says anything moves a robust pool no further than the honest lie apart`(
    kind: ConsensusRule.Kind, seed: UInt64
  ) {
    var random = CounterStream(seed: seed, purpose: 22)
    var rule = ConsensusRule(kind)
    rule.trim = 300_000_000
    // Honest ones within a hundredth of each other, three liars among eleven.
    let honest = (0..<8).map { _ in
      Billionths.shares([600, 300, 100].map { UInt64($0 * 1_000 + random.below(10_000)) })
    }
    let lies = (0..<3).map { _ in
      let sure = random.below(3)
      return (0..<3).map { $0 == sure ? Billionths.one : 0 }
    }
    var pool = rule.mechanism(classCount: 3)
    for seat in 0..<11 { pool.join(Seat(seat)) }
    let pooled = pool.pool(table(honest + lies))
    let truth: [Double] = [6e8, 3e8, 1e8]
    for k in 0..<3 { #expect(abs(Double(pooled.consensus[k]) - truth[k]) < 4e7) }
    // The mean is moved by more.
    let lie: [UInt32] = [0, 0, Billionths.one]
    let mean = mechanism(.linearPool, 11, 3).pool(table(honest + [lie, lie, lie]))
    #expect(abs(Double(mean.consensus[0]) - truth[0]) > 1e8)
  }

  @Test(arguments: UInt64(0)..<10)
  func `a likelihood may come before the log pool or after it`(seed: UInt64) {
    var random = CounterStream(seed: seed, purpose: 23)
    let pool = mechanism(.logPool, 4, 3)
    let rows = (0..<4).map { _ in positivePrediction(3, using: &random) }
    let likelihood = (0..<3).map { _ in UInt64(1 + random.below(9)) }
    func updated(_ row: [UInt32]) -> [UInt32] { Billionths.shares(zip(row, likelihood).map { UInt64($0) * $1 }) }
    let first = pool.pool(table(rows.map(updated))).consensus
    let second = updated(pool.pool(table(rows)).consensus)
    for k in 0..<3 { #expect(abs(Int(first[k]) - Int(second[k])) <= 100) }  // small shares on the grid, multiplied
  }

  @Test func `votes count their log odds`() {
    var pool = mechanism(.optimalVote, 3, 2)
    // After 94 questions: one right 86 of 94 times, so (86 + 4)/100 = 0.9; the others 56 times, 0.6.
    for t in 0..<94 {
      let sure: [UInt32] = [Billionths.one, 0]
      let wrong: [UInt32] = [0, Billionths.one]
      pool.take(table([t < 86 ? sure : wrong, t < 56 ? sure : wrong, t < 56 ? sure : wrong]), .class(0))
    }
    let consensus = pool.pool(table([[Billionths.one, 0], [0, Billionths.one], [0, Billionths.one]])).consensus
    // Odds of 9 for, 1.5 twice against.
    let expected = 9 / (9 + 1.5 * 1.5)
    #expect(abs(Double(consensus[0]) / 1e9 - expected) < 1e-8)
  }

  static let exactWithout: [ConsensusRule.Kind] = [
    .linearPool, .logPool, .median, .trimmedMean, .optimalVote, .brierAggregating,
  ]

  @Test(arguments: exactWithout, 0..<10)
  func `influence is the change that leaving a row out makes`(kind: ConsensusRule.Kind, seed: Int) {
    var random = CounterStream(seed: UInt64(seed), purpose: 24)
    var pool = mechanism(kind, 6, 3)
    for _ in 0..<20 { pool.take(fullTable(6, 3, using: &random), .class(random.below(3))) }
    let rows = (0..<6).map { _ in positivePrediction(3, using: &random) }
    let pooled = pool.pool(table(rows))
    if kind.isMixture {
      #expect(pooled.weights == pool.weights(of: (0..<6).map { Seat($0) }))
      return
    }
    let changes = (0..<6).map { i -> Double in
      var fewer: [[UInt32]?] = rows
      fewer[i] = nil
      let rest = pool.pool(table(fewer)).consensus
      var change = 0.0
      for k in 0..<3 { change += abs(Double(rest[k]) - Double(pooled.consensus[k])) }
      return change
    }
    let sum = changes.reduce(0, +)
    let shares = pooled.weights.map { Double($0) / 1e9 }
    for i in 0..<6 { #expect(abs(shares[i] - changes[i] / sum) < 1e-6) }  // the grid, over changes
  }

  @Test(arguments: ConsensusRule.Kind.allCases.filter { $0 != .optimalVote }, 0..<5)
  func `nobody's share exceeds its limit`(kind: ConsensusRule.Kind, seed: Int) {
    var random = CounterStream(seed: UInt64(seed), purpose: 25)
    var pool = mechanism(kind, 5, 3)
    // Model 0 knows, the others guess: left alone it would get nearly everything.
    for _ in 0..<60 {
      let truth = random.below(3)
      var rows = (0..<5).map { _ in positivePrediction(3, using: &random) }
      rows[0] = Billionths.shares((0..<3).map { $0 == truth ? UInt64(90) : 5 })
      pool.take(table(rows), .class(truth))
    }
    let rows = table((0..<5).map { _ in positivePrediction(3, using: &random) })
    let limits: [UInt32] = [250_000_000, 500_000_000, 250_000_000, 200_000_000, 0]
    let pooled = pool.pool(rows, limits: InfluenceLimits(limits))
    #expect(pooled.consensus.reduce(0, +) == Billionths.one)
    #expect(pooled.weights.reduce(0, +) == Billionths.one)
    if kind.isMixture {
      for i in 0..<5 { #expect(pooled.weights[i] <= limits[i] + 1) }
    }
    // Limits that nobody reaches change nothing.
    let loose = pool.pool(rows, limits: InfluenceLimits([UInt32](repeating: Billionths.one, count: 5)))
    for k in 0..<3 { #expect(abs(Int(loose.consensus[k]) - Int(pool.pool(rows).consensus[k])) <= 1) }
    // Who may have nothing says nothing.
    var other = rows
    other = table((0..<5).map { i in i == 4 ? [0, 0, Billionths.one] : Array(rows.row(i)) })
    if kind.isMixture || kind.takesLogs {
      #expect(pool.pool(other, limits: InfluenceLimits(limits)).consensus == pooled.consensus)
    }
  }

  @Test(arguments: ConsensusRule.Kind.allCases.filter(\.takesLogs), [333_333_334, 333_400_000] as [UInt32])
  func `a quiet answer does not make the others quiet where influence is limited`(kind: ConsensusRule.Kind, top: UInt32)
  {
    let pool = mechanism(kind, 3, 3)
    let quiet = [top, 333_333_333, Billionths.one - top - 333_333_333]
    let rows = table([[900_000_000, 50_000_000, 50_000_000], [900_000_000, 50_000_000, 50_000_000], quiet])
    let limits = InfluenceLimits([400_000_000, 400_000_000, 400_000_000])
    // Founders count a third each, so nobody reaches the limit.
    let limited = pool.pool(rows, limits: limits).consensus
    for k in 0..<3 { #expect(abs(Int(limited[k]) - Int(pool.pool(rows).consensus[k])) <= 1) }
  }

  @Test func `a loud member of a log pool is held to its share of the coefficients`() {
    var random = CounterStream(seed: 3, purpose: 41)
    var pool = mechanism(.learntLogPool, 3, 2)
    for _ in 0..<200 {
      let truth = random.below(2)
      let sure = truth == 0 ? [900_000_000, 100_000_000] as [UInt32] : [100_000_000, 900_000_000]
      pool.take(table([sure, Array(sure.reversed()), [500_000_000, 500_000_000]]), .class(truth))
    }
    // Model 0 alone speaks; half of all coefficients move the log odds half as far.
    let rows = table([[900_000_000, 100_000_000], [500_000_000, 500_000_000], [500_000_000, 500_000_000]])
    func logOdds(_ consensus: [UInt32]) -> Double { log(Double(consensus[0]) / Double(consensus[1])) }
    let free = logOdds(pool.pool(rows).consensus)
    let limited = logOdds(pool.pool(rows, limits: InfluenceLimits([200_000_000, .max / 5, .max / 5])).consensus)
    #expect(free > 0)
    #expect(limited < 0.5 * free)
  }

  @Test(arguments: ConsensusRule.Kind.allCases, [1, 2])
  func `one model, one class and two classes do no harm`(kind: ConsensusRule.Kind, classCount: Int) {
    var random = CounterStream(seed: 9, purpose: 26)
    for modelCount in [1, 3] {
      var pool = mechanism(kind, modelCount, classCount)
      for _ in 0..<30 {
        let pooled = pool.take(someTable(modelCount, classCount, using: &random), .class(random.below(classCount)))
        #expect(pooled.consensus.reduce(0, +) == Billionths.one)
        #expect(pooled.weights.reduce(0, +) == Billionths.one)
        if modelCount == 1 { #expect(pooled.weights == [Billionths.one]) }
      }
    }
  }

  @Test(arguments: ConsensusRule.Kind.allCases)
  func `settings survive their canonical form`(kind: ConsensusRule.Kind) throws {
    var rule = ConsensusRule(kind)
    rule.share = 7
    if kind == .trimmedMean { rule.trim = 250_000_000 }
    var writer = CanonicalWriter()
    rule.encode(into: &writer)
    var reader = CanonicalReader(writer.bytes)
    #expect(try ConsensusRule(decoding: &reader) == rule)
    try reader.finish()
  }

  @Test func `a default that is written out is refused`() {
    let text = #"{"kind":"trimmed_mean","rate":50000000,"share":10000000,"trim":100000000}"#
    var reader = CanonicalReader(Array(text.utf8))
    #expect(throws: CanonicalError.self) { try ConsensusRule(decoding: &reader) }
  }
}
