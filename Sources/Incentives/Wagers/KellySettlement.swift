import Consensus
import Quantities

/// Everyone bets a portion of the stake, spread over the classes as in the report, at the price of the mean report.
///
/// m_i ← m_i (1 - f + f p_i(y) / p(y)), p the stake-weighted linear pool (Kelly 1956; Beygelzimer, Langford, Pennock
/// 2012, "Learning performance of prediction markets with Kelly bettors", section 3). The portions form a pot, which is
/// handed out in proportion to m_i p_i(y): exact, in whole micro-credits, and the treasury has no part in it.
///
/// Guarantees: the sum of stakes is kept for every f. With f = 1 and the whole balance wagered, stakes are the Bayes
/// mixture's weights, the price's log loss exceeds model i's by at most ln(M / m_i) over any number of questions, and
/// honesty maximises the expected logarithm of the stake. Splitting a stake among names changes nothing.
/// Warning: with f < 1 honesty is no longer the best report, which is (q - (1-f) p) / f, pushed away from the price:
/// q = 0.6, p = 0.5, f = 0.5 makes it 0.7. So a fraction is a damped rule of weights, not a truthful payment. With f = 1
/// a report of zero for the truth loses all that was staked; `least` is the way out of a single mistake.
public struct KellySettlement: IncentiveMechanism {
  /// How much a model has in play.
  public var wager = Wager()
  /// The portion f of the stake that is bet, in billionths. Default: all of it. Lower it (0.05 to 0.2) to let wealth
  /// move slowly, and lose truthfulness.
  public var portion: UInt32 = Billionths.one
  /// No class of a report counts as less than this, in billionths (see `FlooredSimplex`). Default: one in 10,000.
  public var least: UInt32 = 100_000

  /// The defaults.
  public init() {}

  /// What is wrong with the settings; `nil` where all are within bounds.
  public var fault: String? {
    if let fault = wager.fault { return fault }
    guard (1...Billionths.one).contains(portion) else { return "a portion that is bet outside 0 to 1" }
    guard least <= Billionths.one / 2 else { return "a floor of the report above 1/2" }
    return nil
  }

  /// Each wagers, and the treasury owes nothing.
  public func terms(for members: [Member], classCount: Int) -> [Terms] { wager.terms(for: members) }

  /// Hands out the pot of bets in proportion to what was bet on the truth; nobody bet on it, then bets go back.
  public func settle(_ question: StakedQuestion, standings: [Standing]) -> Settlement {
    guard let truth = question.truth else { return question.returned }
    let table = question.closed.table
    let bets = question.stakes.map { $0.scaled(Int64(portion), over: Int64(Billionths.one)) }
    let pot = bets.reduce(.zero, +)
    let floor = FlooredSimplex.floor(least, classCount: table.classCount)
    let shares = bets.enumerated().map { row, bet -> UInt128 in
      let admitted = least == 0 ? Array(table.row(row)) : FlooredSimplex.project(table.row(row), least: floor)
      return UInt128(bet.micro) * UInt128(admitted[truth])
    }
    guard shares.contains(where: { $0 > 0 }) else { return question.returned }
    let won = ExactSplit.split(pot, by: shares)
    return Settlement(payments: zip(won, bets).map { $0 - $1 }, within: question.terms)
  }

  func encode(into writer: inout CanonicalWriter) {
    writer.openObject()
    writer.key("kind")
    writer.text(Incentive.Kind.kelly.rawValue)
    writer.key("least")
    writer.integer(least)
    writer.key("portion")
    writer.integer(portion)
    writer.key("wager")
    wager.encode(into: &writer)
    writer.closeObject()
  }

  init(settings reader: inout CanonicalReader) throws(CanonicalError) {
    try reader.key("least")
    least = UInt32(try reader.integer(in: 0...Int64(Billionths.one)))
    try reader.key("portion")
    portion = UInt32(try reader.integer(in: 0...Int64(Billionths.one)))
    try reader.key("wager")
    wager = try Wager(decoding: &reader)
  }
}
