import Foundation
import Incentives
import Quantities
import Testing

@Suite struct ScoringRuleTests {
  static let rules: [ScoringRule] = [.brier, .logarithmic(least: 20_000_000), .spherical]

  /// The expected score of `report` under `belief`, from scores on the grid.
  private static func expected(_ rule: ScoringRule, _ belief: [UInt32], _ report: [UInt32]) -> Double {
    belief.indices.reduce(0) { $0 + Double(belief[$1]) * Double(rule.score(report[...], truth: $1)) }
  }

  @Test(arguments: rules, [2, 3])
  func `the honest report expects the most, and every other less`(rule: ScoringRule, classCount: Int) {
    // Beliefs and reports in steps of a twentieth; below the logarithm's floor of 2 % there is but zero.
    let points = grid(classCount, parts: 20)
    for belief in points where belief.allSatisfy({ $0 > 0 }) {
      let honest = Self.expected(rule, belief, belief)
      for other in points where other != belief { #expect(Self.expected(rule, belief, other) < honest) }
    }
  }

  @Test func `with a floor, honesty is a best report for beliefs below it as well`() {
    let rule = ScoringRule.logarithmic(least: 100_000_000)
    let points = grid(3, parts: 40)
    for belief in points where belief.contains(where: { $0 < 100_000_000 }) {
      let honest = Self.expected(rule, belief, belief)
      // One billionth of rounding in each of three scores.
      for other in points { #expect(Self.expected(rule, belief, other) <= honest + 3e9) }
    }
  }

  typealias Case = (rule: ScoringRule, report: [Double], truth: Int, score: Double)

  @Test(
    arguments: [
      (.brier, [1, 0], 0, 1), (.brier, [1, 0], 1, 0), (.brier, [0.5, 0.5], 0, 0.75),
      (.brier, [0.8, 0.2], 0, 0.96), (.brier, [0.8, 0.2], 1, 0.36),
      (.spherical, [1, 0], 0, 1), (.spherical, [0, 1], 0, 0), (.spherical, [0.6, 0.8 - 0.4], 0, 0.83205029),
      (.logarithmic(least: 10_000_000), [0.1, 0.9], 0, 0.5),  // half the way from 1 % to 1, in logarithms
      (.logarithmic(least: 10_000_000), [0, 1], 0, 0), (.logarithmic(least: 10_000_000), [0.005, 0.995], 0, 0),
      (.brier, [1], 0, 1), (.logarithmic(least: 10_000_000), [1], 0, 1), (.spherical, [1], 0, 1),
    ] as [Case])
  func `scores are what the formulas say`(rule: ScoringRule, report shares: [Double], truth: Int, score: Double) {
    #expect(abs(Double(rule.score(report(shares)[...], truth: truth)) / 1e9 - score) < 2e-9 + 1e-8)
  }

  @Test(arguments: UInt64(0)..<200)
  func `the Brier score is exact`(seed: UInt64) {
    var random = CounterStream(seed: seed, purpose: 60)
    let report = someReport(2 + random.below(6), using: &random)
    for truth in report.indices {
      // The loss in 128 bits, times what is needed for 1 - B/2 in billionths.
      let loss = report.enumerated().reduce(UInt128(0)) { sum, cell in
        let distance = cell.offset == truth ? 1_000_000_000 - UInt128(cell.element) : UInt128(cell.element)
        return sum + distance * distance
      }
      let exact = (2_000_000_000_000_000_000 - loss) / 2_000_000_000
      #expect(UInt128(ScoringRule.brier.score(report[...], truth: truth)) == exact)
    }
  }

  @Test(arguments: UInt64(0)..<300)
  func `the projection is the member of the floored set that is nearest by divergence`(seed: UInt64) {
    var random = CounterStream(seed: seed, purpose: 61)
    let classCount = 2 + random.below(5)
    let least = UInt32(1 + random.below(1_000_000_000 / classCount))
    let report = someReport(classCount, using: &random)
    let projected = FlooredSimplex.project(report[...], least: least)
    #expect(projected.reduce(UInt64(0)) { $0 + UInt64($1) } == 1_000_000_000)
    #expect(projected.allSatisfy { $0 >= least })
    #expect(FlooredSimplex.project(projected[...], least: least) == projected)
    if report.allSatisfy({ $0 >= least }) { #expect(projected == report) }
    // Σ p ln q is the part of the divergence that depends on q: no step between two classes makes it larger.
    func gain(_ q: [Double]) -> Double {
      zip(report, q).reduce(0) { $0 + (Double($1.0) == 0 ? 0 : Double($1.0) / 1e9 * log($1.1)) }
    }
    let here = projected.map { Double($0) / 1e9 }
    for (from, to) in [(0, 1), (1, 0), (0, classCount - 1), (classCount - 1, 0)] where from != to {
      var moved = here
      let step = min(1e-3, here[from] - Double(least) / 1e9)
      moved[from] -= step
      moved[to] += step
      #expect(gain(moved) <= gain(here) + 1e-8)
    }
  }

  struct Vectors: Decodable {
    struct Wager: Decodable {
      let log: [Double]
      let brier01: [Double]
      let spherical: [Double]
      let label: Int
    }
    let probs: [[[Double]]]
    let wager: Wager
  }

  @Test(.enabled(if: SharedVectors.has("mechanism_vectors.json"), Comment(rawValue: SharedVectors.absent)))
  func `scores agree with the reference vectors`() throws {
    let vectors = try SharedVectors.read("mechanism_vectors.json", as: Vectors.self)
    let wager = vectors.wager
    for (i, shares) in vectors.probs[0].enumerated() {
      let report = report(shares)[...]
      func score(_ rule: ScoringRule) -> Double { Double(rule.score(report, truth: wager.label)) / 1e9 }
      // The grid is a billionth wide.
      #expect(abs(score(.brier) - wager.brier01[i]) < 2e-9)
      #expect(abs(score(.spherical) - wager.spherical[i]) < 2e-9)
      #expect(abs((score(.logarithmic(least: 100_000)) - 1) * log(1e4) - wager.log[i]) < 2e-8)
    }
  }
}
