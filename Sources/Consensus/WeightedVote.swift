import Quantities

/// Every model votes for the class it holds most probable, and better models count for more.
///
/// A vote counts vᵢ = max(0, K aᵢ - 1), the linear stand-in for the log odds that are optimal with independent voters
/// (Li, Yu 2014, iterative weighted majority voting), aᵢ the smoothed recent accuracy. A model at chance has no say;
/// where nobody is better than chance all votes count the same. Ties go to the lowest class.
/// Whole-number arithmetic throughout. Cost: O(N K).
public struct WeightedVote: ConsensusMechanism {
  private var record: TrackRecord
  private let classCount: Int

  /// A vote without members.
  /// - Parameters:
  ///   - classCount: how many classes, K.
  ///   - rate: the part of the way that one answer moves an accuracy, in billionths.
  public init(classCount: Int, rate: UInt32) {
    record = TrackRecord(rate: rate)
    self.classCount = classCount
  }

  /// Founders at one half, later ones at the least accuracy present.
  public mutating func join(_ seat: Seat) { record.join(seat) }
  /// Forgets the accuracy of `seat`.
  public mutating func leave(_ seat: Seat) { record.leave(seat) }

  /// Shares of the votes' counts.
  public func weights(of seats: [Seat]) -> [UInt32] {
    Billionths.shares(
      seats.map { seat in
        let scaled = UInt64(classCount) * UInt64(record.accuracy(seat))
        return scaled > UInt64(Billionths.one) ? scaled - UInt64(Billionths.one) : 0
      })
  }

  /// The shares of votes.
  public func pool(_ table: borrowing PredictionTable) -> Pooled { pool(table, limits: nil) }

  /// The shares of votes, weights held to the limits.
  public func pool(_ table: borrowing PredictionTable, limits: InfluenceLimits?) -> Pooled {
    let own = weights(of: table.seats)
    let weights = limits?.applied(to: own) ?? own
    return Pooled(consensus: Self.votes(table, weights: weights), weights: weights)
  }

  /// `false`.
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
  public init(
    decoding reader: inout CanonicalReader, classCount: Int, rate: UInt32, seatCount: Int
  ) throws(CanonicalError) {
    record = try TrackRecord(decoding: &reader, rate: rate, seatCount: seatCount)
    self.classCount = classCount
  }
}
