import Quantities

/// Which mechanism pools the predictions, with its settings: part of the rules in a ledger's first event.
public struct ConsensusRule: Hashable, Sendable {
  /// The mechanisms that can be named.
  public enum Kind: String, CaseIterable, Hashable, Sendable {
    /// `MajorityVote`.
    case majorityVote = "majority_vote"
    /// `StakeVote`.
    case stakeVote = "stake_vote"
    /// `WeightedVote`.
    case weightedVote = "weighted_vote"
    /// `TrackRecordPool`, the default.
    case trackRecord = "track_record"
    /// `FixedShare` with the constant `share`.
    case fixedShare = "fixed_share"
    /// `MetaLayer`: the one to choose where outcomes are classes.
    case meta
    /// `LinearPool`.
    case linearPool = "linear_pool"
    /// `LogPool`.
    case logPool = "log_pool"
    /// `MedianPool`.
    case median
    /// `TrimmedMean` with `trim`.
    case trimmedMean = "trimmed_mean"
    /// `GeometricMedian`.
    case geometricMedian = "geometric_median"
    /// `OptimalVote`.
    case optimalVote = "optimal_vote"
    /// `FixedShare` that shares nothing.
    case bayesMixture = "bayes_mixture"
    /// `FixedShare` with a falling share.
    case fallingShare = "falling_share"
    /// `BrierAggregating`.
    case brierAggregating = "brier_aggregating"
    /// `Hedge` with a falling rate on log losses.
    case hedge
    /// `AdaHedge` on log losses.
    case adaHedge = "ada_hedge"
    /// `AdaptMLProd` on gradients.
    case adaptMLProd = "adapt_ml_prod"
    /// `AdaptMLProd` on log losses.
    case adaptMLProdPlain = "adapt_ml_prod_plain"
    /// `BOA` on gradients.
    case boa
    /// `BOA` on log losses.
    case boaPlain = "boa_plain"
    /// `Squint` on gradients.
    case squint
    /// `MLPol` on gradients.
    case mlPol = "ml_pol"
    /// `RegretInformed` on log losses.
    case regretInformed = "regret_informed"
    /// `LearntLogPool` without a class bias.
    case learntLogPool = "learnt_log_pool"
    /// `LearntLogPool` with a class bias.
    case learntLogPoolBias = "learnt_log_pool_bias"
    /// `FullStacker`.
    case fullStacker = "full_stacker"
  }

  /// Which mechanism. Default: track record.
  public var kind = Kind.trackRecord
  /// How far one answer moves a track record, in billionths; the last 1/rate answers or so count. Default: 5 %.
  /// Raise it to follow changes faster, lower it for steadier weights. Votes by track record use it too.
  public var rate: UInt32 = 50_000_000
  /// What fixed share spreads over all members after each outcome, in billionths. Default: 1 %.
  /// Raise it where models break or drift, lower it where the best stays the best.
  public var share: UInt32 = 10_000_000
  /// What the trimmed mean leaves out at each end, in billionths, below one half. Default: 10 %.
  /// Raise it to bear more hostile models, lower it to lose less of what the others say.
  public var trim = Self.trimDefault

  private static let trimDefault: UInt32 = 100_000_000
  private static let trimMost = Billionths.one / 2 - 1

  /// The defaults.
  public init() {}

  /// The defaults with `kind`.
  public init(_ kind: Kind) { self.kind = kind }

