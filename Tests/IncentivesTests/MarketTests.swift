import Foundation
import Incentives
import Quantities
import Testing

@Suite struct MarketTests {
  @Test(arguments: UInt64(0)..<50)
  func `what a trade costs depends on where it leads, not on the way`(seed: UInt64) {
    var random = CounterStream(seed: seed, purpose: 80)
    let classCount = 2 + random.below(5)
    var direct = LogarithmicMarket(liquidity: 10, classCount: classCount)
    var wandering = direct
    var total = [Double](repeating: 0, count: classCount)
    var paid = 0.0
    for _ in 0..<8 {
      let shares = (0..<classCount).map { _ in random.unit() * 40 - 20 }
      paid += wandering.sell(shares)
      for k in total.indices { total[k] += shares[k] }
    }
    #expect(abs(direct.sell(total) - paid) < 1e-11)  // a few roundings of numbers up to 200
    for (a, b) in zip(direct.prices, wandering.prices) { #expect(abs(a - b) < 1e-12) }
    #expect(abs(direct.prices.reduce(0, +) - 1) < 1e-14)
    // Whatever was sold, what the maker owes less what it took in is at most b ln K.
    for k in total.indices { #expect(total[k] - paid <= direct.lossMax + 1e-11) }
  }

  @Test func `moving the price by the market's shares costs nothing and leads there`() {
    var market = LogarithmicMarket(liquidity: 7, classCount: 3)
    let target = [0.7, 0.2, 0.1]
    #expect(abs(market.sell(market.shares(to: target))) < 1e-13)
    for (price, share) in zip(market.prices, target) { #expect(abs(price - share) < 1e-14) }
    // Prices at the far ends stay finite.
    market.sell([1e5, 0, -1e5])
    #expect(market.prices.allSatisfy { $0.isFinite } && market.cost.isFinite)
  }

  @Test func `three moves of the price pay what the logarithmic score says`() {
    // Liquidity 10, opening price the first report, class 2 comes true.
    let reports = [
      [0.2464, 0.5961, 0.1575], [0.6972, 0.1834, 0.1194], [0.0528, 0.4157, 0.5315], [0.361, 0.3254, 0.3136],
    ]
    var market = LogarithmicMarket(liquidity: 10, classCount: 3)
    market.sell(market.shares(to: reports[0]))
    let expected = [-2.7694625730718614, 14.93223996823501, -5.275849093057499]
    for (report, pay) in zip(reports.dropFirst(), expected) {
      let shares = market.shares(to: report)
      #expect(abs(shares[2] - pay) < 1e-12)
      market.sell(shares)
    }
  }

  @Test(arguments: UInt64(0)..<100)
  func `a settlement keeps within stakes and subsidy`(seed: UInt64) {
    var random = CounterStream(seed: seed, purpose: 81)
    let (count, classCount) = (1 + random.below(7), 2 + random.below(4))
    let stakes = (0..<count).map { _ in Int64(random.below(50_000_000)) }
    let reserved = (0..<count).map { _ in Int64(random.below(20_000_000)) }
    let reports = (0..<count).map { _ in someReport(classCount, using: &random) }
    for truth in 0..<classCount {
      let settled = MarketSettlement().settle(
        question(reports, stakes: stakes, rewards: reserved, outcome: .class(truth)), standings: newcomers(count))
      for (payment, stake) in zip(settled.payments, stakes) { #expect(payment.micro >= -stake) }
      #expect(-settled.treasury.micro <= reserved.reduce(0, +))
    }
  }

  @Test func `a single report is paid its logarithm above the uniform prediction`() {
    let subsidy: Int64 = 30_000_000
    let own = report([0.8, 0.2])
    for (truth, share) in [(0, 0.8), (1, 0.2)] {
      let settled = MarketSettlement().settle(
        question([own], stakes: [100_000_000], rewards: [subsidy], outcome: .class(truth)), standings: newcomers(1))
      let exact = Double(subsidy) / log(2) * log(share * 2)
      #expect(abs(Double(settled.payments[0].micro) - exact) <= 1)
    }
  }

  @Test func `honesty expects the most of a move that the stake covers`() {
    let belief = report([0.6, 0.3, 0.1])
    func pay(_ own: [UInt32]) -> Double {
      (0..<3).reduce(0) { sum, truth in
        let settled = MarketSettlement().settle(
          question(
            [report([0.3, 0.4, 0.3]), own], stakes: [1_000_000_000_000, 1_000_000_000_000],
            rewards: [15_000_000_000, 15_000_000_000], outcome: .class(truth)), standings: newcomers(2))
        return sum + Double(belief[truth]) / 1e9 * Double(settled.payments[1].micro)
      }
    }
    for other in grid(3, parts: 20) where other != belief { #expect(pay(other) < pay(belief)) }
  }

  @Test func `who stakes little moves the price a little, and copies of the price earn nothing`() {
    let bold = report([0.99, 0.01])
    func paid(_ stakes: [Int64], _ reports: [[UInt32]], _ truth: Int) -> [Int64] {
      MarketSettlement().settle(
        question(
          reports, stakes: stakes, rewards: reports.map { _ in 10_000_000 }, outcome: .class(truth)),
        standings: newcomers(reports.count)
      ).payments.map(\.micro)
    }
    #expect(paid([1_000], [bold], 1)[0] == -1_000)
    #expect(paid([0], [bold], 0) == [0])
    let copied = paid([200_000_000, 200_000_000], [bold, bold], 0)
    #expect(copied[0] > 0)
    // The second report is the price, up to a rounding.
    #expect(abs(copied[1]) <= 1)
  }
}
