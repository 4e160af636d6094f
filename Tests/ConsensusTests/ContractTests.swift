import Consensus
import Quantities
import Testing

/// What every kind of consensus promises, asked of each.
@Suite struct ConsensusContractTests {
  static let kinds = ConsensusRule.Kind.allCases

  /// A pool of 5 models and 4 classes after a random history with outcomes of every kind.
  static func history(_ kind: ConsensusRule.Kind, seed: UInt64, rounds: Int = 60) -> Pool {
    var random = CounterStream(seed: seed, purpose: 1)
    var pool = mechanism(kind, 5, 4)
    for _ in 0..<rounds { pool.take(someTable(5, 4, using: &random), someOutcome(5, 4, using: &random)) }
    return pool
  }

  static func someOutcome(_ modelCount: Int, _ classCount: Int, using random: inout CounterStream) -> Outcome {
    switch random.below(4) {
    case 0: .never
    case 1: .judged((0..<modelCount).map { Judgement(seat: Seat($0), isRight: Bool.random(using: &random)) })
    default: .class(random.below(classCount))
    }
  }

  @Test(arguments: kinds, 0..<20)
  func `consensus and weights add up to one billion, whoever is there`(kind: ConsensusRule.Kind, seed: Int) {
    let pool = Self.history(kind, seed: UInt64(seed))
    var random = CounterStream(seed: UInt64(seed), purpose: 2)
    for _ in 0..<20 {
      let table = someTable(5, 4, using: &random)
      let pooled = pool.pool(table)
      #expect(pooled.consensus.count == 4)
      #expect(pooled.consensus.reduce(0, +) == Billionths.one)
      #expect(pooled.weights.count == table.rowCount)
      #expect(pooled.weights.reduce(0, +) == Billionths.one)
      if kind.isMixture { #expect(pooled.weights == pool.weights(of: table.seats)) }
      #expect(pool.pool(table) == pooled)
    }
  }

  @Test(arguments: kinds, 0..<10)
  func `unanimous models are repeated, or their top class where votes count`(kind: ConsensusRule.Kind, seed: Int) {
    var random = CounterStream(seed: UInt64(seed), purpose: 3)
    // Those that take logarithms know no zero; those that learn more than weights repeat only what they start with.
    let prediction = kind.takesLogs ? positivePrediction(4, using: &random) : somePrediction(4, using: &random)
    let pool = kind.isLearntBeyondWeights ? mechanism(kind, 5, 4) : Self.history(kind, seed: UInt64(seed))
    let pooled = pool.pool(table([prediction, nil, prediction, prediction, prediction]))
    switch kind {
    case .majorityVote, .stakeVote, .weightedVote:
      #expect(pooled.consensus[Billionths.top(prediction)] == Billionths.one)
    case .optimalVote:
      #expect(Billionths.top(pooled.consensus) == Billionths.top(prediction))
    case .meta:
      // Its floor of a millionth.
      for k in 0..<4 { #expect(abs(Int(pooled.consensus[k]) - Int(prediction[k])) <= 4_000) }
    default:
      // Remainders.
      for k in 0..<4 { #expect(abs(Int(pooled.consensus[k]) - Int(prediction[k])) <= 1) }
    }
  }

  @Test(arguments: kinds, 0..<20)
  func `the order of models does not matter`(kind: ConsensusRule.Kind, seed: Int) {
    var random = CounterStream(seed: UInt64(seed), purpose: 4)
    let order = Array(0..<5).shuffled(using: &random)
    var (plain, shuffled) = (mechanism(kind, 5, 4), mechanism(kind, 5, 4))
    for _ in 0..<40 {
      let rows: [[UInt32]?] = (0..<5).map { $0 > 0 && random.below(4) == 0 ? nil : somePrediction(4, using: &random) }
      let truth = Outcome.class(random.below(4))
      let first = plain.take(table(rows), truth)
      let second = shuffled.take(table(order.map { rows[$0] }), truth)
      for k in 0..<4 {
        // Ten billionths: weights that differ in their last bits, and remainders that go to another row.
        #expect(abs(Int(first.consensus[k]) - Int(second.consensus[k])) <= 10)
      }
    }
  }

  @Test(arguments: kinds, 0..<20)
  func `renaming the classes renames the consensus`(kind: ConsensusRule.Kind, seed: Int) {
    var random = CounterStream(seed: UInt64(seed), purpose: 5)
    let order = Array(0..<4).shuffled(using: &random)
    var (plain, renamed) = (mechanism(kind, 5, 4), mechanism(kind, 5, 4))
    for _ in 0..<40 {
      // Predictions without ties for the top, which go to the lowest class and so would not be renamed.
      let rows = (0..<5).map { _ in
        Billionths.shares((0..<4).map { UInt64(1 + 4 * random.below(1_000) + $0) })
      }
      let truth = random.below(4)
      let new = rows.map { row in order.map { row[$0] } }
      let first = plain.take(table(rows), .class(truth))
      let second = renamed.take(table(new), .class(order.firstIndex(of: truth) ?? 0))
      for k in 0..<4 { #expect(abs(Int(first.consensus[order[k]]) - Int(second.consensus[k])) <= 2) }  // remainders
    }
  }

  @Test(arguments: kinds)
  func `founders weigh equally, a late joiner no more than the least`(kind: ConsensusRule.Kind) {
    var pool = mechanism(kind, 4, 4)
    let seats = (0..<4).map { Seat($0) }
    #expect(pool.weights(of: seats) == [250_000_000, 250_000_000, 250_000_000, 250_000_000])
    var random = CounterStream(seed: 6)
    for _ in 0..<50 { pool.take(someTable(4, 4, using: &random), .class(random.below(4))) }
    pool.join(Seat(4))
    let weights = pool.weights(of: seats + [Seat(4)])
    // One billionth: the remainders.
    #expect(weights[4] <= (weights[..<4].min() ?? 0) + 1)
    pool.leave(Seat(0))
    let rest = pool.weights(of: [Seat(1), Seat(2), Seat(3), Seat(4)])
    #expect(rest.reduce(0, +) == Billionths.one)
    // The outcome of a question that the departed one answered does no harm.
    pool.take(table([nil, somePrediction(4, using: &random), somePrediction(4, using: &random)]), .class(0))
    pool.join(Seat(5))
    let latest = pool.weights(of: [Seat(1), Seat(2), Seat(3), Seat(4), Seat(5)])
    #expect(latest[4] <= (latest[..<4].min() ?? 0) + 1)
  }

  @Test(arguments: kinds, 0..<10)
  func `a snapshot in the middle of delayed outcomes changes nothing that follows`(kind: ConsensusRule.Kind, seed: Int)
    throws
  {
    var rule = ConsensusRule()
    rule.kind = kind
    var random = CounterStream(seed: UInt64(seed), purpose: 7)
    var pool = mechanism(kind, 3, 4)
    var copy = pool
    var waiting: [(ClosedQuestion, Memo)] = []
    var modelCount = 3
    for number in UInt64(1)...150 {
      if random.below(20) == 0 {
        pool.join(Seat(modelCount))
        copy.join(Seat(modelCount))
        modelCount += 1
      }
      let table = someTable(modelCount, 4, using: &random)
      let pooled = pool.pool(table)
      #expect(copy.pool(table) == pooled)
      waiting.append((closed(table, pooled, number), pooled.memo))
      while waiting.count > random.below(30) {
        let (question, memo) = waiting.remove(at: random.below(waiting.count))
        let outcome = Self.someOutcome(modelCount, 4, using: &random)
        pool.learn(question, memo: memo, outcome: outcome)
        copy.learn(question, memo: memo, outcome: outcome)
      }
      if random.below(10) == 0 {
        var reader = CanonicalReader(copy.bytes)
        copy = try rule.mechanism(decoding: &reader, classCount: 4, seatCount: modelCount)
        try reader.finish()
        #expect(copy == pool)
      }
    }
    #expect(copy.bytes == pool.bytes)
  }

  @Test(arguments: kinds, 0..<5)
  func `outcomes that have not arrived move no consensus`(kind: ConsensusRule.Kind, seed: Int) {
    // The label of question t arrives after question t + 7; the second world has other labels from question 20 on.
    func consensuses(poisoned: Bool) -> [[UInt32]] {
      var random = CounterStream(seed: UInt64(seed), purpose: 8)
      var pool = mechanism(kind, 4, 3)
      var asked: [(ClosedQuestion, Memo, Int)] = []
      var result: [[UInt32]] = []
      for t in 0..<40 {
        if t >= 7 { pool.learn(asked[t - 7].0, memo: asked[t - 7].1, outcome: .class(asked[t - 7].2)) }
        // Without zeros, after which the Bayes mixture has nothing left to learn.
        let table = fullTable(4, 3, using: &random)
        let pooled = pool.pool(table)
        let truth = random.below(3)
        asked.append((closed(table, pooled), pooled.memo, poisoned && t >= 20 ? (truth + 1) % 3 : truth))
        result.append(pooled.consensus)
      }
      return result
    }
    let (clean, poisoned) = (consensuses(poisoned: false), consensuses(poisoned: true))
    #expect(clean[..<27] == poisoned[..<27])
    // Later on they may differ, and do where the mechanism learns: the test can see poison.
    if kind.learns { #expect(clean[27...] != poisoned[27...]) }
  }

  @Test(arguments: kinds)
  func `a state of other seats, or damaged, is refused and never traps`(kind: ConsensusRule.Kind) {
    var rule = ConsensusRule()
    rule.kind = kind
    let bytes = Self.history(kind, seed: 3).bytes
    func reads(_ bytes: [UInt8], seats: Int) -> Pool? {
      var reader = CanonicalReader(bytes)
      guard let pool = try? rule.mechanism(decoding: &reader, classCount: 4, seatCount: seats) else { return nil }
      return (try? reader.finish()) == nil ? nil : pool
    }
    #expect(reads(bytes, seats: 5) != nil)
    if kind.learns {
      #expect(reads(bytes, seats: 4) == nil)
      #expect(reads(bytes, seats: 6) == nil)
    }
    var random = CounterStream(seed: 9)
    for _ in 0..<1_000 {
      var changed = bytes
      changed[random.below(changed.count)] = UInt8(random.below(128))
      if let pool = reads(changed, seats: 5) {
        #expect(pool.bytes == changed)
        var used = pool
        used.take(someTable(5, 4, using: &random), .class(1))
        #expect(used.pool(someTable(5, 4, using: &random)).consensus.reduce(0, +) == Billionths.one)
      }
    }
  }

  @Test(arguments: kinds)
  func `only memos of its own shape are accepted`(kind: ConsensusRule.Kind) {
    let pool = mechanism(kind, 3, 4)
    var random = CounterStream(seed: 10)
    let rows = someTable(3, 4, using: &random)
    let memo = pool.pool(rows).memo
    #expect(pool.accepts(memo, classCount: 4))
    #expect(pool.memo(of: rows, limits: nil) == memo)
    #expect(memo.values.isEmpty == !pool.keepsMemo)
    #expect(!pool.accepts(Memo(values: memo.values + [0.5]), classCount: 4))
    if let last = memo.values.last {
      #expect(!pool.accepts(Memo(), classCount: 4))
      #expect(!pool.accepts(Memo(values: memo.values.dropLast() + [last + 2]), classCount: 4))
    }
  }

  @Test(arguments: kinds)
  func `a council that all have left, and that was founded anew, works on`(kind: ConsensusRule.Kind) throws {
    var random = CounterStream(seed: 11)
    var pool = mechanism(kind, 2, 3)
    let rows = fullTable(2, 3, using: &random)
    let asked = pool.pool(rows)
    pool.take(rows, .class(1))
    pool.leave(Seat(0))
    pool.leave(Seat(1))
    pool.learn(closed(rows, asked), memo: asked.memo, outcome: .class(2))
    var reader = CanonicalReader(pool.bytes)
    pool = try ConsensusRule(kind).mechanism(decoding: &reader, classCount: 3, seatCount: 2)
    pool.join(Seat(2))
    pool.join(Seat(3))
    let some = table([nil, nil, positivePrediction(3, using: &random), positivePrediction(3, using: &random)])
    for truth in 0..<3 {
      let pooled = pool.take(some, .class(truth))
      #expect(pooled.consensus.reduce(0, +) == Billionths.one)
      #expect(pooled.weights.reduce(0, +) == Billionths.one)
    }
    #expect(pool.weights(of: [Seat(2), Seat(3)]).allSatisfy { $0 > 0 })
  }

  @Test func `votes go to the lowest class where models cannot decide`() {
    let pool = mechanism(.majorityVote, 2, 3)
    let pooled = pool.pool(table([[500_000_000, 500_000_000, 0], [0, 500_000_000, 500_000_000]]))
    #expect(pooled.consensus == [500_000_000, 500_000_000, 0])
    #expect(Billionths.top(pooled.consensus) == 0)
  }

  @Test func `a vote by stake counts what is staked, to the micro-credit`() {
    let pool = mechanism(.stakeVote, 3, 3)
    let answers = table([[1_000_000_000, 0, 0], [0, 1_000_000_000, 0], [0, 1_000_000_000, 0]])
    let stakes = [Amount(micro: 5), Amount(micro: 2), Amount(micro: 1)]
    let pooled = pool.pool(answers, limits: nil, stakes: stakes)
    #expect(pool.readsStakes)
    #expect(pooled.consensus == [625_000_000, 375_000_000, 0])
    #expect(pooled.weights == [625_000_000, 250_000_000, 125_000_000])
    #expect(pool.weights(of: answers.seats, stakes: stakes) == pooled.weights)
    // Half of the influence at most: what the first has more goes to the others in proportion.
    let limited = pool.pool(answers, limits: InfluenceLimits([500_000_000, 500_000_000, 500_000_000]), stakes: stakes)
    #expect(limited.weights == [500_000_000, 333_333_333, 166_666_667])
    #expect(limited.consensus == [500_000_000, 500_000_000, 0])
  }

  @Test func `votes by stake all count the same where nobody stakes anything`() {
    let pool = mechanism(.stakeVote, 3, 2)
    let answers = table([[1_000_000_000, 0], [0, 1_000_000_000], [0, 1_000_000_000]])
    let pooled = pool.pool(answers, limits: nil, stakes: [.zero, .zero, .zero])
    #expect(pooled == mechanism(.majorityVote, 3, 2).pool(answers))
  }

  @Test(arguments: UInt64(0)..<50)
  func `a stake split among names counts the same in a vote`(seed: UInt64) {
    var random = CounterStream(seed: seed, purpose: 31)
    let rows = (0..<4).map { _ in somePrediction(3, using: &random) }
    let stakes = (0..<4).map { _ in Amount(micro: Int64(random.below(1_000_000) + 2)) }
    let part = Amount(micro: Int64(random.below(Int(stakes[3].micro))))
    let whole = mechanism(.stakeVote, 4, 3).pool(table(rows), limits: nil, stakes: stakes)
    let split = mechanism(.stakeVote, 5, 3).pool(
      table(rows + [rows[3]]), limits: nil, stakes: stakes[..<3] + [part, stakes[3] - part])
    #expect(whole.consensus == split.consensus)
  }

  @Test func `a weighted vote silences a model at chance`() {
    var pool = mechanism(.weightedVote, 3, 2)
    // At founding all are at one half, which with two classes is chance: all votes count the same.
    #expect(pool.weights(of: [Seat(0), Seat(1), Seat(2)]) == [333_333_334, 333_333_333, 333_333_333])
    for _ in 0..<10 {
      pool.take(table([[1_000_000_000, 0], [1_000_000_000, 0], [0, 1_000_000_000]]), .class(0))
    }
    #expect(pool.weights(of: [Seat(0), Seat(1), Seat(2)]) == [500_000_000, 500_000_000, 0])
  }
}
