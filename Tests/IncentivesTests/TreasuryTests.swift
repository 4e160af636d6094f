import Consensus
import Incentives
import Quantities
import Testing

/// Mechanisms in which the treasury has a part.
@Suite struct TreasuryTests {
  @Test(arguments: Incentive.Kind.allCases, UInt64(0)..<40)
  func `terms never exceed what is free, and settlements keep within terms`(kind: Incentive.Kind, seed: UInt64) {
    var random = CounterStream(seed: seed, purpose: 82)
    let mechanism = Incentive(kind)
    let (count, classCount) = (1 + random.below(6), 1 + random.below(4))
    let members = (0..<count).map { _ in
      Member(
        standing: RewardAndSlashTests.poor(random.below(5)), free: Amount(micro: Int64(random.below(40_000_000)) - 5))
    }
    let full = mechanism.terms(for: members, classCount: classCount)
    #expect(full.count == count)
    for (terms, member) in zip(full, members) { #expect(terms.stake <= max(member.free, .zero)) }
    // The council may scale rewards down where the treasury cannot cover them.
    let part = Int64(random.below(4))
    let reports = (0..<count).map { _ in someReport(classCount, using: &random) }
    for truth in 0..<classCount {
      let settled = mechanism.settle(
        question(
          reports, stakes: full.map(\.stake.micro), rewards: full.map { $0.reward.scaled(part, over: 3).micro },
          outcome: .class(truth)), standings: members.map(\.standing))
      #expect(settled.payments.reduce(settled.treasury, +) == .zero)
    }
    let never = mechanism.settle(
      question(reports, stakes: full.map(\.stake.micro), outcome: .never), standings: members.map(\.standing))
    #expect(never.payments.allSatisfy { $0 == .zero })
  }

  // MARK: Slashing

  @Test func `who falls under the threshold loses in proportion, and the good share half of it`() {
    var rule = SlashingRule()
    rule.scoreRate = Billionths.one  // the last score alone counts
    let reports = [report([1, 0]), report([0.4, 0.6]), report([0, 1]), report([0.9, 0.1])]
    let stakes: [Int64] = [30_000_000, 20_000_000, 20_000_000, 10_000_000]
    let settled = rule.settle(question(reports, stakes: stakes, outcome: .class(0)), standings: newcomers(4))
    // Scores 1, 0.64, 0 and 0.99; the third is 0.6 under the threshold and loses 12 credits, of which 6 go by stake.
    #expect(settled.payments.map(\.micro) == [3_000_000, 2_000_000, -12_000_000, 1_000_000])
    #expect(settled.treasury == Amount(credits: 6))
    // Where nobody is good, the treasury has all.
    let bad = rule.settle(
      question([reports[2], reports[2]], stakes: [10_000_000, 5], outcome: .class(0)), standings: newcomers(2))
    #expect(bad.payments.map(\.micro) == [-6_000_000, -3])
  }

  @Test func `a newcomer has no cushion, and good work makes one`() {
    let rule = SlashingRule()
    let wrong = report([0, 1])
    func slash(_ standing: Standing) -> Amount {
      rule.settle(question([wrong], stakes: [1_000_000_000], outcome: .class(0)), standings: [standing]).payments[0]
    }
    // The smoothed score falls from 0.6 by 2 % of the way to 0.
    #expect(slash(Standing()) == -Amount(micro: 12_000_000))
    var good = Standing()
    for _ in 0..<10 { good.observe(score: Billionths.one, rate: rule.scoreRate, start: rule.threshold) }
    #expect(slash(good) == .zero)
    #expect((good.score ?? 0) > rule.threshold)
  }

  @Test func `under the threshold honesty expects the least loss`() {
    var bad = Standing()
    bad.observe(score: 0, rate: 500_000_000, start: 600_000_000)
    let belief = report([0.6, 0.3, 0.1])
    func pay(_ own: [UInt32]) -> Double {
      (0..<3).reduce(0) { sum, truth in
        let settled = SlashingRule().settle(
          question([own], stakes: [1_000_000_000_000], outcome: .class(truth)), standings: [bad])
        return sum + Double(belief[truth]) / 1e9 * Double(settled.payments[0].micro)
      }
    }
    for other in grid(3, parts: 20) where other != belief { #expect(pay(other) < pay(belief)) }
  }

  // MARK: Marginal contribution

  @Test(arguments: UInt64(0)..<50)
  func `the contributions to a mixture are those of leaving each model out`(seed: UInt64) {
    var random = CounterStream(seed: seed, purpose: 83)
    let (count, classCount) = (2 + random.below(5), 2 + random.below(4))
    let weights = Billionths.shares((0..<count).map { _ in UInt64(1 + random.below(100)) })
    let reports = (0..<count).map { _ in someReport(classCount, using: &random) }
    let truth = random.below(classCount)
    let closed = question(
      reports, stakes: [Int64](repeating: 0, count: count), weights: weights, outcome: .never
    ).closed
    func pool(_ rows: [Int]) -> [UInt32] {
      Billionths.shares(
        (0..<classCount).map { k in rows.reduce(UInt64(0)) { $0 + UInt64(weights[$1]) * UInt64(reports[$1][k]) } })
    }
    let all = Array(0..<count)
    let general = MarginalContribution.of(
      pool(all), without: all.map { out in pool(all.filter { $0 != out }) }, truth: truth)
    for (a, b) in zip(MarginalContribution.ofMixture(closed, truth: truth), general) {
      #expect(abs(Int64(a) - Int64(b)) <= 8)  // the pools of the general form are rounded to billionths
    }
  }

  @Test func `a copy adds nothing, a bad model less than nothing, and alone one stands against the uniform prediction`()
  {
    let good = report([0.9, 0.1])
    func contributions(_ reports: [[UInt32]]) -> [Int32] {
      MarginalContribution.ofMixture(
        question(reports, stakes: reports.map { _ in 0 }, outcome: .never).closed, truth: 0)
    }
    #expect(contributions([good, good]) == [0, 0])
    let mixed = contributions([good, report([0.2, 0.8])])
    #expect(mixed[0] > 0 && mixed[1] < 0)
    #expect(contributions([good]) == [240_000_000])  // 0.99 against 0.75
  }

  @Test func `pay by contribution follows the contribution, and one pulls the pool to one's belief`() {
    let pay = ContributionPay()
    let reports = [report([0.9, 0.1]), report([0.2, 0.8])]
    let members = (0..<2).map { _ in Member(standing: Standing(), free: Amount(credits: 500)) }
    let terms = pay.terms(for: members, classCount: 2)
    #expect(terms == [Terms](repeating: Terms(stake: Amount(credits: 100), reward: Amount(credits: 100)), count: 2))
    func paid(_ own: [UInt32], _ truth: Int) -> Int64 {
      pay.settle(
        question(
          [own, reports[1]], stakes: terms.map(\.stake.micro), rewards: terms.map(\.reward.micro),
          outcome: .class(truth)), standings: newcomers(2)
      ).payments[0].micro
    }
    // Pool 0.55 against 0.2: scores 0.7975 and 0.36.
    #expect(paid(reports[0], 0) == 43_750_000)
    // With half of the weight and a belief of 0.6 the best report is 1: the pool of 0.6 is what one wants.
    func expected(_ share: Double) -> Double {
      0.6 * Double(paid(report([share, 1 - share]), 0)) + 0.4 * Double(paid(report([share, 1 - share]), 1))
    }
    let best = (0...100).map { Double($0) / 100 }.max { expected($0) < expected($1) }
    #expect(best == 1)
  }

  /// What a model with `weight` billionths and `own` is paid against one other in micro-credits, split in `copies`.
  static func paid(_ own: [UInt32], against other: [UInt32], weight: UInt32, copies: Int, truth: Int) -> Int64 {
    let each = weight / UInt32(copies)
    let credits = [Int64](repeating: 100_000_000, count: copies + 1)
    return ContributionPay().settle(
      question(
        [[UInt32]](repeating: own, count: copies) + [other], stakes: credits, rewards: credits,
        weights: [UInt32](repeating: each, count: copies) + [Billionths.one - each * UInt32(copies)],
        outcome: .class(truth)), standings: newcomers(copies + 1)
    ).payments[..<copies].reduce(0) { $0 + $1.micro }
  }

  @Test func `splitting a model in copies shrinks a gain, and may shrink a loss too`() {
    let (own, other) = (report([0.4, 0.6]), report([0.5, 0.5]))
    func paid(_ copies: Int, _ truth: Int) -> Int64 {
      Self.paid(own, against: other, weight: 400_000_000, copies: copies, truth: truth)
    }
    // By hand: a pool of 0.46 scores 0.7084, without the model 0.75, without half of it 0.475² = 0.275625 less than one.
    #expect(paid(1, 0) == -4_160_000)
    #expect(abs(paid(2, 0) + 2 * 1_597_500) <= 2)
    // The other way the pool of 0.54 scores 0.7884.
    #expect(paid(1, 1) == 3_840_000)
    #expect(abs(paid(2, 1) - 2 * 1_402_500) <= 2)
  }

  @Test(arguments: UInt64(0)..<100)
  func `k copies with weight w are paid at most k (1-w) over (k-w) of what the whole is, gain or loss`(seed: UInt64) {
    var random = CounterStream(seed: seed, purpose: 85)
    let classCount = 2 + random.below(3)
    let (own, other) = (someReport(classCount, using: &random), someReport(classCount, using: &random))
    // Divides by 2 to 6.
    let weight = UInt32(60 * (1 + random.below(16_000_000)))
    let share = Double(weight) / 1e9
    var signs: Set<Int64> = []
    for truth in 0..<classCount {
      let whole = Self.paid(own, against: other, weight: weight, copies: 1, truth: truth)
      signs.insert(whole.signum())
      for copies in 2...6 {
        let split = Self.paid(own, against: other, weight: weight, copies: copies, truth: truth)
        let factor = Double(copies) * (1 - share) / (Double(copies) - share)
        // Each payment is rounded to a micro-credit.
        #expect(Double(split) <= factor * Double(whole) + Double(copies + 1))
        if whole > 0 { #expect(split <= whole + Int64(copies)) }
      }
    }
    // A report that differs from the other's gains for some class or loses for some; where neither, both are alike.
    #expect(own == other || signs != [0])
  }

  // MARK: Unbonding

  @Test func `a withdrawal waits, and what is slashed meanwhile is not paid`() {
    var unbonding = Unbonding(delay: 100)
    unbonding.withdraw(Amount(credits: 5), at: Tick(10))
    unbonding.withdraw(Amount(credits: 3), at: Tick(50))
    #expect(unbonding.total == Amount(credits: 8))
    #expect(unbonding.release(at: Tick(109)) == .zero)
    // The latest goes first.
    #expect(unbonding.slash(Amount(credits: 4)) == Amount(credits: 4))
    #expect(unbonding.waiting.map(\.amount) == [Amount(credits: 4)])
    #expect(unbonding.release(at: Tick(110)) == Amount(credits: 4))
    #expect(unbonding.slash(Amount(credits: 1)) == .zero)
    #expect(unbonding.waiting.isEmpty)
  }

  @Test(arguments: UInt64(0)..<100)
  func `whatever is withdrawn is paid or slashed, once, and not before its time`(seed: UInt64) {
    var random = CounterStream(seed: seed, purpose: 84)
    var unbonding = Unbonding(delay: 50)
    var now: UInt64 = 0
    var (withdrawn, paid, slashed) = (Amount.zero, Amount.zero, Amount.zero)
    var early: [(due: UInt64, amount: Amount)] = []
    for _ in 0..<200 {
      now += UInt64(random.below(20))
      switch random.below(3) {
      case 0:
        let amount = Amount(micro: Int64(1 + random.below(1_000)))
        withdrawn += amount
        early.append((now + 50, amount))
        unbonding.withdraw(amount, at: Tick(now))
      case 1: slashed += unbonding.slash(Amount(micro: Int64(random.below(800))))
      default: paid += unbonding.release(at: Tick(now))
      }
      #expect(withdrawn == paid + slashed + unbonding.total)
      let due = early.filter { $0.due <= now }.reduce(Amount.zero) { $0 + $1.amount }
      #expect(paid <= due)
    }
    #expect(unbonding.release(at: .latest) == withdrawn - paid - slashed)
  }
}
