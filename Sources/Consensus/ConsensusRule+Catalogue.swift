extension ConsensusRule.Kind {
  /// What it does, in one line.
  public var summary: String {
    switch self {
    case .majorityVote: "one vote for each model"
    case .stakeVote: "votes that count by what is staked on them"
    case .weightedVote: "votes that count by track record"
    case .trackRecord: "linear pool weighted by recent accuracy; learns from judgements too"
    case .fixedShare: "Bayes mixture that spreads a constant share after each outcome"
    case .meta: "all online pools side by side, mixed by how well each has predicted"
    case .linearPool: "plain average"
    case .logPool: "normalised geometric mean"
    case .median: "median of each class, scaled to 1"
    case .trimmedMean: "mean of each class without its extremes, scaled to 1"
    case .geometricMedian: "the distribution nearest to all in sum of distances"
    case .optimalVote: "votes that count the log odds of being right"
    case .bayesMixture: "mixture by posterior weights; never forgets"
    case .fallingShare: "Bayes mixture that spreads 1/(t + 1) after outcome t"
    case .brierAggregating: "aggregating algorithm for the Brier loss"
    case .hedge: "exponential weights on log losses with a falling rate"
    case .adaHedge: "exponential weights whose rate follows from what mixing cost"
    case .adaptMLProd: "multiplicative weights with a rate for each model, on gradients"
    case .adaptMLProdPlain: "the same on log losses"
    case .boa: "Bernstein online aggregation with a rate for each model, on gradients"
    case .boaPlain: "the same on log losses"
    case .squint: "weights averaged over all rates, on gradients"
    case .mlPol: "weights by positive regret, on gradients"
    case .regretInformed: "smoothed regrets through a softplus, as the Allora chain has it"
    case .learntLogPool: "log pool with learnt weights that need not add up to 1"
    case .learntLogPoolBias: "the same with a learnt bias for each class"
    case .fullStacker: "each class from the logarithms of all classes of all models"
    }
  }

  /// What it guarantees, in one line; conditions and sources stand with the type.
  public var guarantee: String {
    switch self {
    case .majorityVote: "error falls exponentially in the number of independent models better than chance"
    case .stakeVote: "no name counts more for being split; wrong where most of the stake is"
    case .weightedVote: "none against the best model"
    case .trackRecord, .linearPool: "loss at most the weighted mean loss of its members"
    case .fixedShare: "excess log loss over any sequence with m switches: ln N + m ln(N/a) + (T - m - 1) ln(1/(1 - a))"
    case .meta: "excess log loss over any model: ln N + ln M + ln T, over the uniform pool: ln M + ln T"
    case .logPool: "least sum of divergences to its members; externally Bayesian"
    case .median: "breakdown point 1/2 for each class"
    case .trimmedMean: "within the honest range with at most the trimmed number of hostile models"
    case .geometricMedian: "within 2(1 - b)/(1 - 2b) of the largest honest distance, b < 1/2 hostile"
    case .optimalVote: "the posterior for independent models of known accuracy"
    case .bayesMixture: "excess log loss over any model: ln N"
    case .fallingShare: "excess log loss over any model: ln N + ln T"
    case .brierAggregating: "excess Brier loss over any model: ln N"
    case .hedge: "regret 2 sqrt(T/2 ln N) + sqrt(ln N / 8) for losses in a range of 1"
    case .adaHedge: "regret 2 sqrt(V ln N) + S (4/3 ln N + 2)"
    case .adaptMLProd, .adaptMLProdPlain, .boa, .boaPlain: "regret O(sqrt(sum r² ln N) + E ln N) to each model"
    case .squint: "regret O(sqrt(V (ln N + ln ln T))) to each model and quantile"
    case .mlPol: "regret O(sqrt(N sum r²)) to each model"
    case .regretInformed: "none"
    case .learntLogPool, .learntLogPoolBias, .fullStacker:
      "regret O(sqrt(T)) to fixed coefficients while its own stay near them"
    }
  }

  /// How many classes it can take: the stackers hold K² numbers for each model.
  public var classesMax: Int {
    switch self {
    case .meta, .fullStacker: 256
    default: 10_000
    }
  }
}
