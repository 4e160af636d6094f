import Quantities
import Simulation
import Testing

@Suite struct DistributionTests {
  private static func draws(_ distribution: Distribution, count: Int, seed: UInt64 = 7) -> [Double] {
    var random = CounterStream(seed: seed)
    return (0..<count).map { _ in distribution.sample(from: &random) }
  }

  typealias Moments = (distribution: Distribution, mean: Double, deviation: Double)

  @Test(
    arguments: [
      (.uniform(2, 5), 3.5, 0.8660),
      (.normal(mean: 1, deviation: 2, least: -100, most: 100), 1, 2),
      (.beta(2, 6), 0.25, 0.1443),
      (.beta(0.5, 0.5), 0.5, 0.3536),
      (.beta(0.01, 0.03), 0.25, 0.4246),
      (.exponential(mean: 4), 4, 4),
      (.choice([1, 2, 6]), 3, 2.1602),
      (.constant(3), 3, 0),
    ] as [Moments])
  func `draws have the mean and the deviation of their distribution`(
    distribution: Distribution, mean: Double, deviation: Double
  ) {
    let values = Self.draws(distribution, count: 100_000)
    let found = values.reduce(0, +) / Double(values.count)
    let square = values.reduce(0) { $0 + ($1 - found) * ($1 - found) } / Double(values.count)
    // Five deviations of the mean of 100,000 draws; the deviation's own is at most about 0.7 % of it here.
    #expect(abs(found - mean) <= 5 * deviation / Double(values.count).squareRoot())
    #expect(abs(square.squareRoot() - deviation) <= 0.02 * deviation + 1e-4)
  }

  private static func normal(_ x: Double) -> Double { FixedMath.exp(-x * x / 2) / (2 * Double.pi).squareRoot() }

  // The distribution function of the standard normal, by Simpson's rule from -8.
  private static func cumulativeNormal(_ x: Double) -> Double {
    let steps = 400
    let width = (x + 8) / Double(steps)
    guard width > 0 else { return 0 }
    var sum = normal(-8) + normal(x)
    for i in 1..<steps { sum += (i.isMultiple(of: 2) ? 2 : 4) * normal(-8 + Double(i) * width) }
    return sum * width / 3
  }

  typealias Shape = (distribution: Distribution, cumulative: @Sendable (Double) -> Double)

  @Test(arguments: 0..<6)
  func `draws follow the distribution function everywhere`(index: Int) {
    let shapes: [Shape] = [
      (.uniform(-1, 3), { ($0 + 1) / 4 }),
      (.exponential(mean: 2), { 1 - FixedMath.exp(-$0 / 2) }),
      (.beta(1, 3), { 1 - (1 - $0) * (1 - $0) * (1 - $0) }),
      (.beta(2, 2), { $0 * $0 * (3 - 2 * $0) }),
      (.beta(4, 1), { $0 * $0 * $0 * $0 }),
      (.normal(mean: 3, deviation: 0.5, least: -9, most: 9), { DistributionTests.cumulativeNormal(($0 - 3) / 0.5) }),
    ]
    let shape = shapes[index]
    let values = Self.draws(shape.distribution, count: 10_000).sorted()
    var distance = 0.0
    for (i, value) in values.enumerated() {
      let expected = shape.cumulative(value)
      distance = max(distance, abs(expected - Double(i) / 10_000), abs(Double(i + 1) / 10_000 - expected))
    }
    // Kolmogorov and Smirnov: 1.95 / sqrt(n) is passed by chance once in a thousand.
    #expect(distance < 1.95 / 100)
  }

  @Test func `a normal draw stays within its bounds and reaches both`() {
    let values = Self.draws(.normal(mean: 0.5, deviation: 0.4, least: 0, most: 1), count: 5_000)
    #expect(values.min() == 0)
    #expect(values.max() == 1)
  }

  // Written down once; any machine, build mode or new way to draw must come to the same.
  private static let pinned: [UInt64] = [
    4_599_117_944_471_005_544, 4_607_619_512_965_058_966, 4_592_747_298_001_048_288, 4_602_994_514_013_665_792,
    4_600_157_011_805_954_552, 4_613_937_818_241_073_152,
  ]

  @Test func `draws have these bits on every machine`() {
    let distributions: [Distribution] = [
      .uniform(0, 1), .normal(mean: 0, deviation: 1, least: -9, most: 9), .beta(0.3, 2), .beta(5, 3),
      .exponential(mean: 1), .choice([2, 3, 5, 7]),
    ]
    let bits = distributions.map { Self.draws($0, count: 3, seed: 42)[2].bitPattern }
    #expect(bits == Self.pinned)
  }

  @Test(
    arguments: [
      .uniform(2, 1), .uniform(0, .infinity), .normal(mean: 0, deviation: -1, least: 0, most: 1),
      .normal(mean: 0, deviation: 1, least: 1, most: 0), .beta(0, 1), .beta(1, .nan), .exponential(mean: -1),
      .choice([]),
      .choice([1, .nan]), .constant(.infinity),
    ] as [Distribution])
  func `parameters that nothing can be drawn from are named`(distribution: Distribution) {
    #expect(distribution.fault != nil)
  }

  @Test func `a population refuses such parameters where they stand`() {
    var scenario = Scenario()
    scenario.groups = [Group(name: "a")]
    scenario.groups[0].joins = .uniform(5, 1)
    #expect(
      throws: PopulationError.setting(
        path: "groups.a.joins", fault: "a uniform distribution from 5.0 down to 1.0: swap the two")
    ) {
      try Population(scenario, replicate: 0)
    }
  }
}
