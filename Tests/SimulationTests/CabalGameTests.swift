import Incentives
import Quantities
import Simulation
import Testing

@Suite struct CabalGameTests {
  static func small(seed: UInt64) -> CabalGame.Settings {
    var random = CounterStream(seed: seed, purpose: 90)
    var settings = CabalGame.Settings()
    settings.seed = seed
    settings.scorerCount = 2 + random.below(12)
    settings.nodeCount = settings.scorerCount + 2 + random.below(20)
    settings.honestStake = 0.3 + 0.6 * random.unit()
    settings.majority = 0.3 + 0.4 * random.unit()
    settings.bondPenalty = random.below(3) == 0 ? 1 : random.unit()
    settings.dividendPart = random.below(3) == 0 ? 0.5 : random.unit()
    settings.stakeDeviation = random.unit()
    return settings
  }

  @Test(arguments: UInt64(0)..<200)
  func `the merge of sorted teams pays what an epoch of the consensus pays`(seed: UInt64) {
    let settings = Self.small(seed: seed)
    #expect(settings.fault == nil)
    var random = CounterStream(seed: seed, purpose: 91)
    let network = CabalNetwork(settings, weightDeviation: random.unit(), number: Int(seed))
    let (utility, selfWeight) = (random.unit(), random.below(5) == 0 ? 1 : random.unit())
    let weights = network.weights(utility: utility, selfWeight: selfWeight)
    let none = weights.map { $0.map { _ in 0.0 } }
    let epoch = settings.consensus.epoch(stakes: network.stakes, weights: weights, bonds: none)
    let dividends = epoch.dividends.prefix(network.honestScorerCount).reduce(0, +)
    let incentive = epoch.incentive.prefix(network.honestServerCount).reduce(0, +)
    let expected = settings.dividendPart * dividends + (1 - settings.dividendPart) * incentive
    let paid = network.honestEmission(utility: utility, selfWeight: selfWeight, settings)
    #expect(abs(paid - expected) < 1e-12)  // sums of up to a few hundred shares in another order
  }

  @Test(arguments: UInt64(0)..<50)
  func `stakes and weights keep the parts that the game gives them`(seed: UInt64) {
    let settings = Self.small(seed: seed)
    let network = CabalNetwork(settings, weightDeviation: 0.4, number: 3)
    #expect(abs(network.stakes.prefix(network.honestScorerCount).reduce(0, +) - settings.honestStake) < 1e-12)
    #expect(abs(network.stakes.reduce(0, +) - 1) < 1e-12)
    for (scorer, row) in network.weights(utility: 0.7, selfWeight: 0.9).enumerated() {
      let onHonest = row.prefix(network.honestServerCount).reduce(0, +)
      #expect(abs(onHonest - (scorer < network.honestScorerCount ? 0.7 : 0.1)) < 1e-12)
      #expect(abs(row.reduce(0, +) - 1) < 1e-12)
      #expect(row.allSatisfy { $0 >= 0 })
    }
  }

  @Test(arguments: UInt64(0)..<4)
  func `halving finds the least utility that a scan finds`(seed: UInt64) throws {
    var settings = CabalGame.Settings()
    settings.seed = seed
    settings.nodeCount = 128
    settings.scorerCount = 32
    let network = CabalNetwork(settings, weightDeviation: 0.3, number: 0)
    let game = CabalGame(settings)
    for selfWeight in [0, 0.3, 0.5, 0.8, 1] {
      let least = try #require(game.leastUtility(network, selfWeight: selfWeight))
      let kept = (0...500).map {
        network.honestEmission(utility: Double($0) / 500, selfWeight: selfWeight, settings) >= settings.honestStake
      }
      let first = try #require(kept.firstIndex(of: true))
      #expect(kept[first...].allSatisfy { $0 }, "once enough, more is enough")
      #expect(least <= Double(first) / 500 && least > Double(first - 1) / 500)
    }
  }

  // Without a spread of weights all honest scorers say the same, so that consensus is what they say: a cabal with 40 %
  // of stake gets what it is worth, and no less where it praises itself no more than that.
  @Test func `without a spread of weights the honest share is kept from a utility equal to it on`() {
    var settings = CabalGame.Settings()
    settings.weightDeviations = [0]
    settings.networkCount = 2
    for stake in [0.55, 0.6, 0.75] {
      settings.honestStake = stake
      let retention = CabalGame(settings).run().retentions[0]
      #expect(abs(retention.utility.mean - stake) < 0.005)
      #expect(retention.lostCount == 0)
    }
  }

  @Test func `below a majority of stake no utility keeps the honest share`() {
    var settings = CabalGame.Settings()
    settings.honestStake = 0.45
    settings.weightDeviations = [0.2]
    settings.networkCount = 1
    let retention = CabalGame(settings).run().retentions[0]
    #expect(retention.lostCount == 1)
    #expect(retention.utility.mean == 1)
  }

  // subtensor, docs/consensus.md, "Subjectivity variance": deviations of 0, 0.2 and 0.4 require 60, 67 and 73 %.
  @Test func `the published retention comes out within one point`() throws {
    var settings = CabalGame.Settings()
    settings.networkCount = 6
    var calls = 0
    let result = CabalGame(settings).run { done, all in
      calls += 1
      #expect(done == calls && all == 18)
    }
    #expect(calls == 18)
    for (retention, published) in zip(result.retentions, [0.60, 0.67, 0.73]) {
      #expect(abs(retention.utility.mean - published) < 0.01, "\(retention.weightDeviation): \(retention.utility.mean)")
      #expect(try #require(retention.utility.halfWidth) < 0.005)
      #expect(retention.curve.allSatisfy { $0.utility <= retention.utility.mean })
      #expect(retention.curve.count == 51)
    }
  }

  @Test func `settings out of bounds say what would be right`() {
    func fault(_ change: (inout CabalGame.Settings) -> Void) -> String? {
      var settings = CabalGame.Settings()
      change(&settings)
      return settings.fault
    }
    #expect(fault { _ in } == nil)
    #expect(fault { $0.scorerCount = 511 }?.contains("2 to 510") == true)
    #expect(fault { $0.nodeCount = 3 } != nil)
    #expect(fault { $0.honestStake = 1 } != nil)
    #expect(fault { $0.stakeDeviation = -0.1 } != nil)
    #expect(fault { $0.weightDeviations = [] } != nil)
    #expect(fault { $0.weightDeviations = [.nan] } != nil)
    #expect(fault { $0.majority = 0 } != nil)
    #expect(fault { $0.bondPenalty = 1.5 } != nil)
    #expect(fault { $0.dividendPart = .nan } != nil)
    #expect(fault { $0.selfWeightSteps = 0 } != nil)
    #expect(fault { $0.networkCount = 0 } != nil)
  }
}