  /// An empty mechanism of this kind.
  public func mechanism(classCount: Int) -> Pool {
    switch kind {
    case .majorityVote: .majorityVote(MajorityVote())
    case .stakeVote: .stakeVote(StakeVote())
    case .weightedVote: .weightedVote(WeightedVote(classCount: classCount, rate: rate))
    case .trackRecord: .trackRecord(TrackRecordPool(rate: rate))
    case .fixedShare: Pool(FixedShare(share: fraction(share)))
    case .meta: Pool(MetaLayer(classCount: classCount))
    case .linearPool: Pool(LinearPool())
    case .logPool: Pool(LogPool())
    case .median: Pool(MedianPool())
    case .trimmedMean: Pool(TrimmedMean(trim: fraction(trim)))
    case .geometricMedian: Pool(GeometricMedian())
    case .optimalVote: Pool(OptimalVote(classCount: classCount))
    case .bayesMixture: Pool(FixedShare(share: 0))
    case .fallingShare: Pool(FixedShare(share: .falling))
    case .brierAggregating: Pool(BrierAggregating())
    case .hedge: Pool(RegretPool(Hedge(), signal: .logLoss))
    case .adaHedge: Pool(RegretPool(AdaHedge(), signal: .logLoss))
    case .adaptMLProd: Pool(RegretPool(AdaptMLProd()))
    case .adaptMLProdPlain: Pool(RegretPool(AdaptMLProd(), signal: .logLoss))
    case .boa: Pool(RegretPool(BOA()))
    case .boaPlain: Pool(RegretPool(BOA(), signal: .logLoss))
    case .squint: Pool(RegretPool(Squint()))
    case .mlPol: Pool(RegretPool(MLPol()))
    case .regretInformed: Pool(RegretPool(RegretInformed(), signal: .logLoss))
    case .learntLogPool: Pool(LearntLogPool(classCount: classCount, hasBias: false))
    case .learntLogPoolBias: Pool(LearntLogPool(classCount: classCount))
    case .fullStacker: Pool(FullStacker(classCount: classCount))
    }
  }

  /// A mechanism of this kind in the state that `reader` holds.
  ///
  /// - Parameter seatCount: how many seats have been given; a state that knows more or fewer of them is refused.
  public func mechanism(
    decoding reader: inout CanonicalReader, classCount: Int, seatCount: Int
  ) throws(CanonicalError) -> Pool {
    switch kind {
    case .majorityVote: return .majorityVote(try MajorityVote(decoding: &reader))
    case .stakeVote: return .stakeVote(try StakeVote(decoding: &reader))
    case .weightedVote:
      return .weightedVote(
        try WeightedVote(decoding: &reader, classCount: classCount, rate: rate, seatCount: seatCount))
    case .trackRecord: return .trackRecord(try TrackRecordPool(decoding: &reader, rate: rate, seatCount: seatCount))
    default:
      guard case .aggregator(var aggregator) = mechanism(classCount: classCount) else {
        preconditionFailure("every other kind works in place")
      }
      try aggregator.base.restore(from: &reader, seatCount: seatCount)
      return .aggregator(aggregator)
    }
  }

  private func fraction(_ billionths: UInt32) -> Double { Double(billionths) / Double(Billionths.one) }

  /// Kind and settings as one canonical value; `trim` only where it is not the default.
  public func encode(into writer: inout CanonicalWriter) {
    writer.openObject()
    writer.key("kind")
    writer.text(kind.rawValue)
    writer.key("rate")
    writer.integer(rate)
    writer.key("share")
    writer.integer(share)
    if trim != Self.trimDefault {
      writer.key("trim")
      writer.integer(trim)
    }
    writer.closeObject()
  }

  /// Reads what `encode` wrote.
  public init(decoding reader: inout CanonicalReader) throws(CanonicalError) {
    try reader.openObject()
    try reader.key("kind")
    guard let kind = Kind(rawValue: try reader.text()) else {
      throw CanonicalError(offset: reader.offset, expected: "a known kind of consensus")
    }
    self.kind = kind
    try reader.key("rate")
    rate = UInt32(try reader.integer(in: 0...Int64(Billionths.one)))
    try reader.key("share")
    share = UInt32(try reader.integer(in: 0...Int64(Billionths.one)))
    if try reader.hasKey("trim") {
      trim = UInt32(try reader.integer(in: 0...Int64(Self.trimMost)))
      guard trim != Self.trimDefault else {
        throw CanonicalError(offset: reader.offset, expected: "no default to be written out")
      }
    }
    try reader.closeObject()
  }
}
