import Consensus
import Quantities

/// Whichever mechanism the rules name for questions with outcomes, as one value: a closed set, with settings.
public enum Incentive: IncentiveMechanism {
  /// The mechanisms that can be named.
  public enum Kind: String, CaseIterable, Hashable, Sendable {
    /// `RewardAndSlash`, the default.
    case rewardAndSlash = "reward_and_slash"
    /// `WeightedScoreWager`.
    case weightedScore = "weighted_score"
    /// `NoArbitrageWager`.
    case noArbitrage = "no_arbitrage"
    /// `KellySettlement`.
    case kelly = "kelly"
    /// `SlashingRule`.
    case slashing = "slashing"
    /// `MarketSettlement`.
    case market = "market"
    /// `ContributionPay`.
    case contribution = "contribution"
    /// `StakeAndBurn`.
    case stakeAndBurn = "stake_and_burn"
    /// `EqualSplitReward`, a bad example.
    case equalSplit = "equal_split"
    /// `LeaderboardBonus`, a bad example.
    case leaderboard = "leaderboard"
  }

  /// A right answer earns, a wrong one loses its stake.
  case rewardAndSlash(RewardAndSlash)
  /// Stakes move by the difference to the mean score.
  case weightedScore(WeightedScoreWager)
  /// The same without a sure profit for anyone.
  case noArbitrage(NoArbitrageWager)
  /// Stakes are bets at the price of the mean report.
  case kelly(KellySettlement)
  /// Poor models lose, good ones share.
  case slashing(SlashingRule)
  /// Reports move a subsidised market.
  case market(MarketSettlement)
  /// Pay by what the pool gains.
  case contribution(ContributionPay)
  /// Stakes grow or burn.
  case stakeAndBurn(StakeAndBurn)
  /// A pot in equal parts.
  case equalSplit(EqualSplitReward)
  /// A pot for the first place.
  case leaderboard(LeaderboardBonus)

  /// The mechanism of `kind` with its defaults.
  public init(_ kind: Kind) {
    self =
      switch kind {
      case .rewardAndSlash: .rewardAndSlash(RewardAndSlash())
      case .weightedScore: .weightedScore(WeightedScoreWager())
      case .noArbitrage: .noArbitrage(NoArbitrageWager())
      case .kelly: .kelly(KellySettlement())
      case .slashing: .slashing(SlashingRule())
      case .market: .market(MarketSettlement())
      case .contribution: .contribution(ContributionPay())
      case .stakeAndBurn: .stakeAndBurn(StakeAndBurn())
      case .equalSplit: .equalSplit(EqualSplitReward())
      case .leaderboard: .leaderboard(LeaderboardBonus())
      }
  }

  /// Which mechanism.
  public var kind: Kind {
    switch self {
    case .rewardAndSlash: .rewardAndSlash
    case .weightedScore: .weightedScore
    case .noArbitrage: .noArbitrage
    case .kelly: .kelly
    case .slashing: .slashing
    case .market: .market
    case .contribution: .contribution
    case .stakeAndBurn: .stakeAndBurn
    case .equalSplit: .equalSplit
    case .leaderboard: .leaderboard
    }
  }

  /// What is wrong with the settings; `nil` where all are within bounds. Settings out of bounds never reach a ledger.
  public var fault: String? {
    switch self {
    case .rewardAndSlash(let mechanism): mechanism.fault
    case .weightedScore(let mechanism): mechanism.fault
    case .noArbitrage(let mechanism): mechanism.fault
    case .kelly(let mechanism): mechanism.fault
    case .slashing(let mechanism): mechanism.fault
    case .market(let mechanism): mechanism.fault
    case .contribution(let mechanism): mechanism.fault
    case .stakeAndBurn(let mechanism): mechanism.fault
    case .equalSplit(let mechanism): mechanism.fault
    case .leaderboard(let mechanism): mechanism.fault
    }
  }

