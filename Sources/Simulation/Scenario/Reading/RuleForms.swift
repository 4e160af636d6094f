import Consensus
import Incentives
import ProtocolCore
import Quantities

/// Every setting of the rules by the name it has in scenarios.
enum RuleForms {
  /// All of them. `judging` is written only where questions with outcomes are paid otherwise.
  static let rules = Form<Rules>([
    Field("consensus", "how predictions are pooled", \.consensus, consensus),
    Field("incentive", "how members are paid once the outcome is known", \.incentive, incentive),
    Field(
      "judging", "how judged questions are paid where `incentive` is not reward_and_slash", rewardAndSlash.codec.schema,
      write: { $0.incentive.kind == .rewardAndSlash ? nil : rewardAndSlash.write($0.judging) },
      update: { (rules, node, path) throws(ScenarioError) in
        guard rules.incentive.kind != .rewardAndSlash else {
          throw node.error(path, "is the same as incentive where that is reward_and_slash: set it there")
        }
        try rewardAndSlash.update(&rules.judging, node, path)
      }),
    Field("unresolved", "what becomes of questions whose outcome never comes", \.unresolved, unresolved),
    Field(
      "deposit", "credits that a member brings in, at least", \.deposit, .credits(.zero...Amount(credits: 1_000_000))),
    Field(
      "endowment", "credits that the treasury starts with", \.endowment,
      .credits(.zero...Amount(credits: 1_000_000_000))),
    Field("cap", "the most influence that one member may have", \.influence.cap, .billionths(1...Billionths.one)),
    Field(
      "full_stake", "credits on a question that the whole influence would need; 0 for no such limit",
      \.influence.fullStake, .credits(.zero...Amount(credits: 1_000_000))),
    Field("sealed", "whether everyone commits to an answer before anyone shows one", \.isSealed, .flag),
    Field(
      "unbonding", "milliseconds that a withdrawal stays within reach of a slash", \.unbonding,
      .whole(0...Tick.latest.milliseconds)),
    Field(
      "outcome_deadline", "milliseconds from opening a question within which its outcome is accepted",
      \.outcomeDeadline, .whole(0...Tick.latest.milliseconds)),
    Field(
      "open_questions", "how many questions may wait for an outcome", \.openQuestionsMax, .whole(1...1_000_000_000)),
  ])

  static let consensus = Codec<ConsensusRule>.variants(
    ConsensusRule.Kind.allCases.map { Variant($0.rawValue, $0.summary, ConsensusRule($0), consensusSettings) },
    aliases: [
      "majority": "majority_vote", "average": "linear_pool", "mean": "linear_pool", "mixture": "bayes_mixture",
      "bayes": "bayes_mixture", "track": "track_record", "stacking": "full_stacker",
    ]
  ) { $0.kind.rawValue }

  private static let consensusSettings = Form<ConsensusRule>([
    Field(
      "rate", "how far one answer moves a track record: votes and pools by track record", \.rate,
      .billionths(0...Billionths.one)),
    Field("share", "what fixed_share spreads after each outcome", \.share, .billionths(0...Billionths.one)),
    Field(
      "trim", "what trimmed_mean leaves out at each end, below one half", \.trim,
      .billionths(0...Billionths.one / 2 - 1)),
  ])

  static let unresolved = Codec<UnresolvedRule>.variants(
    zip(UnresolvedRule.Kind.allCases, IncentiveCatalogue.withoutOutcome).map { kind, entry in
      var rule = UnresolvedRule()
      rule.kind = kind
      return Variant(
        kind.rawValue, entry.summary, rule,
        Form([
          Field(
            "batch", "how many expired questions are settled together", \.batch,
            .whole(2...UnresolvedRule.batchMax)),
          Field(
            "wait", "milliseconds that an expired question waits for a batch to fill", \.wait,
            .whole(0...Tick.latest.milliseconds)),
        ]))
    }
  ) { $0.kind.rawValue }

