import Consensus
import Foundation
import Incentives
import Quantities
import Testing

/// What every mechanism promises whose models wager among themselves.
@Suite struct WagerTests {
  static let kinds: [Incentive.Kind] = [.weightedScore, .noArbitrage, .kelly]

  static func scored(_ rule: ScoringRule) -> Incentive {
    var wager = WeightedScoreWager()
    wager.score = rule
    return .weightedScore(wager)
  }

  static let all = kinds.map { Incentive($0) } + [scored(.spherical), scored(.logarithmic(least: 1_000_000))]
  static let belief = report([0.6, 0.3, 0.1])

  @Test(arguments: all, UInt64(0)..<40)
  func `payments stay within stakes, and the treasury never pays`(mechanism: Incentive, seed: UInt64) {
    var random = CounterStream(seed: seed, purpose: 62)
    let (count, classCount) = (1 + random.below(8), 1 + random.below(5))
    let scale = [1, 1_000, 1_000_000_000, 1_000_000_000_000_000][random.below(4)]
    let stakes = (0..<count).map { _ in random.below(5) == 0 ? Int64(0) : Int64(random.below(1_000) * scale) }
    let reports = (0..<count).map { _ in someReport(classCount, using: &random) }
    for truth in 0..<classCount {
      let paid = payments(mechanism, reports, stakes: stakes, truth: truth)
      for (payment, stake) in zip(paid, stakes) { #expect(payment >= -stake) }
      let sum = paid.reduce(0, +)
      #expect(mechanism.kind == .noArbitrage ? sum <= 0 : sum == 0)
    }
  }

  @Test(arguments: UInt64(0)..<200)
  func `each net is the exact one, rounded by less than a unit`(seed: UInt64) {
    var random = CounterStream(seed: seed, purpose: 68)
    // In 64 bits and in 128.
    let stakeMax = seed % 2 == 0 ? 300_000_000 : 300_000_000_000
    let stakes = (0..<1 + random.below(30)).map { _ in Int64(random.below(stakeMax)) }
    let scores = stakes.map { _ in UInt32(random.below(1_000_000_001)) }
    let nets = WeightedScoreWager.nets(stakes.map(Amount.init(micro:)), scores: scores).map(\.micro)
    #expect(nets.reduce(0, +) == 0)
    let pot = Int128(stakes.reduce(0, +))
    let weighted = zip(stakes, scores).reduce(Int128(0)) { $0 + Int128($1.0) * Int128($1.1) }
    for (i, net) in nets.enumerated() where pot > 0 {
      // Both sides times pot and a billion.
      let exact = Int128(stakes[i]) * (Int128(scores[i]) * pot - weighted)
      #expect((exact - Int128(net) * pot * 1_000_000_000).magnitude < UInt128(pot) * 1_000_000_000)
    }
  }

  @Test(arguments: all)
  func `without a class stakes go back`(mechanism: Incentive) {
    let reports = [report([1, 0]), report([0, 1])]
    let judged = Outcome.judged([Judgement(seat: Seat(0), isRight: true), Judgement(seat: Seat(1), isRight: false)])
    for outcome in [Outcome.never, judged] {
      let settled = mechanism.settle(question(reports, stakes: [5, 5], outcome: outcome), standings: newcomers(2))
      #expect(settled.payments == [.zero, .zero])
    }
  }

  @Test(arguments: [Incentive(.weightedScore), Incentive(.noArbitrage), scored(.spherical)])
  func `honesty expects the most among all reports on a grid`(mechanism: Incentive) {
    let others = [report([0.2, 0.5, 0.3]), report([0.7, 0.2, 0.1])]
    let stakes: [Int64] = [1_000_000_000_000, 700_000_000_000, 1_900_000_000_000]
    let honest = expectation(mechanism, belief: Self.belief, [Self.belief] + others, stakes: stakes)
    for other in grid(3, parts: 20) where other != Self.belief {
      #expect(expectation(mechanism, belief: Self.belief, [other] + others, stakes: stakes) < honest)
    }
  }

  @Test func `a full Kelly bet by the belief grows the stake's logarithm most, at a price that one does not move`() {
    let mechanism = Incentive(.kelly)
    let stakes: [Int64] = [1_000_000, 1_000_000_000_000]
    func growth(_ own: [UInt32]) -> Double {
      (0..<3).reduce(0) { sum, truth in
        let paid = payments(mechanism, [own, report([0.2, 0.5, 0.3])], stakes: stakes, truth: truth)[0]
        return sum + Double(Self.belief[truth]) / 1e9 * log(1 + Double(paid) / 1e6)
      }
    }
    for other in grid(3, parts: 20) where other != Self.belief { #expect(growth(other) < growth(Self.belief)) }
  }

  @Test func `with a fraction of the Kelly bet honesty is not the best report`() {
    var kelly = KellySettlement()
    kelly.portion = 500_000_000
    let stakes: [Int64] = [1_000_000, 1_000_000_000_000]
    func growth(_ own: Double) -> Double {
      (0..<2).reduce(0) { sum, truth in
        let paid = payments(kelly, [report([own, 1 - own]), report([0.5, 0.5])], stakes: stakes, truth: truth)[0]
        return sum + (truth == 0 ? 0.6 : 0.4) * log(1 + Double(paid) / 1e6)
      }
    }
    let best = (0...100).map { Double($0) / 100 }.max { growth($0) < growth($1) }
    #expect(best == 0.7)  // (q - (1-f) p) / f for q = 0.6, p = f = 0.5
  }

  @Test(arguments: all)
  func `a stake split among names with one report is paid the same in total`(mechanism: Incentive) {
    let others = [report([0.2, 0.5, 0.3]), report([0.7, 0.2, 0.1])]
    for truth in 0..<3 where mechanism.kind != .noArbitrage {
      let whole = payments(mechanism, [Self.belief] + others, stakes: [9_000_001, 7_000_000, 3_000_000], truth: truth)
      let split = payments(
        mechanism, [Self.belief, Self.belief] + others, stakes: [4_000_000, 5_000_001, 7_000_000, 3_000_000],
        truth: truth)
      #expect(abs(split[0] + split[1] - whole[0]) <= 2)  // one unit of rounding for each name
      #expect(abs(split[2] - whole[1]) <= 1)
    }
  }

  @Test(arguments: all)
  func `all stakes doubled, all payments doubled`(mechanism: Incentive) {
    let reports = [Self.belief, report([0.2, 0.5, 0.3]), report([0.7, 0.2, 0.1])]
    let stakes: [Int64] = [9_000_000, 7_000_000, 3_000_000]
    for truth in 0..<3 {
      let once = payments(mechanism, reports, stakes: stakes, truth: truth)
      let twice = payments(mechanism, reports, stakes: stakes.map { 2 * $0 }, truth: truth)
      for (a, b) in zip(once, twice) { #expect(abs(b - 2 * a) <= 2) }
    }
  }

  @Test(arguments: all)
  func `equal reports move nothing, and alone one wagers against nobody`(mechanism: Incentive) {
    for truth in 0..<3 {
      let equal = [[UInt32]](repeating: Self.belief, count: 4)
      #expect(payments(mechanism, equal, stakes: [5, 3_333_333, 20_000_000, 0], truth: truth) == [0, 0, 0, 0])
      #expect(payments(mechanism, [Self.belief], stakes: [20_000_000], truth: truth) == [0])
    }
  }

  @Test func `a third party with a mean report profits from opposed reports, except without arbitrage`() {
    let reports = [report([0.8, 0.2]), report([0.2, 0.8]), report([0.5, 0.5])]
    let stakes: [Int64] = [100, 100, 100]
    #expect(payments(Incentive(.weightedScore), reports, stakes: stakes, truth: 0) == [27, -33, 6])
    #expect(payments(Incentive(.weightedScore), reports, stakes: stakes, truth: 1) == [-33, 27, 6])
    for truth in 0..<2 { #expect(payments(Incentive(.noArbitrage), reports, stakes: stakes, truth: truth)[2] == 0) }
  }

  @Test(arguments: UInt64(0)..<60)
  func `without arbitrage no report profits whatever comes true`(seed: UInt64) {
    var random = CounterStream(seed: seed, purpose: 63)
    let others = (0..<2).map { _ in someReport(3, using: &random) }
    let stakes = (0..<3).map { _ in Int64(1 + random.below(1_000_000_000)) }
    for own in grid(3, parts: 12) {
      let paid = (0..<3).map { payments(Incentive(.noArbitrage), [own] + others, stakes: stakes, truth: $0)[0] }
      #expect(paid.contains { $0 <= 0 })
    }
  }

  // Stakes as shares of the sum follow the weights of the Bayes mixture, question by question.
  @Test(arguments: UInt64(0)..<10)
  func `full Kelly settlement is the Bayes mixture`(seed: UInt64) {
    var random = CounterStream(seed: seed, purpose: 64)
    var kelly = KellySettlement()
    kelly.least = 0
    var stakes = [Int64](repeating: 1_000_000_000_000_000_000, count: 4)
    let total = Double(stakes.reduce(0, +))
    var weights = [Double](repeating: 0.25, count: 4)
    for _ in 0..<40 {
      let reports = (0..<4).map { _ in Billionths.shares((0..<3).map { _ in UInt64(200 + random.below(1_000)) }) }
      let truth = random.below(3)
      let paid = payments(kelly, reports, stakes: stakes, truth: truth)
      for i in stakes.indices { stakes[i] += paid[i] }
      for i in weights.indices { weights[i] *= Double(reports[i][truth]) }
      let sum = weights.reduce(0, +)
      for i in weights.indices { weights[i] /= sum }
      for (stake, weight) in zip(stakes, weights) {
        #expect(abs(Double(stake) / total - weight) <= 1e-12)
      }
    }
  }

  @Test func `the wager is a share of what is free, up to a limit`() {
    var wager = Wager()
    #expect(wager.stake(free: Amount(credits: 1_000)) == Amount(credits: 20))
    #expect(wager.stake(free: Amount(micro: 7)) == Amount(micro: 7))
    #expect(wager.stake(free: Amount(micro: -7)) == .zero)
    wager.share = 100_000_000
    #expect(wager.stake(free: Amount(credits: 100)) == Amount(credits: 10))
    #expect(wager.stake(free: Amount(credits: 1_000)) == Amount(credits: 20))
  }

  struct Vectors: Decodable {
    struct Wager: Decodable {
      let stakes: [Double]
      let label: Int
      let weighted: [Double]
      let noArbitrage: [Double]
      let kelly: [Double]
      let kellyTenth: [Double]

      enum CodingKeys: String, CodingKey {
        case stakes, label
        case weighted = "wswm_net"
        case noArbitrage = "nawm_net"
        case kelly = "kelly_full"
        case kellyTenth = "kelly_f0_1"
      }
    }
    let probs: [[[Double]]]
    let wager: Wager
  }

  // Four models with stakes of 10, 20, 30 and 40 credits, class 2 of 3 comes true.
  @Test func `payments of four models are what a recomputation says`() {
    let reports = [
      [0.2464, 0.5961, 0.1575], [0.6972, 0.1834, 0.1194], [0.0528, 0.4157, 0.5315], [0.361, 0.3254, 0.3136],
    ].map(report)
    let stakes: [Int64] = [10_000_000, 20_000_000, 30_000_000, 40_000_000]
    #expect(
      payments(Incentive(.weightedScore), reports, stakes: stakes, truth: 2)
        == [-1_763_833, -5_220_919, 5_670_018, 1_314_734])
    #expect(
      payments(Incentive(.noArbitrage), reports, stakes: stakes, truth: 2)
        == [-2_153_221, -5_580_955, 5_121_368, -423_246])
  }

  @Test(.enabled(if: SharedVectors.has("mechanism_vectors.json"), Comment(rawValue: SharedVectors.absent)))
  func `payments agree with the reference vectors`() throws {
    let vectors = try SharedVectors.read("mechanism_vectors.json", as: Vectors.self)
    let wager = vectors.wager
    let reports = vectors.probs[0].map(report)
    // A million times the stakes, so that a micro-credit is a millionth of the vectors' last digits.
    let stakes = wager.stakes.map { Int64($0 * 1e12) }
    func check(_ mechanism: Incentive, _ expected: [Double]) {
      let paid = payments(mechanism, reports, stakes: stakes, truth: wager.label)
      for (payment, net) in zip(paid, expected) { #expect(abs(Double(payment) / 1e12 - net) < 1e-7) }
    }
    check(Incentive(.weightedScore), wager.weighted)
    check(Incentive(.noArbitrage), wager.noArbitrage)
    for (portion, expected) in [(UInt32(1_000_000_000), wager.kelly), (100_000_000, wager.kellyTenth)] {
      var kelly = KellySettlement()
      kelly.portion = portion
      check(.kelly(kelly), zip(expected, wager.stakes).map { $0 - $1 })
    }
  }
}
