import Quantities

/// How much a model wagers on a question.
///
/// By default the same amount each, so that every model answers for as much. With a `share` below one and a `limit` out
/// of reach it is a share of what the model has, and wealth becomes influence: then splitting one model in two changes
/// nothing, whereas a fixed amount lets two stake twice as much (at twice the risk).
public struct Wager: Hashable, Sendable {
  /// The part of what a model has free that it wagers, in billionths. Default: all of it, up to the limit.
  public var share: UInt32 = Billionths.one
  /// The most that a model wagers on one question. Default: 20 credits.
  public var limit = Amount(credits: 20)

  /// The defaults.
  public init() {}

  /// What is wrong with the settings; `nil` where they are within bounds.
  public var fault: String? {
    guard (1...Billionths.one).contains(share) else { return "a wagered share outside 0 to 1" }
    guard limit > .zero, limit <= Amount(credits: 1_000_000_000) else {
      return "a wager of nothing, or of more than 1,000,000,000 credits"
    }
    return nil
  }

  /// The wager of a model that has `free`.
  public func stake(free: Amount) -> Amount {
    guard free > .zero else { return .zero }
    return min(limit, free.scaled(Int64(share), over: Int64(Billionths.one)))
  }

  /// The wagers of many models that have these balances free.
  public func stakes(balances: UnsafePointer<Amount>, count: Int, into stakes: UnsafeMutablePointer<Amount>) {
    guard share == Billionths.one else {
      for row in 0..<count { stakes[row] = stake(free: balances[row]) }
      return
    }
    for row in 0..<count { stakes[row] = Amount(micro: min(limit.micro, max(0, balances[row].micro))) }
  }

  /// The terms of `members`, who wager among themselves: the treasury owes nothing.
  func terms(for members: [Member]) -> [Terms] {
    members.map { Terms(stake: stake(free: $0.free), reward: .zero) }
  }

  func encode(into writer: inout CanonicalWriter) {
    writer.openObject()
    writer.key("limit")
    writer.amount(limit)
    writer.key("share")
    writer.integer(share)
    writer.closeObject()
  }

  init(decoding reader: inout CanonicalReader) throws(CanonicalError) {
    try reader.openObject()
    try reader.key("limit")
    limit = try reader.amount()
    try reader.key("share")
    share = UInt32(try reader.integer(in: 0...Int64(Billionths.one)))
    try reader.closeObject()
  }
}
