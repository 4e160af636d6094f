import Quantities
import Simulation
import Testing

@Suite struct StatisticsTests {
  // Tables of the t distribution, to three places.
  @Test(arguments: [
    (1.0, 12.706), (2, 4.303), (3, 3.182), (4, 2.776), (9, 2.262), (29, 2.045), (120, 1.980), (1e6, 1.960),
  ])
  func `the middle 95 % of Student's t is what tables say`(freedom: Double, quantile: Double) {
    #expect(abs(StudentT.middle95(freedom: freedom) - quantile) < 5.1e-4)
  }

  @Test func `two-sided p-values follow the closed forms for 1 and 2 degrees of freedom`() {
    // Cauchy: at t = 1 half of it lies outside. For 2: 1 - t / sqrt(2 + t²).
    #expect(abs(StudentT.twoSided(1, freedom: 1) - 0.5) < 1e-12)
    for t in [0.01, 0.5, 1, 3, 20, 1e4] {
      let expected = 1 - t / (2 + t * t).squareRoot()
      #expect(abs(StudentT.twoSided(t, freedom: 2) - expected) < 1e-10)
      #expect(StudentT.twoSided(-t, freedom: 2) == StudentT.twoSided(t, freedom: 2))
    }
    #expect(StudentT.twoSided(0, freedom: 7) == 1)
    #expect(StudentT.twoSided(.infinity, freedom: 7) == 0)
  }

  @Test func `an interval is what one finds by hand`() throws {
    let estimate = Estimate([2, 4, 6, 8])
    #expect(estimate.mean == 5)
    // s² = 20 / 3; t(0.975, 3) = 3.18245.
    #expect(abs(try #require(estimate.halfWidth) - 3.182_446 * (20.0 / 3).squareRoot() / 2) < 1e-5)
    #expect(estimate.hasSign == true)
    #expect(Estimate([-1, 0, 3]).hasSign == false)
    #expect(Estimate([7]).halfWidth == nil)
    #expect(Estimate([0.1, 0.1, 0.1]).halfWidth == 0)
  }

  @Test func `pairs find a difference that independent runs hide`() throws {
    let first = [1.0, 5, 9, 13]
    let second = [1.5, 5.4, 9.6, 13.5]
    let paired = Difference(of: second, to: first, isPaired: true)
    #expect(abs(paired.mean - 0.5) < 1e-12)
    // Differences .5 .4 .6 .5: s² = 0.02 / 3, error 0.0408248.
    #expect(abs(try #require(paired.halfWidth) - 3.182_446 * 0.040_824_829) < 1e-6)
    #expect(try #require(paired.pValue) < 0.01)
    let welch = Difference(of: second, to: first, isPaired: false)
    #expect(try #require(welch.pValue) > 0.8)
    #expect(welch.test == .welch)
  }

  @Test func `Welch's test counts degrees of freedom as Welch did`() throws {
    // Means 2 and 5, variances 1 and 4, three runs each: t = 3 / √(5/3), ν = (5/3)² / ((1/9 + 16/9) / 2) = 50/17.
    let difference = Difference(of: [3, 5, 7], to: [1, 2, 3], isPaired: false)
    let (error, freedom) = ((5.0 / 3).squareRoot(), 50.0 / 17)
    #expect(difference.mean == 3)
    #expect(abs(try #require(difference.pValue) - StudentT.twoSided(3 / error, freedom: freedom)) < 1e-12)
    #expect(abs(try #require(difference.halfWidth) - StudentT.middle95(freedom: freedom) * error) < 1e-12)
  }

  @Test func `single runs are not judged`() {
    #expect(Difference(of: [1], to: [2], isPaired: true).test == .none)
    #expect(Difference(of: [1], to: [2, 3], isPaired: false).pValue == nil)
    #expect(Difference(of: [1], to: [2], isPaired: true).mean == -1)
  }

  @Test func `Holm's method raises p-values as in its paper`() {
    let adjusted = Difference.holm([0.01, 0.04, 0.03, 0.005])
    for (found, expected) in zip(adjusted, [0.03, 0.06, 0.06, 0.02]) { #expect(abs(found - expected) < 1e-15) }
    #expect(Difference.holm([0.9, 0.8]) == [1, 1])
    #expect(Difference.holm([]) == [])
  }

  private func side(_ name: String, seed: UInt64, _ values: [Measure: [Double]]) -> RunComparison.Side {
    let keys = Measure.allCases.filter { values[$0] != nil }
    return .init(
      name: name, seed: seed, series: keys.map { FigureSeries(key: .init($0), values: values[$0] ?? []) })
  }

  @Test func `a comparison tells effect from noise and knows which way is better`() throws {
    let base: [Measure: [Double]] = [
      .consensusLogLoss: [0.50, 0.61, 0.55, 0.58], .honestReturn: [0.1, 0.3, 0.2, 0.1], .treasury: [5, 6, 7, 8],
      .questionsClosed: [10, 10, 10, 10],
    ]
    let other: [Measure: [Double]] = [
      .consensusLogLoss: [0.40, 0.512, 0.449, 0.481], .honestReturn: [0.2, 0.1, 0.3, 0.1],
      .treasury: [6.01, 7, 8.01, 9],
      .questionsClosed: [10, 10, 10, 10],
    ]
    let comparison = RunComparison(sides: [side("a", seed: 1, base), side("b", seed: 1, other)])
    let verdicts = Dictionary(uniqueKeysWithValues: comparison.rows.map { ($0.key.measure, $0.verdict) })
    #expect(verdicts[.consensusLogLoss] == .better)
    #expect(verdicts[.honestReturn] == .noise)
    #expect(verdicts[.treasury] == .differs)
    #expect(verdicts[.questionsClosed] == .same)
    #expect(comparison.rows.allSatisfy { $0.difference.test == .paired })
    #expect(comparison.method.contains("paired t test"))
    let apart = RunComparison(sides: [side("a", seed: 1, base), side("b", seed: 2, other)])
    #expect(apart.rows.allSatisfy { $0.difference.test == .welch })
    #expect(apart.rows.first { $0.key.measure == .treasury }?.verdict == .noise)
  }

  @Test func `pairs are compared over the replicates that both have`() throws {
    let comparison = RunComparison(sides: [
      side("a", seed: 1, [.treasury: [1, 2, 3, 100]]), side("b", seed: 1, [.treasury: [2, 3.5, 4]]),
    ])
    let row = try #require(comparison.rows.first)
    #expect(row.first.mean == 2)
    #expect(abs(row.difference.mean - (row.second.mean - row.first.mean)) < 1e-12)
  }
}
