import Incentives
import Testing

/// The numbers are those of the Allora chain's unit tests.
@Suite struct AlloraTests {
  @Test func `reputers share by stake and score`() {
    let shares = AlloraRewards.reputerShares(
      stakes: [1_178_377.89152, 385_287.87376, 395_488.13091, 208_201.11762, 369_044.55988],
      scores: [17.53839, 22.63517, 26.28035, 13.51383, 15.08629])
    for (share, expected) in zip(shares, [0.42911, 0.18108, 0.2158, 0.05842, 0.1156]) {
      #expect(abs(share - expected) < 1e-5)
    }
  }

  @Test(arguments: [
    (centre: 0.75, steepness: 2.0, x: 1.0, slope: 1.2449186624037092), (0.75, 10, 3, 9.999999998308102),
    (0.75, 9.2, 3.4, 9.199999999762486),
  ])
  func `the softened score has the chain's slope`(centre: Double, steepness: Double, x: Double, slope: Double) {
    #expect(abs(AlloraRewards.softenedSlope(x, steepness: steepness, centre: centre) - slope) < 1e-9)
    let step = 1e-6
    let rise =
      AlloraRewards.softened(x + step, steepness: steepness, centre: centre)
      - AlloraRewards.softened(x - step, steepness: steepness, centre: centre)
    #expect(abs(rise / (2 * step) - slope) < 1e-6)
  }

