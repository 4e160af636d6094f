import Quantities

/// Whichever mechanism the rules name, as one value.
public enum Pool: ConsensusMechanism {
  /// Every model has one vote.
  case majorityVote(MajorityVote)
  /// Votes by stake.
  case stakeVote(StakeVote)
  /// Votes by track record.
  case weightedVote(WeightedVote)
  /// A mixture by track record.
  case trackRecord(TrackRecordPool)
  /// Any pool that works in place.
  case aggregator(AnyAggregator)

  /// A pool that works in place.
  public init(_ aggregator: some Aggregator) { self = .aggregator(AnyAggregator(aggregator)) }

  /// See `ConsensusMechanism`.
  public mutating func join(_ seat: Seat) {
    switch take() {
    case .majorityVote(var mechanism):
      mechanism.join(seat)
      self = .majorityVote(mechanism)
    case .weightedVote(var mechanism):
      mechanism.join(seat)
      self = .weightedVote(mechanism)
    case .stakeVote(var mechanism):
      mechanism.join(seat)
      self = .stakeVote(mechanism)
    case .trackRecord(var mechanism):
      mechanism.join(seat)
      self = .trackRecord(mechanism)
    case .aggregator(var mechanism):
      mechanism.base.join(seat)
      self = .aggregator(mechanism)
    }
  }

  /// See `ConsensusMechanism`.
  public mutating func leave(_ seat: Seat) {
    switch take() {
    case .majorityVote(var mechanism):
      mechanism.leave(seat)
      self = .majorityVote(mechanism)
    case .weightedVote(var mechanism):
      mechanism.leave(seat)
      self = .weightedVote(mechanism)
    case .stakeVote(var mechanism):
      mechanism.leave(seat)
      self = .stakeVote(mechanism)
    case .trackRecord(var mechanism):
      mechanism.leave(seat)
      self = .trackRecord(mechanism)
    case .aggregator(var mechanism):
      mechanism.base.leave(seat)
      self = .aggregator(mechanism)
    }
  }

  /// See `ConsensusMechanism`.
  public mutating func learn(_ closed: ClosedQuestion, memo: Memo, outcome: Outcome) {
    switch take() {
    case .majorityVote(var mechanism):
      mechanism.learn(closed, memo: memo, outcome: outcome)
      self = .majorityVote(mechanism)
    case .weightedVote(var mechanism):
      mechanism.learn(closed, memo: memo, outcome: outcome)
      self = .weightedVote(mechanism)
    case .stakeVote(var mechanism):
      mechanism.learn(closed, memo: memo, outcome: outcome)
      self = .stakeVote(mechanism)
    case .trackRecord(var mechanism):
      mechanism.learn(closed, memo: memo, outcome: outcome)
      self = .trackRecord(mechanism)
    case .aggregator(var mechanism):
      mechanism.base.learn(closed, memo: memo, outcome: outcome)
      self = .aggregator(mechanism)
    }
  }

  /// See `ConsensusMechanism`.
  public func weights(of seats: [Seat]) -> [UInt32] { mechanism.weights(of: seats) }
  /// See `ConsensusMechanism`.
  public func pool(_ table: borrowing PredictionTable) -> Pooled { mechanism.pool(table) }
  /// See `ConsensusMechanism`.
  public func pool(_ table: borrowing PredictionTable, limits: InfluenceLimits?) -> Pooled {
    mechanism.pool(table, limits: limits)
  }
  /// See `ConsensusMechanism`.
  public var readsStakes: Bool { mechanism.readsStakes }
  /// See `ConsensusMechanism`.
  public func weights(of seats: [Seat], stakes: [Amount]) -> [UInt32] { mechanism.weights(of: seats, stakes: stakes) }
  /// See `ConsensusMechanism`.
  public func pool(_ table: borrowing PredictionTable, limits: InfluenceLimits?, stakes: [Amount]) -> Pooled {
    mechanism.pool(table, limits: limits, stakes: stakes)
  }
  /// See `ConsensusMechanism`.
  public var keepsMemo: Bool { mechanism.keepsMemo }
  /// See `ConsensusMechanism`.
  public func memo(of table: borrowing PredictionTable, limits: InfluenceLimits?) -> Memo {
    mechanism.memo(of: table, limits: limits)
  }
  /// See `ConsensusMechanism`.
  public func accepts(_ memo: Memo, classCount: Int) -> Bool { mechanism.accepts(memo, classCount: classCount) }
  /// See `ConsensusMechanism`.
  public func encode(into writer: inout CanonicalWriter) { mechanism.encode(into: &writer) }

  private var mechanism: any ConsensusMechanism {
    switch self {
    case .majorityVote(let mechanism): mechanism
    case .stakeVote(let mechanism): mechanism
    case .weightedVote(let mechanism): mechanism
    case .trackRecord(let mechanism): mechanism
    case .aggregator(let mechanism): mechanism.base
    }
  }

  // Hands out the mechanism and keeps nothing of it, so that it is changed in place rather than copied.
  private mutating func take() -> Pool {
    let pool = self
    self = .majorityVote(MajorityVote())
    return pool
  }
}