  /// See `IncentiveMechanism`.
  public func terms(for members: [Member], classCount: Int) -> [Terms] {
    mechanism.terms(for: members, classCount: classCount)
  }

  /// See `IncentiveMechanism`.
  public func settle(_ question: StakedQuestion, standings: [Standing]) -> Settlement {
    mechanism.settle(question, standings: standings)
  }

  /// See `IncentiveMechanism`.
  public func scores(_ closed: ClosedQuestion, outcome: Outcome) -> ScoreRecord? {
    mechanism.scores(closed, outcome: outcome)
  }

  private var mechanism: any IncentiveMechanism {
    switch self {
    case .rewardAndSlash(let mechanism): mechanism
    case .weightedScore(let mechanism): mechanism
    case .noArbitrage(let mechanism): mechanism
    case .kelly(let mechanism): mechanism
    case .slashing(let mechanism): mechanism
    case .market(let mechanism): mechanism
    case .contribution(let mechanism): mechanism
    case .stakeAndBurn(let mechanism): mechanism
    case .equalSplit(let mechanism): mechanism
    case .leaderboard(let mechanism): mechanism
    }
  }
}

extension Incentive {
  /// Kind and settings as one canonical value.
  public func encode(into writer: inout CanonicalWriter) {
    switch self {
    case .rewardAndSlash(let mechanism): mechanism.encode(into: &writer)
    case .weightedScore(let mechanism): mechanism.encode(into: &writer)
    case .noArbitrage(let mechanism): mechanism.encode(into: &writer)
    case .kelly(let mechanism): mechanism.encode(into: &writer)
    case .slashing(let mechanism): mechanism.encode(into: &writer)
    case .market(let mechanism): mechanism.encode(into: &writer)
    case .contribution(let mechanism): mechanism.encode(into: &writer)
    case .stakeAndBurn(let mechanism): mechanism.encode(into: &writer)
    case .equalSplit(let mechanism): mechanism.encode(into: &writer)
    case .leaderboard(let mechanism): mechanism.encode(into: &writer)
    }
  }

  /// Reads what `encode` wrote; settings out of bounds are refused.
  public init(decoding reader: inout CanonicalReader) throws(CanonicalError) {
    // Reward and slash has a setting that stands before its kind; all others begin with the kind.
    var ahead = reader
    try ahead.openObject()
    guard try !ahead.hasKey("growth") else {
      self = .rewardAndSlash(try RewardAndSlash(decoding: &reader))
      return
    }
    try reader.openObject()
    try reader.key("kind")
    guard let kind = Kind(rawValue: try reader.text()), kind != .rewardAndSlash else {
      throw CanonicalError(offset: reader.offset, expected: "a known kind of incentive")
    }
    self = try Self.settings(of: kind, from: &reader)
    if let fault { throw CanonicalError(offset: reader.offset, expected: "sound settings, not \(fault)") }
    try reader.closeObject()
  }

  private static func settings(of kind: Kind, from reader: inout CanonicalReader) throws(CanonicalError) -> Incentive {
    switch kind {
    case .rewardAndSlash: preconditionFailure("read by itself")
    case .weightedScore: .weightedScore(try WeightedScoreWager(settings: &reader))
    case .noArbitrage: .noArbitrage(try NoArbitrageWager(settings: &reader))
    case .kelly: .kelly(try KellySettlement(settings: &reader))
    case .slashing: .slashing(try SlashingRule(settings: &reader))
    case .market: .market(try MarketSettlement(settings: &reader))
    case .contribution: .contribution(try ContributionPay(settings: &reader))
    case .stakeAndBurn: .stakeAndBurn(try StakeAndBurn(settings: &reader))
    case .equalSplit: .equalSplit(try EqualSplitReward(settings: &reader))
    case .leaderboard: .leaderboard(try LeaderboardBonus(settings: &reader))
    }
  }
}
