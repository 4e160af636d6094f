import Consensus
import Quantities

/// A right answer earns from the treasury, a wrong one loses its stake, and steadily poor work loses ever more.
///
/// A model whose running accuracy has been under the threshold for s settled questions in a row stakes
/// slash · (1 + growth · s) on the next one; after `suspendedAfter` of them it is suspended. A model that cannot cover
/// its stake stakes what it has, and may earn the same part of the reward; without anything free it plays for nothing.
///
/// What it is not: a proper score. It pays for the top class alone, so it rewards a right guess and not an honest
/// probability; and with reward r and slash f a model profits from every answer that is right with probability above
/// f / (r + f), 2/3 by default.
public struct RewardAndSlash: IncentiveMechanism {
  /// What a right answer earns. Default: 10 credits. Raise it to let balances grow faster.
  public var reward = Amount(credits: 10)
  /// What a wrong answer loses while the running accuracy is good. Default: 20 credits.
  public var slash = Amount(credits: 20)
  /// How far one answer moves the running accuracy, in billionths. Default: 2 %, so that the last 50 or so count.
  public var runningRate: UInt32 = 20_000_000
  /// The running accuracy under which work is poor, in billionths. Default: one half.
  public var poorThreshold: UInt32 = 500_000_000
  /// What each poor question in a row adds to the slash, in billionths of it. Default: 25 %.
  public var slashGrowth: UInt32 = 250_000_000
  /// How many poor questions in a row suspend a model. Default: 20. Lower it to be rid of bad models sooner.
  public var suspendedAfter: UInt32 = 20

  /// The defaults.
  public init() {}

  /// What is wrong with the settings; `nil` where all are within bounds. Settings out of bounds never reach a ledger.
  public var fault: String? {
    let creditsMax = Amount(credits: 1_000_000)
    guard reward >= .zero, reward <= creditsMax else { return "a reward outside 0 to 1,000,000 credits" }
    guard slash > .zero, slash <= creditsMax else { return "a slash of nothing, or of more than 1,000,000 credits" }
    guard [runningRate, poorThreshold, slashGrowth].allSatisfy({ $0 <= Billionths.one }) else {
      return "a rate, threshold or growth above 1"
    }
    guard (1...1_000_000).contains(suspendedAfter) else {
      return "a suspension after 0 or more than 1,000,000 questions"
    }
    return nil
  }

  /// Whether a model with this standing is suspended: it is not asked any more.
  public func isSuspended(_ standing: Standing) -> Bool { isSuspended(standing.recent) }

  /// The same for what a standing says of late.
  public func isSuspended(_ recent: RecentWork) -> Bool { recent.poorStreak >= suspendedAfter }

  /// The slash that is due now, before looking at what the model owns.
  public func stakeDue(_ standing: Standing) -> Amount { stakeDue(standing.recent) }

  /// The same for what a standing says of late.
  public func stakeDue(_ recent: RecentWork) -> Amount {
    let poor = Int64(min(recent.poorStreak, suspendedAfter))
    return slash + slash.scaled(poor * Int64(slashGrowth), over: Int64(Billionths.one))
  }

  /// The slash that is due, as far as the model can cover it, and the same part of the reward.
  public func terms(for standing: Standing, free: Amount) -> Terms { terms(for: standing.recent, free: free) }

  /// The same for what a standing says of late.
  public func terms(for recent: RecentWork, free: Amount) -> Terms {
    let due = stakeDue(recent)
    let stake = max(.zero, min(due, free))
    guard stake < due else { return Terms(stake: stake, reward: reward) }
    return Terms(stake: stake, reward: reward.scaled(stake.micro, over: due.micro))
  }

  /// The terms of each member by itself.
  public func terms(for members: [Member], classCount: Int) -> [Terms] {
    members.map { terms(for: $0.standing, free: $0.free) }
  }

  /// The reward for a right answer, the stake for a wrong one; nothing where nobody can say.
  public func settle(_ question: StakedQuestion, standings: [Standing]) -> Settlement { settle(question) }

  /// The same: no standing plays a part.
  public func settle(_ question: StakedQuestion) -> Settlement {
    let payments = question.terms.enumerated().map { row, terms in
      switch question.outcome.isRight(row, of: question.closed.table) {
      case true?: terms.reward
      case false?: -terms.stake
      case nil: Amount.zero
      }
    }
    return Settlement(payments: payments, within: question.terms)
  }
}

extension RewardAndSlash {
  /// The settings as one canonical value.
  public func encode(into writer: inout CanonicalWriter) {
    writer.openObject()
    writer.key("growth")
    writer.integer(slashGrowth)
    writer.key("kind")
    writer.text("reward_and_slash")
    writer.key("poor")
    writer.integer(poorThreshold)
    writer.key("rate")
    writer.integer(runningRate)
    writer.key("reward")
    writer.amount(reward)
    writer.key("slash")
    writer.amount(slash)
    writer.key("suspended")
    writer.integer(suspendedAfter)
    writer.closeObject()
  }

  /// Reads what `encode` wrote.
  public init(decoding reader: inout CanonicalReader) throws(CanonicalError) {
    try reader.openObject()
    try reader.key("growth")
    slashGrowth = UInt32(try reader.integer(in: 0...Int64(Billionths.one)))
    try reader.key("kind")
    guard try reader.text() == "reward_and_slash" else {
      throw CanonicalError(offset: reader.offset, expected: "a known kind of incentive")
    }
    try reader.key("poor")
    poorThreshold = UInt32(try reader.integer(in: 0...Int64(Billionths.one)))
    try reader.key("rate")
    runningRate = UInt32(try reader.integer(in: 0...Int64(Billionths.one)))
    try reader.key("reward")
    reward = try reader.amount()
    try reader.key("slash")
    slash = try reader.amount()
    try reader.key("suspended")
    suspendedAfter = UInt32(try reader.integer(in: 0...Int64(UInt32.max)))
    if let fault { throw CanonicalError(offset: reader.offset, expected: "sound settings, not \(fault)") }
    try reader.closeObject()
  }
}
