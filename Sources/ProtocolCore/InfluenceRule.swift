import Consensus
import Incentives
import Quantities

/// How much influence a model may have on a consensus, whatever its track record.
///
/// The limit of an answer is the cap, or its stake on the question divided by the stake that the whole influence would
/// need, whichever is less. The second part is what makes the first one hold: under a cap alone two names have twice the
/// influence of one, but with a stake behind each unit a model that splits itself splits its limit too.
/// See `InfluenceLimits` for what is limited in pools that are no mixtures, and for limits that allow too little in all.
public struct InfluenceRule: Hashable, Sendable {
  /// The most that one model may have, in billionths. Default: all of it. Lower it where no member shall rule alone.
  public var cap: UInt32 = Billionths.one
  /// The stake on a question that the whole influence would need. Default: none. With 100 credits a model that stakes 20
  /// has at most a fifth of the say.
  public var fullStake = Amount.zero

  /// The defaults: no limits.
  public init() {}

  /// What is wrong with the settings; `nil` where all are within bounds.
  public var fault: String? {
    guard (1...Billionths.one).contains(cap) else { return "a cap on influence outside 0 to 1" }
    guard (.zero...Amount(credits: 1_000_000)).contains(fullStake) else {
      return "a stake for full influence outside 0 to 1,000,000 credits"
    }
    return nil
  }

  /// The limits of answers with these terms; `nil` where nothing is limited. Where nobody stakes anything, by chance or
  /// because the incentive asks for no stakes, the cap alone is left.
  func limits(_ terms: [Terms]) -> InfluenceLimits? {
    guard self != InfluenceRule() else { return nil }
    let limits = terms.map { terms in
      guard fullStake > .zero else { return cap }
      let whole = Amount(micro: Int64(Billionths.one))
      let part = whole.scaled(min(terms.stake, fullStake).micro, over: fullStake.micro)
      return min(cap, UInt32(part.micro))
    }
    return InfluenceLimits(limits.contains { $0 > 0 } ? limits : limits.map { _ in cap })
  }

  func encode(into writer: inout CanonicalWriter) {
    writer.openObject()
    writer.key("cap")
    writer.integer(cap)
    writer.key("stake")
    writer.amount(fullStake)
    writer.closeObject()
  }

  init(decoding reader: inout CanonicalReader) throws(CanonicalError) {
    try reader.openObject()
    try reader.key("cap")
    cap = UInt32(try reader.integer(in: 1...Int64(Billionths.one)))
    try reader.key("stake")
    fullStake = try reader.amount()
    try reader.closeObject()
  }
}