  static let incentive = Codec<Incentive>.variants(
    zip(Incentive.Kind.allCases, IncentiveCatalogue.withOutcome).map { kind, entry in
      Variant(kind.rawValue, entry.summary, Incentive(kind), form(of: kind))
    },
    aliases: [
      "wager": "weighted_score", "wagering": "weighted_score", "weighted_score_wager": "weighted_score",
      "reward": "reward_and_slash", "slash": "slashing", "burn": "stake_and_burn",
    ]
  ) { $0.kind.rawValue }

  static let rewardAndSlash = Form<RewardAndSlash>([
    Field("reward", "credits that a right answer earns", \.reward, .credits(.zero...Amount(credits: 1_000_000))),
    Field(
      "slash", "credits that a wrong answer loses", \.slash, .credits(Amount(micro: 1)...Amount(credits: 1_000_000))),
    Field(
      "running_rate", "how far one answer moves the running accuracy", \.runningRate, .billionths(0...Billionths.one)),
    Field(
      "poor_threshold", "the running accuracy under which work is poor", \.poorThreshold,
      .billionths(0...Billionths.one)),
    Field(
      "slash_growth", "what each poor question in a row adds to the slash", \.slashGrowth,
      .billionths(0...Billionths.one)),
    Field(
      "suspended_after", "how many poor questions in a row suspend a member", \.suspendedAfter, .whole(1...1_000_000)),
  ])

  private static func form(of kind: Incentive.Kind) -> Form<Incentive> {
    switch kind {
    case .rewardAndSlash:
      rewardAndSlash.lifted({ if case .rewardAndSlash(let rule) = $0 { rule } else { nil } }) {
        $0 = .rewardAndSlash($1)
      }
    case .weightedScore:
      Form<WeightedScoreWager>(wager(\.wager) + [score(\.score)])
        .lifted({ if case .weightedScore(let rule) = $0 { rule } else { nil } }) { $0 = .weightedScore($1) }
    case .noArbitrage:
      Form<NoArbitrageWager>(wager(\.wager))
        .lifted({ if case .noArbitrage(let rule) = $0 { rule } else { nil } }) { $0 = .noArbitrage($1) }
    case .kelly:
      Form<KellySettlement>(
        wager(\.wager) + [
          Field("portion", "the part of the stake that is bet", \.portion, .billionths(1...Billionths.one)),
          Field("least", "what no class of a report counts less than", \.least, .billionths(0...Billionths.one / 2)),
        ]
      ).lifted({ if case .kelly(let rule) = $0 { rule } else { nil } }) { $0 = .kelly($1) }
    case .slashing: slashing
    case .market:
      Form<MarketSettlement>(
        wager(\.wager) + [
          Field(
            "subsidy", "the most credits that the treasury pays for one question", \.subsidy,
            .credits(Amount(micro: 1)...Amount(credits: 1_000_000))),
          Field("least", "what no class of a report counts less than", \.least, .billionths(1...Billionths.one / 2)),
        ]
      ).lifted({ if case .market(let rule) = $0 { rule } else { nil } }) { $0 = .market($1) }
    case .contribution:
      Form<ContributionPay>([
        Field(
          "unit", "credits that a contribution of one full score would earn", \.unit,
          .credits(Amount(micro: 1)...Amount(credits: 1_000_000)))
      ]).lifted({ if case .contribution(let rule) = $0 { rule } else { nil } }) { $0 = .contribution($1) }
    case .stakeAndBurn: stakeAndBurn
    case .equalSplit:
      Form<EqualSplitReward>([pot(\.pot)])
        .lifted({ if case .equalSplit(let rule) = $0 { rule } else { nil } }) { $0 = .equalSplit($1) }
    case .leaderboard:
      Form<LeaderboardBonus>([pot(\.pot)])
        .lifted({ if case .leaderboard(let rule) = $0 { rule } else { nil } }) { $0 = .leaderboard($1) }
    }
  }

