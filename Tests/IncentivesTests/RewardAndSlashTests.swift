import Consensus
import Incentives
import Quantities
import Testing

@Suite struct RewardAndSlashTests {
  /// A standing after `count` wrong answers, each of them poor from the first on.
  static func poor(_ count: Int) -> Standing {
    var rule = RewardAndSlash()
    rule.runningRate = Billionths.one
    var standing = Standing()
    for _ in 0..<count { standing.observe(isRight: false, rule: rule) }
    return standing
  }

  static func question(_ outcome: Outcome, _ terms: [Terms]) -> StakedQuestion {
    var table = PredictionTable(classCount: 2)
    for i in terms.indices { table.append(Seat(i), i % 2 == 0 ? [600_000_000, 400_000_000] : [0, 1_000_000_000]) }
    let closed = ClosedQuestion(
      id: QuestionID(1), table: table, consensus: [500_000_000, 500_000_000],
      weights: Billionths.shares([UInt64](repeating: 1, count: terms.count)))
    return StakedQuestion(closed: closed, terms: terms, outcome: outcome)
  }

  typealias Case = (poor: Int, free: Int64, stake: Int64, reward: Int64)

  // In micro-credits; reward 10 and slash 20 credits, 25 % more for each poor question in a row.
  @Test(
    arguments: [
      (poor: 0, free: 1_000_000_000, stake: 20_000_000, reward: 10_000_000),
      (poor: 1, free: 1_000_000_000, stake: 25_000_000, reward: 10_000_000),
      (poor: 4, free: 1_000_000_000, stake: 40_000_000, reward: 10_000_000),
      (poor: 20, free: 1_000_000_000, stake: 120_000_000, reward: 10_000_000),
      (poor: 90, free: 1_000_000_000, stake: 120_000_000, reward: 10_000_000),  // grows no more once suspended
      (poor: 0, free: 20_000_000, stake: 20_000_000, reward: 10_000_000),  // just covered
      (poor: 0, free: 10_000_000, stake: 10_000_000, reward: 5_000_000),  // half covered, half the reward
      (poor: 0, free: 1, stake: 1, reward: 0),  // half a unit, rounded down
      (poor: 0, free: 19_999_999, stake: 19_999_999, reward: 9_999_999),
      (poor: 4, free: 10_000_000, stake: 10_000_000, reward: 2_500_000),  // a quarter of 40
      (poor: 0, free: 0, stake: 0, reward: 0),  // plays for nothing
      (poor: 0, free: -5, stake: 0, reward: 0),
    ] as [Case])
  func `stakes what is due as far as it is covered`(poor: Int, free: Int64, stake: Int64, reward: Int64) {
    let terms = RewardAndSlash().terms(for: Self.poor(poor), free: Amount(micro: free))
    #expect(terms == Terms(stake: Amount(micro: stake), reward: Amount(micro: reward)))
  }

  @Test func `suspends after as many poor questions in a row as the rules say`() {
    let rule = RewardAndSlash()
    #expect(!rule.isSuspended(Self.poor(19)))
    #expect(rule.isSuspended(Self.poor(20)))
  }

  @Test func `a single good spell ends the row of poor questions`() {
    var rule = RewardAndSlash()
    rule.runningRate = 600_000_000
    var standing = Standing()
    standing.observe(isRight: false, rule: rule)  // 0.4
    standing.observe(isRight: false, rule: rule)  // 0.16
    #expect(standing.poorStreak == 2)
    #expect(standing.running.billionths == 160_000_000)
    standing.observe(isRight: true, rule: rule)  // 0.664
    #expect(standing.poorStreak == 0)
    #expect(standing.accuracy == 333_333_333)
    #expect(standing.settled == 3)
    #expect(Standing().accuracy == nil)
  }

