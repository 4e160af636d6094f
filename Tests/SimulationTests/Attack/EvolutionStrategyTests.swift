import Quantities
import Simulation
import Testing

@Suite struct EvolutionStrategyTests {
  private func best(
    of value: ([Double]) -> Double, from start: [Double], step: Double = 0.5, generations: Int, seed: UInt64 = 1
  ) -> [Double] {
    var strategy = EvolutionStrategy(mean: start, step: step, random: CounterStream(seed: seed))
    for _ in 0..<generations { strategy.learn(strategy.draw().map(value)) }
    return strategy.mean
  }

  @Test(arguments: UInt64(1)...5)
  func `climbs to the top of a long ridge that lies across the axes`(seed: UInt64) {
    // A thousand times as steep across the ridge as along it, turned by 45 degrees.
    let top = best(
      of: { x in
        let along = x[0] + x[1] - 2
        let across = x[0] - x[1]
        return -(along * along + 1_000 * across * across)
      }, from: [-1, 2], generations: 150, seed: seed)
    #expect(abs(top[0] - 1) < 1e-4)
    #expect(abs(top[1] - 1) < 1e-4)
  }

  @Test(arguments: UInt64(1)...5)
  func `follows the bent valley of Rosenbrock in four dimensions`(seed: UInt64) {
    let top = best(
      of: { x in
        (0..<3).reduce(0.0) { sum, i in
          let bend = x[i + 1] - x[i] * x[i]
          return sum - 100 * bend * bend - (1 - x[i]) * (1 - x[i])
        }
      }, from: [0, 0, 0, 0], generations: 600, seed: seed)
    for x in top { #expect(abs(x - 1) < 1e-3) }
  }

  @Test func `looks at ranks alone`() {
    let plain = best(of: { -$0[0] * $0[0] - $0[1] * $0[1] }, from: [3, 4], generations: 20)
    let bent = best(of: { FixedMath.exp(-$0[0] * $0[0] - $0[1] * $0[1]) }, from: [3, 4], generations: 20)
    #expect(plain == bent)
  }

  @Test func `needs one number at least, and gets along with one`() {
    #expect(abs(best(of: { -abs($0[0] - 0.25) }, from: [5], generations: 80)[0] - 0.25) < 1e-4)
  }

  @Test func `stands still where everything is alike, and stays finite`() {
    let end = best(of: { _ in 0 }, from: [0.5, 0.5, 0.5], generations: 200)
    for x in end { #expect(x.isFinite) }
  }
}
