import Quantities

/// Whichever mechanism the rules name, as one value: a closed set, so that calls need no existential.
public enum Pool: ConsensusMechanism {
  /// Every model has one vote.
  case majorityVote(MajorityVote)
  /// Votes by track record.
  case weightedVote(WeightedVote)
  /// A mixture by track record.
  case trackRecord(TrackRecordPool)
  /// The Bayes mixture that forgets.
  case fixedShare(FixedShare)

  /// See `ConsensusMechanism`.
  public mutating func join(_ seat: Seat) {
    switch take() {
    case .majorityVote(var mechanism):
      mechanism.join(seat)
      self = .majorityVote(mechanism)
    case .weightedVote(var mechanism):
      mechanism.join(seat)
      self = .weightedVote(mechanism)
    case .trackRecord(var mechanism):
      mechanism.join(seat)
      self = .trackRecord(mechanism)
    case .fixedShare(var mechanism):
      mechanism.join(seat)
      self = .fixedShare(mechanism)
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
    case .trackRecord(var mechanism):
      mechanism.leave(seat)
      self = .trackRecord(mechanism)
    case .fixedShare(var mechanism):
      mechanism.leave(seat)
      self = .fixedShare(mechanism)
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
    case .trackRecord(var mechanism):
      mechanism.learn(closed, memo: memo, outcome: outcome)
      self = .trackRecord(mechanism)
    case .fixedShare(var mechanism):
      mechanism.learn(closed, memo: memo, outcome: outcome)
      self = .fixedShare(mechanism)
    }
  }

  /// See `ConsensusMechanism`.
  public func weights(of seats: [Seat]) -> [UInt32] {
    switch self {
    case .majorityVote(let mechanism): mechanism.weights(of: seats)
    case .weightedVote(let mechanism): mechanism.weights(of: seats)
    case .trackRecord(let mechanism): mechanism.weights(of: seats)
    case .fixedShare(let mechanism): mechanism.weights(of: seats)
    }
  }

  /// See `ConsensusMechanism`.
  public func pool(_ table: borrowing PredictionTable) -> Pooled {
    switch self {
    case .majorityVote(let mechanism): mechanism.pool(table)
    case .weightedVote(let mechanism): mechanism.pool(table)
    case .trackRecord(let mechanism): mechanism.pool(table)
    case .fixedShare(let mechanism): mechanism.pool(table)
    }
  }

  /// See `ConsensusMechanism`.
  public var keepsMemo: Bool { mechanism.keepsMemo }
  /// See `ConsensusMechanism`.
  public func encode(into writer: inout CanonicalWriter) { mechanism.encode(into: &writer) }

  private var mechanism: any ConsensusMechanism {
    switch self {
    case .majorityVote(let mechanism): mechanism
    case .weightedVote(let mechanism): mechanism
    case .trackRecord(let mechanism): mechanism
    case .fixedShare(let mechanism): mechanism
    }
  }

  // Hands out the mechanism and keeps nothing of it, so that it is changed in place rather than copied.
  private mutating func take() -> Pool {
    let pool = self
    self = .majorityVote(MajorityVote())
    return pool
  }
}