  @Test func `pays the reward for the right class, takes the stake for another, and nothing where nobody can say`() {
    let terms = [
      Terms(stake: Amount(micro: 7), reward: Amount(micro: 3)), Terms(stake: Amount(micro: 5), reward: .zero),
    ]
    let rule = RewardAndSlash()
    #expect(rule.settle(Self.question(.class(0), terms)).payments.map(\.micro) == [3, -5])
    #expect(rule.settle(Self.question(.class(1), terms)).payments.map(\.micro) == [-7, 0])
    #expect(rule.settle(Self.question(.never, terms)).payments.map(\.micro) == [0, 0])
    // A judgement stands above the class, names seats, and may leave one out.
    let judged = Outcome.judged([Judgement(seat: Seat(1), isRight: false)])
    #expect(rule.settle(Self.question(judged, terms)).payments.map(\.micro) == [0, -5])
  }

  @Test(arguments: UInt64(0)..<200)
  func `a settlement adds up to zero and stays within stake and reward`(seed: UInt64) {
    var random = CounterStream(seed: seed, purpose: 20)
    var rule = RewardAndSlash()
    rule.reward = Amount(micro: Int64(random.below(1_000_000_000_000)))
    rule.slash = Amount(micro: 1 + Int64(random.below(1_000_000_000_000)))
    rule.slashGrowth = UInt32(random.below(1_000_000_001))
    #expect(rule.fault == nil)
    let frees = (0..<1 + random.below(12)).map { _ in Amount(micro: Int64(random.below(2_000_000_000_000))) }
    let terms = frees.map { rule.terms(for: Self.poor(random.below(25)), free: $0) }
    for (free, terms) in zip(frees, terms) {
      #expect(terms.stake >= .zero && terms.stake <= free)
      #expect(terms.reward >= .zero && terms.reward <= rule.reward)
    }
    let judgement = Outcome.judged(
      terms.indices.map { Judgement(seat: Seat($0), isRight: Bool.random(using: &random)) })
    for outcome in [.class(0), .class(1), .never, judgement] {
      let settlement = rule.settle(Self.question(outcome, terms))
      #expect(settlement.payments.reduce(settlement.treasury, +) == .zero)
      for (payment, terms) in zip(settlement.payments, terms) {
        #expect(payment >= -terms.stake)
        #expect(payment <= terms.reward)
      }
    }
    #expect(rule.settle(Self.question(.class(0), terms), standings: []) == rule.settle(Self.question(.class(0), terms)))
  }

  @Test func `settings out of bounds are named and do not read back`() throws {
    func reads(_ rule: RewardAndSlash) -> RewardAndSlash? {
      var writer = CanonicalWriter()
      rule.encode(into: &writer)
      var reader = CanonicalReader(writer.bytes)
      return try? RewardAndSlash(decoding: &reader)
    }
    let changes: [(inout RewardAndSlash) -> Void] = [
      { $0.slash = .zero }, { $0.slash = Amount(micro: -1) }, { $0.reward = Amount(micro: -1) },
      { $0.reward = Amount(credits: 1_000_001) }, { $0.slash = Amount(micro: .max) }, { $0.suspendedAfter = 0 },
      { $0.suspendedAfter = 1_000_001 }, { $0.runningRate = Billionths.one + 1 }, { $0.poorThreshold = .max },
      { $0.slashGrowth = .max },
    ]
    for change in changes {
      var rule = RewardAndSlash()
      change(&rule)
      #expect(rule.fault != nil)
      #expect(reads(rule) == nil)
    }
    var extreme = RewardAndSlash()
    extreme.reward = Amount(credits: 1_000_000)
    extreme.slash = Amount(credits: 1_000_000)
    extreme.slashGrowth = Billionths.one
    extreme.suspendedAfter = 1_000_000
    #expect(reads(extreme) == extreme)
    // A million times a million credits is still an amount.
    #expect(extreme.stakeDue(Self.poor(1_000_000)) == Amount(credits: 1_000_001 * 1_000_000))
  }
}
