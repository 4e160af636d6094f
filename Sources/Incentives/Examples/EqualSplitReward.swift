import Consensus
import Quantities

/// A bad example: a pot from the treasury, split equally among all who answered, whatever they said.
///
/// Why it is bad: pay does not depend on the report, so the cheapest report, any constant, is as good as an honest one;
/// and every further name takes a further share, so who splits in two earns nearly twice as much. Kept to be studied
/// and to show what the others are for.
public struct EqualSplitReward: IncentiveMechanism {
  /// What is split for each question. Default: 30 credits.
  public var pot = Amount(credits: 30)

  /// The defaults.
  public init() {}

  /// What is wrong with the settings; `nil` where all are within bounds.
  public var fault: String? { Pot.fault(pot) }

  /// Nothing is staked; the treasury reserves the pot.
  public func terms(for members: [Member], classCount: Int) -> [Terms] { Pot.terms(pot, count: members.count) }

  /// An equal part of the pot to each.
  public func settle(_ question: StakedQuestion, standings: [Standing]) -> Settlement {
    guard question.truth != nil else { return question.returned }
    return Settlement(payments: question.terms.map(\.reward), within: question.terms)
  }

  func encode(into writer: inout CanonicalWriter) { Pot.encode(pot, kind: .equalSplit, into: &writer) }

  init(settings reader: inout CanonicalReader) throws(CanonicalError) { pot = try Pot.decode(&reader) }
}

/// What mechanisms with a pot for each question share.
enum Pot {
  static func fault(_ pot: Amount) -> String? {
    pot > .zero && pot <= Amount(credits: 1_000_000) ? nil : "a pot outside 0 to 1,000,000 credits"
  }

  static func terms(_ pot: Amount, count: Int) -> [Terms] {
    guard count > 0 else { return [] }
    return Amount.split(pot, by: [UInt64](repeating: 1, count: count)).map { Terms(stake: .zero, reward: $0) }
  }

  static func encode(_ pot: Amount, kind: Incentive.Kind, into writer: inout CanonicalWriter) {
    writer.openObject()
    writer.key("kind")
    writer.text(kind.rawValue)
    writer.key("pot")
    writer.amount(pot)
    writer.closeObject()
  }

  static func decode(_ reader: inout CanonicalReader) throws(CanonicalError) -> Amount {
    try reader.key("pot")
    return try reader.amount()
  }
}
