import Incentives
import Quantities
import Testing

/// Each bad example has a test that shows its flaw: what the others are for.
@Suite struct BadExampleTests {
  private static func paid(_ mechanism: some IncentiveMechanism, _ reports: [[UInt32]], _ truth: Int) -> [Int64] {
    let members = reports.map { _ in Member(standing: Standing(), free: Amount(credits: 100)) }
    let terms = mechanism.terms(for: members, classCount: reports[0].count)
    return mechanism.settle(
      question(
        reports, stakes: terms.map(\.stake.micro), rewards: terms.map(\.reward.micro), outcome: .class(truth)),
      standings: newcomers(reports.count)
    ).payments.map(\.micro)
  }

  @Test func `equal parts pay any answer, and two names twice`() {
    let honest = report([0.7, 0.3])
    let other = report([0.5, 0.5])
    for truth in 0..<2 {
      #expect(Self.paid(EqualSplitReward(), [honest, other, other], truth) == [10_000_000, 10_000_000, 10_000_000])
      let split = Self.paid(EqualSplitReward(), [honest, honest, other, other], truth)
      #expect(split[0] + split[1] == 15_000_000)
    }
  }

  @Test func `a leaderboard pays exaggeration more than honesty`() {
    // Two rivals report somewhere between 0.5 and 0.9, each equally likely; the belief is 0.6.
    let rivals = stride(from: 0.5, through: 0.9, by: 0.1).map { report([$0, 1 - $0]) }
    func expected(_ share: Double) -> Double {
      var sum = 0.0
      for a in rivals {
        for b in rivals {
          let reports = [report([share, 1 - share]), a, b]
          sum += 0.6 * Double(Self.paid(LeaderboardBonus(), reports, 0)[0])
          sum += 0.4 * Double(Self.paid(LeaderboardBonus(), reports, 1)[0])
        }
      }
      return sum
    }
    #expect(expected(1) > 1.5 * expected(0.6))
    #expect(Self.paid(LeaderboardBonus(), [rivals[0], rivals[4], rivals[4]], 0) == [0, 15_000_000, 15_000_000])
  }

  @Test func `reward and slash pays a guess as much as certainty`() {
    let rule = RewardAndSlash()
    #expect(
      Self.paid(rule, [report([0.51, 0.49]), report([1, 0])], 0) == [10_000_000, 10_000_000])
  }
}
