import Quantities

/// Every model has one vote, for the class it holds most probable (plurality).
///
/// The consensus is the share of votes of each class; a tie for the top goes to the lowest class. It learns nothing.
/// Guarantee: with independent voters better than chance, its error falls exponentially in their number
/// (Condorcet 1785; Hoeffding's inequality). Cost: O(N K) for N models and K classes.
public struct MajorityVote: ConsensusMechanism {
  /// A vote without members.
  public init() {}
  /// Nothing to remember: all votes count the same.
  public mutating func join(_ seat: Seat) {}
  /// Nothing to forget.
  public mutating func leave(_ seat: Seat) {}
  /// Equal shares.
  public func weights(of seats: [Seat]) -> [UInt32] { Billionths.shares([UInt64](repeating: 1, count: seats.count)) }
  /// The shares of votes.
  public func pool(_ table: borrowing PredictionTable) -> Pooled { pool(table, limits: nil) }

  /// The shares of votes, weights held to the limits.
  public func pool(_ table: borrowing PredictionTable, limits: InfluenceLimits?) -> Pooled {
    let own = weights(of: table.seats)
    guard let limits else {
      // Whole votes: shares of billionths would round twice.
      let ones = [UInt32](repeating: 1, count: table.rowCount)
      return Pooled(consensus: Self.votes(table, weights: ones), weights: own)
    }
    let weights = limits.applied(to: own)
    return Pooled(consensus: Self.votes(table, weights: weights), weights: weights)
  }
  /// `false`.
  public var keepsMemo: Bool { false }
  /// Learns nothing.
  public mutating func learn(_ closed: ClosedQuestion, memo: Memo, outcome: Outcome) {}
  /// An empty object.
  public func encode(into writer: inout CanonicalWriter) {
    writer.openObject()
    writer.closeObject()
  }
  /// Reads what `encode` wrote.
  public init(decoding reader: inout CanonicalReader) throws(CanonicalError) {
    try reader.openObject()
    try reader.closeObject()
  }
}