  @Test func `entropies, counts and rewards of tasks are those of the chain`() {
    #expect(abs(AlloraRewards.entropy([0.2, 0.3, 0.5], effective: 0.75, count: 3) - 0.7280746285142276) < 1e-12)
    #expect(abs(AlloraRewards.effectiveCount([0.2, 0.3, 0.4, 0.5, 0.6, 0.7]) - 0.7194244604316546) < 1e-12)
    #expect(AlloraRewards.normalisation(inference: 4, forecast: 6, forecastPart: 0.5) == 2)
    let rewards = AlloraRewards.taskRewards(total: 2, inference: 2, forecast: 2, reputer: 4, forecastPart: 0.5)
    #expect(rewards == (0.5, 0.5, 1))
    #expect(
      AlloraRewards.taskRewards(total: 2, inference: 4, forecast: 2, reputer: 2, forecastPart: 0.5).reputer == 0.5)
    let score = AlloraRewards.workerScore(
      oneIn: 0.07300629674057668, oneOut: -0.009510726019112292, weight: 0.0625)
    #expect(abs(score - -0.004353412096631731) < 1e-12)
  }

  @Test func `workers with equal scores share equally, and better ones get more`() {
    #expect(AlloraRewards.workerShares([0.1, 0.1], spread: 0) == [0.5, 0.5])
    let shares = AlloraRewards.workerShares([-1, 0, 1], spread: 0.8)
    #expect(shares[0] < shares[1] && shares[1] < shares[2])
    #expect(abs(shares.reduce(0, +) - 1) < 1e-15)
    #expect(AlloraRewards.workerShares([-1e6, 1e6], spread: 0.02).allSatisfy { $0.isFinite })
  }

  @Test func `forecast losses imply the chain's inferences`() throws {
    func implied(_ inferences: [Double], _ forecasts: [Double?]) -> Double? {
      AlloraForecasts.impliedInference(
        inferences, forecasts: forecasts, networkLoss: 0.5, steepness: 2, epsilon: 1e-4)
    }
    #expect(abs(try #require(implied([1, 2], [3, 4])) - 1.0558412537421773) < 1e-12)
    #expect(abs(try #require(implied([1, 2, 3], [4, 5, 6])) - 1.149124717287201) < 1e-12)
    #expect(implied([1, 2], [nil, 4]) == 2)
    #expect(implied([1, 2], [nil, nil]) == nil)
  }

  @Test func `forecasting's part of the pay is a tenth to a half`() {
    for (performance, part) in [(-0.1, 0.1), (1.1, 0.5), (0.125, 0.2)] {
      #expect(abs(AlloraForecasts.utility(performance: performance, infererScores: [0.5, 0.5]) - part) < 1e-15)
    }
    #expect(AlloraForecasts.utility(performance: 0, infererScores: [-1, 0]) == 0.5)
    #expect(AlloraForecasts.utility(performance: -3, infererScores: [-1]) == 0.1)
    let smoothed = AlloraForecasts.utility(performance: 0.5, infererScores: [0.5], previous: 0.5, step: 0.5)
    #expect(abs(smoothed - 0.4) < 1e-15)
    #expect(AlloraForecasts.performance(naiveLoss: 1000, networkLoss: 100) == 900)
  }

  @Test func `losses are averaged by stake over those who report them`() {
    let means = AlloraScores.stakeWeightedLosses(
      stakes: [1, 1, 1], losses: [[1, 2, 3, nil], [2, nil, 5, nil], [nil, nil, 1, nil]])
    #expect(means == [1.5, 2, 3, nil])
    #expect(AlloraScores.stakeWeightedLoss(stakes: [3, 1], losses: [1, 5]) == 2)
    let adjusted = AlloraScores.adjustedStakes([50_000, 100_000, 150_000], listening: [0.25, 0.18, 0.63])
    #expect(zip(adjusted, [0.3, 0.432, 1]).allSatisfy { abs($0 - $1) < 1e-12 })
  }

  @Test func `reputers near the consensus score more, and silence scores as the lowest report`() {
    // By hand: the consensus is (3, 4), of length 5; the rows lie 0, 5 and 5 from it.
    let scores = AlloraScores.consensusScores(
      losses: [[3, 4], [6, 8], [0, 0]], stakes: [1, 1, 1], listening: [1, 1, 1], tolerance: 0.01)
    #expect(zip(scores, [100, 1 / 1.01, 1 / 1.01]).allSatisfy { abs($0 - $1) < 1e-9 })
    let silent = AlloraScores.consensusScores(
      losses: [[3, 4], [6, 8], [nil, 2]], stakes: [1, 1, 1], listening: [1, 1, 1])
    let spoken = AlloraScores.consensusScores(
      losses: [[3, 4], [6, 8], [nil, 2], [3, 2]], stakes: [1, 1, 1, 0], listening: [1, 1, 1, 1])
    #expect(silent[2] == spoken[3] && silent[2] == spoken[2] && silent[0] > silent[2])
    let nothing = AlloraScores.consensusScores(losses: [[0], [0]], stakes: [1, 2], listening: [1, 1])
    #expect(nothing == [100, 100])
  }

  @Test func `averages, spreads and percentiles are those of the chain`() {
    #expect(AlloraStatistics.movingAverage(300, previous: 200, step: 0.1) == 210)
    #expect(AlloraStatistics.movingAverage(300, previous: nil, step: 0.1) == 300)
    #expect(AlloraStatistics.regret(networkLoss: 500, workerLoss: 200, previous: 200, step: 0.1) == 210)
    let values = [-0.00675, -0.00622, -0.01502, -0.01214, 0.00392, 0.00559, 0.0438, 0.04304, 0.09719, 0.09675]
    #expect(abs(AlloraStatistics.deviation(values) - 0.04323473788517747) < 1e-15)
    #expect(AlloraStatistics.deviation([7]) == 0)
    #expect(abs(AlloraStatistics.sigmoid(-4) - 0.01798621) < 1e-8)
    #expect(AlloraStatistics.sigmoid(-1e4) == 0 && AlloraStatistics.sigmoid(1e4) == 1)
    let quantiles: [(Double, Double)] = [
      (10, 50.0 / 3), (25, 27), (50, 38.57142857142857), (75, 47.22222222222222), (90, 50),
    ]
    for (percent, quantile) in quantiles {
      // In any order, and with a value that has no weight.
      let found = AlloraStatistics.percentile(
        [50, 10, 99, 30, 20, 40], weights: [0.5, 0.1, 0, 0.3, 0.2, 0.4], percent: percent)
      #expect(abs(found - quantile) < 1e-12)
    }
    #expect([0.0, 50, 100].map { AlloraStatistics.percentile([3], weights: [2], percent: $0) } == [3, 3, 3])
  }

  @Test func `shares add up to one, and are equal where there is nothing to share by`() {
    #expect(AlloraRewards.shares([2, 3, 5]) == [0.2, 0.3, 0.5])
    #expect(AlloraRewards.shares([0, 0]) == [0.5, 0.5])
    #expect(AlloraRewards.shares([]).isEmpty)
  }
}
