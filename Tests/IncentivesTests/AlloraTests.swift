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
}
