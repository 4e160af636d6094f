import Foundation
import Incentives
import Quantities
import Testing

/// Every mechanism as part of the rules: named, written, read back, and refused where it is out of bounds.
@Suite struct IncentiveTests {
  private static func bytes(_ incentive: Incentive) -> [UInt8] {
    var writer = CanonicalWriter()
    incentive.encode(into: &writer)
    return writer.bytes
  }

  private static func read(_ bytes: [UInt8]) throws -> Incentive {
    var reader = CanonicalReader(bytes)
    let incentive = try Incentive(decoding: &reader)
    try reader.finish()
    return incentive
  }

  private static var some: [Incentive] {
    var weighted = WeightedScoreWager()
    weighted.score = .logarithmic(least: 123)
    weighted.wager.share = 7
    var spherical = WeightedScoreWager()
    spherical.score = .spherical
    return Incentive.Kind.allCases.map { Incentive($0) } + [.weightedScore(weighted), .weightedScore(spherical)]
  }

  @Test(arguments: some)
  func `a mechanism reads back from its bytes, whose keys ascend`(incentive: Incentive) throws {
    #expect(incentive.fault == nil)
    let bytes = Self.bytes(incentive)
    #expect(try Self.read(bytes) == incentive)
    let value = try JSONSerialization.jsonObject(with: Data(bytes))
    let again = try JSONSerialization.data(withJSONObject: value, options: [.sortedKeys, .withoutEscapingSlashes])
    #expect(Array(again) == bytes)
    #expect(String(decoding: bytes, as: UTF8.self).contains("\"kind\":\"\(incentive.kind.rawValue)\""))
  }

  @Test(arguments: some, UInt64(0)..<10)
  func `changed bytes are refused or are another sound mechanism`(incentive: Incentive, seed: UInt64) throws {
    var random = CounterStream(seed: seed, purpose: 85)
    let bytes = Self.bytes(incentive)
    for _ in 0..<200 {
      var changed = bytes
      switch random.below(3) {
      case 0: changed[random.below(changed.count)] = UInt8(random.below(128))
      case 1: changed.removeLast(1 + random.below(changed.count))
      default: changed.insert(UInt8(0x30 + random.below(10)), at: random.below(changed.count))
      }
      guard let read = try? Self.read(changed) else { continue }
      #expect(read.fault == nil)
      #expect(Self.bytes(read) == changed, "there is one spelling for each mechanism")
    }
  }

  @Test func `settings out of bounds are named and do not read back`() throws {
    func changed<Mechanism>(_ mechanism: Mechanism, _ change: (inout Mechanism) -> Void) -> Mechanism {
      var mechanism = mechanism
      change(&mechanism)
      return mechanism
    }
    let faulty: [Incentive] = [
      .rewardAndSlash(changed(RewardAndSlash()) { $0.slash = .zero }),
      .weightedScore(changed(WeightedScoreWager()) { $0.wager.limit = .zero }),
      .weightedScore(changed(WeightedScoreWager()) { $0.wager.share = 0 }),
      .weightedScore(changed(WeightedScoreWager()) { $0.score = .logarithmic(least: 0) }),
      .noArbitrage(changed(NoArbitrageWager()) { $0.wager.limit = Amount(micro: .max) }),
      .kelly(changed(KellySettlement()) { $0.portion = 0 }),
      .kelly(changed(KellySettlement()) { $0.least = Billionths.one }),
      .slashing(changed(SlashingRule()) { $0.rate = .max }),
      .slashing(changed(SlashingRule()) { $0.threshold = 0 }),
      .slashing(changed(SlashingRule()) { $0.scoreRate = 0 }),
      .slashing(changed(SlashingRule()) { $0.pool = .max }),
      .market(changed(MarketSettlement()) { $0.subsidy = Amount(micro: -1) }),
      .market(changed(MarketSettlement()) { $0.least = 0 }),
      .contribution(changed(ContributionPay()) { $0.unit = .zero }),
      .stakeAndBurn(changed(StakeAndBurn()) { $0.clip = 0 }),
      .stakeAndBurn(changed(StakeAndBurn()) { $0.scoreWeight = .max }),
      .stakeAndBurn(changed(StakeAndBurn()) { $0.threshold = .zero }),
      .equalSplit(changed(EqualSplitReward()) { $0.pot = .zero }),
      .leaderboard(changed(LeaderboardBonus()) { $0.pot = Amount(credits: 1_000_001) }),
    ]
    for incentive in faulty {
      #expect(incentive.fault != nil)
      #expect(throws: CanonicalError.self) { try Self.read(Self.bytes(incentive)) }
    }
    #expect(Set(faulty.map(\.kind)) == Set(Incentive.Kind.allCases))
  }

  @Test func `the catalogue names every mechanism once, with its guarantee`() {
    let entries = IncentiveCatalogue.withOutcome + IncentiveCatalogue.withoutOutcome + IncentiveCatalogue.library
    #expect(IncentiveCatalogue.withOutcome.map(\.name) == Incentive.Kind.allCases.map(\.rawValue))
    #expect(IncentiveCatalogue.withoutOutcome.map(\.name) == UnresolvedRule.Kind.allCases.map(\.rawValue))
    #expect(Set(entries.map(\.name)).count == entries.count)
    #expect(entries.allSatisfy { !$0.summary.isEmpty && !$0.guarantee.isEmpty })
  }
}