  private static var slashing: Form<Incentive> {
    Form<SlashingRule>(
      wager(\.wager) + [
        score(\.score),
        Field("score_rate", "how far one score moves the smoothed one", \.scoreRate, .billionths(1...Billionths.one)),
        Field(
          "threshold", "the smoothed score under which members are slashed", \.threshold,
          .billionths(1...Billionths.one)),
        Field(
          "rate", "the part of the stake lost for each unit under the threshold", \.rate,
          .billionths(1...4 * Billionths.one)),
        Field("pool", "the share of slashes that goes to good members", \.pool, .billionths(0...Billionths.one)),
      ]
    ).lifted({ if case .slashing(let rule) = $0 { rule } else { nil } }) { $0 = .slashing($1) }
  }

  private static var stakeAndBurn: Form<Incentive> {
    Form<StakeAndBurn>(
      wager(\.wager) + [
        Field("score_weight", "the weight of the score", \.scoreWeight, .billionths(0...4 * Billionths.one)),
        Field(
          "contribution_weight", "the weight of the contribution", \.contributionWeight,
          .billionths(0...4 * Billionths.one)),
        Field("clip", "the most that a stake grows or burns by", \.clip, .billionths(1...Billionths.one)),
        Field(
          "threshold", "credits at risk in total beyond which payouts shrink", \.threshold,
          .credits(Amount(micro: 1)...Amount(credits: 1_000_000_000))),
      ]
    ).lifted({ if case .stakeAndBurn(let rule) = $0 { rule } else { nil } }) { $0 = .stakeAndBurn($1) }
  }

  private static func wager<Root>(_ keyPath: WritableKeyPath<Root, Wager> & Sendable) -> [Field<Root>] {
    let limit: WritableKeyPath<Wager, Amount> & Sendable = \.limit
    let share: WritableKeyPath<Wager, UInt32> & Sendable = \.share
    return Form<Wager>([
      Field(
        "stake_limit", "the most credits that a member stakes on one question", limit,
        .credits(Amount(micro: 1)...Amount(credits: 1_000_000_000))),
      Field("stake_share", "the part of its free credits that a member stakes", share, .billionths(1...Billionths.one)),
    ]).lifted({ $0[keyPath: keyPath] }) { $0[keyPath: keyPath] = $1 }.fields
  }

  private static func pot<Root>(_ keyPath: WritableKeyPath<Root, Amount> & Sendable) -> Field<Root> {
    Field("pot", "credits for each question", keyPath, .credits(Amount(micro: 1)...Amount(credits: 1_000_000)))
  }

  private static func score<Root>(_ keyPath: WritableKeyPath<Root, ScoringRule> & Sendable) -> Field<Root> {
    Field("score", "what reports are scored by", keyPath, scoringRule)
  }

  private static let scoringRule = Codec<ScoringRule>.variants(
    [
      Variant("brier", "the squared distance to the truth", .brier),
      Variant(
        "logarithmic", "the logarithm of what was given to the truth, from `least` up", .logarithmic(least: 1_000_000),
        Form([
          Field(
            "least", "what no class of a report counts less than", Codec<UInt32>.floor.schema,
            write: { if case .logarithmic(let least) = $0 { Codec<UInt32>.floor.write(least) } else { nil } },
            update: { (rule, node, path) throws(ScenarioError) in
              var least: UInt32 = 0
              try Codec<UInt32>.floor.update(&least, node, path)
              rule = .logarithmic(least: least)
            })
        ])),
      Variant("spherical", "what was given to the truth over the length of the report", .spherical),
    ], aliases: ["log": "logarithmic", "quadratic": "brier"]
  ) { rule in
    switch rule {
    case .brier: "brier"
    case .logarithmic: "logarithmic"
    case .spherical: "spherical"
    }
  }
}

extension Codec where Value == UInt32 {
  /// A floor of the logarithmic score.
  fileprivate static let floor = billionths(1...Billionths.one / 2)
}
