import Quantities

/// A linear pool whose weights follow each model's smoothed recent accuracy.
///
/// p(k) = Σ wᵢ pᵢ(k), with wᵢ the share of model i's accuracy in the sum over those who answered (Stone 1961 for the
/// pool). Guarantee: by convexity its Brier and log loss are at most the weighted mean loss of its members; there is no
/// bound against the best one. Learns from classes and from judgements alike, after every settlement.
/// Whole-number arithmetic throughout. Cost: O(N K).
public struct TrackRecordPool: ConsensusMechanism {
  private var record: TrackRecord

  /// A pool without members.
  /// - Parameter rate: the part of the way that one answer moves an accuracy, in billionths.
  public init(rate: UInt32) { record = TrackRecord(rate: rate) }

  /// Founders at one half, later ones at the least accuracy present.
  public mutating func join(_ seat: Seat) { record.join(seat) }
  /// Forgets the accuracy of `seat`.
  public mutating func leave(_ seat: Seat) { record.leave(seat) }

  /// Shares of accuracy.
  public func weights(of seats: [Seat]) -> [UInt32] {
    Billionths.shares(seats.map { UInt64(record.accuracy($0)) })
  }

  /// The mixture.
  public func pool(_ table: borrowing PredictionTable) -> Pooled { pool(table, limits: nil) }

  /// The mixture, weights held to the limits.
  public func pool(_ table: borrowing PredictionTable, limits: InfluenceLimits?) -> Pooled {
    let own = weights(of: table.seats)
    let weights = limits?.applied(to: own) ?? own
    return Pooled(consensus: Self.mixture(table, weights: weights), weights: weights)
  }

  /// `false`: accuracies move by what the models said, which the question itself holds.
  public var keepsMemo: Bool { false }

  /// Moves the accuracy of everyone who answered.
  public mutating func learn(_ closed: ClosedQuestion, memo: Memo, outcome: Outcome) {
    record.learn(closed, outcome: outcome)
  }

  /// The track record.
  public func encode(into writer: inout CanonicalWriter) { record.encode(into: &writer) }

  /// Reads what `encode` wrote.
  ///
  /// - Parameter seatCount: how many seats have been given.
  public init(decoding reader: inout CanonicalReader, rate: UInt32, seatCount: Int) throws(CanonicalError) {
    record = try TrackRecord(decoding: &reader, rate: rate, seatCount: seatCount)
  }
}
