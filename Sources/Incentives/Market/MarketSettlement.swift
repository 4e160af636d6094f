import Consensus
import Quantities

/// Each report moves the price of a logarithmic market, in seat order; the treasury subsidises the market.
///
/// From the uniform price each model moves the price from p to p' and is paid b (ln p'(y) - ln p(y)), b = subsidy / ln K
/// (`LogarithmicMarket`). A model moves the price to its report as far as its stake covers the worst case: p' = p +
/// λ (r - p) with the largest λ in [0, 1] at which no class falls by more than the factor exp(-stake / b).
///
/// Guarantees: nobody loses more than the stake, the treasury pays at most the subsidy; honesty is the best report for
/// every model that moves once and can cover the move.
/// Warning: who comes later corrects those before, so the order of seats decides who earns; two names of one owner can
/// trade twice. Copies of the last price earn nothing, unlike under a fixed reward.
public struct MarketSettlement: IncentiveMechanism {
  /// How much a model can lose.
  public var wager = Wager()
  /// The most that the treasury pays for one question. Default: 30 credits. More makes information worth more.
  public var subsidy = Amount(credits: 30)
  /// No class of a report counts as less than this, in billionths (see `FlooredSimplex`). Default: one in 10,000.
  public var least: UInt32 = 100_000

  /// The defaults.
  public init() {}

  /// What is wrong with the settings; `nil` where all are within bounds.
  public var fault: String? {
    if let fault = wager.fault { return fault }
    guard subsidy > .zero, subsidy <= Amount(credits: 1_000_000) else {
      return "a market's subsidy outside 0 to 1,000,000 credits"
    }
    return (1...Billionths.one / 2).contains(least) ? nil : "a floor of the report outside 0 to 1/2"
  }

  /// Each stakes the wager; the treasury reserves the subsidy.
  public func terms(for members: [Member], classCount: Int) -> [Terms] {
    guard !members.isEmpty else { return [] }
    let parts = Amount.split(subsidy, by: [UInt64](repeating: 1, count: members.count))
    return zip(members, parts).map { Terms(stake: wager.stake(free: $0.free), reward: $1) }
  }

  /// Lets each trade in seat order. Where the treasury could reserve less than the subsidy, the market is as much smaller.
  public func settle(_ question: StakedQuestion, standings: [Standing]) -> Settlement {
    let table = question.closed.table
    guard let truth = question.truth, table.classCount > 1, question.reserved > .zero else { return question.returned }
    let liquidity = Double(question.reserved.micro) / FixedMath.log(Double(table.classCount))
    let floor = FlooredSimplex.floor(least, classCount: table.classCount)
    var prices = [Double](repeating: 1 / Double(table.classCount), count: table.classCount)
    // The payments' exact sum is within the subsidy, since they telescope; rounding is held there too.
    var left = question.reserved
    let payments = question.stakes.enumerated().map { row, stake -> Amount in
      let report = FlooredSimplex.project(table.row(row), least: floor).map { Double($0) / Double(Billionths.one) }
      let before = prices[truth]
      Self.move(&prices, to: report, fallMax: 1 - FixedMath.exp(-Double(stake.micro) / liquidity))
      let worth = (liquidity * FixedMath.log(prices[truth] / before)).rounded(.down)
      // No account holds 2^62, so the bounds change nothing that could be paid.
      let payment = min(max(Amount(micro: Int64(min(max(worth, -0x1p62), 0x1p62))), -stake), left)
      left -= payment
      return payment
    }
    return Settlement(payments: payments, within: question.terms)
  }

  // Moves the prices towards `report` as far as no class falls by more than the part `fallMax` of its price.
  private static func move(_ prices: inout [Double], to report: [Double], fallMax: Double) {
    var way = 1.0
    for (price, target) in zip(prices, report) where target < price {
      way = min(way, fallMax * price / (price - target))
    }
    for k in prices.indices { prices[k] += way * (report[k] - prices[k]) }
  }

  func encode(into writer: inout CanonicalWriter) {
    writer.openObject()
    writer.key("kind")
    writer.text(Incentive.Kind.market.rawValue)
    writer.key("least")
    writer.integer(least)
    writer.key("subsidy")
    writer.amount(subsidy)
    writer.key("wager")
    wager.encode(into: &writer)
    writer.closeObject()
  }

  init(settings reader: inout CanonicalReader) throws(CanonicalError) {
    try reader.key("least")
    least = UInt32(try reader.integer(in: 0...Int64(Billionths.one)))
    try reader.key("subsidy")
    subsidy = try reader.amount()
    try reader.key("wager")
    wager = try Wager(decoding: &reader)
  }
}
