import Quantities
import Simulation
import Testing

@Suite struct EstimateTests {
  typealias Case = (count: Int, factor: Double)

  // Quantiles of Student's t at 97.5 % from printed tables, to three places.
  @Test(
    arguments: [
      (count: 2, factor: 12.706), (count: 3, factor: 4.303), (count: 6, factor: 2.571), (count: 11, factor: 2.228),
      (count: 31, factor: 2.042), (count: 61, factor: 2.000), (count: 121, factor: 1.980),
    ] as [Case])
  func `has the intervals of Student's t`(count: Int, factor: Double) throws {
    let estimate = Estimate((0..<count).map { Double($0) })
    let error = try #require(estimate.deviation) / Double(count).squareRoot()
    let halfWidth = try #require(estimate.halfWidth)
    #expect(abs(halfWidth / error - factor) < 6e-4)
  }

  @Test func `tests one side`() throws {
    // t = 2.228 with 10 degrees of freedom lies at 2.5 %.
    let values = (0..<11).map { Double($0) - 5 }
    let spread = Estimate(values)
    let shift = 2.228 * (try #require(spread.deviation)) / 11.0.squareRoot()
    let estimate = Estimate(values.map { $0 + shift })
    #expect(abs(estimate.chanceIfZero - 0.025) < 1e-4)
    #expect(abs(Estimate(values.map { $0 - shift }).chanceIfZero - 0.975) < 1e-4)
    #expect(estimate.isAboveZero)
  }

  @Test func `is sure of what never varies, and of nothing from a single replicate`() {
    #expect(Estimate([2, 2, 2]).chanceIfZero == 0)
    #expect(Estimate([0, 0, 0]).chanceIfZero == 1)
    #expect(Estimate([7]).chanceIfZero == 1)
    #expect(Estimate([7]).halfWidth == nil)
  }

  @Test func `is wrong once in twenty where there is nothing`() {
    var random = CounterStream(seed: 3)
    var alarms = 0
    for _ in 0..<4_000 {
      let values = (0..<8).map { _ in (0..<12).reduce(-6.0) { sum, _ in sum + random.unit() } }
      if Estimate(values).isAboveZero { alarms += 1 }
    }
    // 200 expected, with a standard deviation of 14.
    #expect((150...250).contains(alarms))
  }
}
