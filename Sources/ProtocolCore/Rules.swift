import Consensus
import Incentives
import Quantities

/// The settings that decide pay and influence. They stand in the first event of every ledger.
public struct Rules: Hashable, Sendable {
  /// How predictions are pooled. Default: the linear pool with track-record weights.
  public var consensus = ConsensusRule()
  /// How models are paid once the outcome is known. Default: reward and slash.
  public var incentive = Incentive(.rewardAndSlash) {
    didSet { if incentive.kind == .rewardAndSlash { judgingApart = RewardAndSlash() } }
  }
  /// How much influence a model may have. Default: no limits.
  public var influence = InfluenceRule()
  /// What a model brings in when it joins. Default: 1,000 credits. Raise it to make many identities costly.
  public var deposit = Amount(credits: 1_000)
  /// What the treasury starts with. Default: 1,000,000 credits. With less, rewards are scaled down sooner.
  public var endowment = Amount(credits: 1_000_000)
  /// How long after opening an outcome is accepted, in milliseconds. Default: 7 days.
  public var outcomeDeadline: UInt64 = 7 * 24 * 3_600_000
  /// What becomes of questions whose outcome never comes. Default: their stakes go back.
  public var unresolved = UnresolvedRule()
  /// Whether answers are sealed: everyone commits to an answer before anyone shows one. Default: no. Seal them wherever a
  /// member could copy another; a commitment that is not revealed costs its stake.
  public var isSealed = false
  /// How long a withdrawal stays within reach of a slash before it is paid, in milliseconds. Default: 0. Longer than the
  /// latest outcome, it keeps a model from leaving before its bad answers come to light.
  public var unbonding: UInt64 = 0
  /// How many questions may wait for an outcome. Default: 100,000, about 60 MB of the host's memory.
  public var openQuestionsMax: UInt32 = 100_000

  /// The most that a model may bring in.
  public static let depositMax = Amount(credits: 1_000_000)

  // How judged questions are paid where outcomes are paid otherwise; the defaults where they are not.
  private var judgingApart = RewardAndSlash()

  /// The defaults: those of a council whose questions are judged.
  public init() {}

  /// What to begin with: for questions that are judged, or of which true classes are reported.
  ///
  /// Judged questions go with track records and reward and slash. Where classes come, the meta layer pools, and several
  /// models wager among themselves by weighted scores; a single one has nobody to wager with.
  public init(areJudged: Bool, modelCount: Int, classCount: Int) {
    guard !areJudged else { return }
    // With very many classes the stackers of the meta layer would be too large; the next best guarantee is this one's.
    consensus = ConsensusRule(classCount <= ConsensusRule.Kind.meta.classesMax ? .meta : .fallingShare)
    if modelCount > 1 { incentive = Incentive(.weightedScore) }
  }

  /// How judged questions are paid, and what counts as poor work: always reward and slash, the same as `incentive`
  /// wherever that is reward and slash too.
  public var judging: RewardAndSlash {
    get { if case .rewardAndSlash(let rule) = incentive { rule } else { judgingApart } }
    set {
      if case .rewardAndSlash = incentive { incentive = .rewardAndSlash(newValue) } else { judgingApart = newValue }
    }
  }

  /// What is wrong with the settings; `nil` where all are within bounds. Settings out of bounds never reach a ledger.
  public var fault: String? {
    if let fault = incentive.fault ?? judging.fault ?? influence.fault ?? unresolved.fault { return fault }
    guard consensus.rate <= Billionths.one, consensus.share <= Billionths.one else {
      return "a rate or share of the consensus above 1"
    }
    guard influence == InfluenceRule() || consensus.kind != .trimmedMean else {
      return "limits of influence on a trimmed mean, which has no shares to limit"
    }
    guard (.zero...Self.depositMax).contains(deposit) else {
      return "a deposit outside 0 to 1,000,000 credits"
    }
    guard (.zero...Amount(credits: 1_000_000_000)).contains(endowment) else {
      return "an endowment outside 0 to 1,000,000,000 credits"
    }
    guard outcomeDeadline <= Tick.latest.milliseconds else { return "a deadline of more than 142,000 years" }
    guard unbonding <= Tick.latest.milliseconds else { return "an unbonding of more than 142,000 years" }
    guard (1...1_000_000_000).contains(openQuestionsMax) else {
      return "a limit of open questions outside 1 to 1,000,000,000"
    }
    return nil
  }

  /// All settings as one canonical value.
  public func encode(into writer: inout CanonicalWriter) {
    writer.openObject()
    writer.key("consensus")
    consensus.encode(into: &writer)
    writer.key("deadline")
    writer.integer(outcomeDeadline)
    writer.key("deposit")
    writer.amount(deposit)
    writer.key("endowment")
    writer.amount(endowment)
    writer.key("incentive")
    incentive.encode(into: &writer)
    if influence != InfluenceRule() {
      writer.key("influence")
      influence.encode(into: &writer)
    }
    if incentive.kind != .rewardAndSlash {
      writer.key("judging")
      judgingApart.encode(into: &writer)
    }
    writer.key("open")
    writer.integer(openQuestionsMax)
    if isSealed {
      writer.key("sealed")
      writer.integer(1)
    }
    if unbonding > 0 {
      writer.key("unbonding")
      writer.integer(unbonding)
    }
    if unresolved != UnresolvedRule() {
      writer.key("unresolved")
      unresolved.encode(into: &writer)
    }
    writer.closeObject()
  }

  /// Reads what `encode` wrote.
  public init(decoding reader: inout CanonicalReader) throws(CanonicalError) {
    try reader.openObject()
    try reader.key("consensus")
    consensus = try ConsensusRule(decoding: &reader)
    try reader.key("deadline")
    outcomeDeadline = UInt64(try reader.count())
    try reader.key("deposit")
    deposit = try reader.amount()
    try reader.key("endowment")
    endowment = try reader.amount()
    try reader.key("incentive")
    incentive = try Incentive(decoding: &reader)
    if try reader.hasKey("influence") {
      influence = try InfluenceRule(decoding: &reader)
      guard influence != InfluenceRule() else {
        throw CanonicalError(offset: reader.offset, expected: "limits of influence only where there are any")
      }
    }
    if incentive.kind != .rewardAndSlash {
      try reader.key("judging")
      judgingApart = try RewardAndSlash(decoding: &reader)
    }
    try reader.key("open")
    openQuestionsMax = UInt32(try reader.integer(in: 0...Int64(UInt32.max)))
    if try reader.hasKey("sealed") {
      isSealed = true
      _ = try reader.integer(in: 1...1)
    }
    if try reader.hasKey("unbonding") {
      unbonding = UInt64(try reader.count())
      guard unbonding > 0 else { throw CanonicalError(offset: reader.offset, expected: "no default to be written out") }
    }
    if try reader.hasKey("unresolved") {
      unresolved = try UnresolvedRule(decoding: &reader)
      guard unresolved != UnresolvedRule() else {
        throw CanonicalError(
          offset: reader.offset, expected: "a rule for questions without an outcome only where it is not the default")
      }
    }
    if let fault { throw CanonicalError(offset: reader.offset, expected: "sound rules, not \(fault)") }
    try reader.closeObject()
  }
}
