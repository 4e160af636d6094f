import Quantities

/// Every model votes for the class it holds most probable, and a vote counts by what is staked on the question.
///
/// The consensus is the share of each class in all that is staked, exact in micro-credits; a tie for the top goes to the
/// lowest class. Where nobody stakes anything all votes count the same. It learns nothing by itself: where right answers
/// earn and wrong ones lose, balances do, as far as stakes follow from them.
///
/// Guarantee: a stake that is split among several names counts the same, so many identities gain nothing. What it is
/// not: safe from wealth. Whoever stakes more than half decides, right or wrong.
/// Whole-number arithmetic throughout. Cost: O(N K).
public struct StakeVote: ConsensusMechanism {
  /// A vote without members.
  public init() {}
  /// Nothing to remember: stakes come with each question.
  public mutating func join(_ seat: Seat) {}
  /// Nothing to forget.
  public mutating func leave(_ seat: Seat) {}

  /// Equal shares: nothing is said of stakes.
  public func weights(of seats: [Seat]) -> [UInt32] { Billionths.shares([UInt64](repeating: 1, count: seats.count)) }

  /// Shares of the stakes.
  public func weights(of seats: [Seat], stakes: [Amount]) -> [UInt32] { Billionths.shares(Self.counts(stakes)) }

  /// The shares of votes that all count the same.
  public func pool(_ table: borrowing PredictionTable) -> Pooled { pool(table, limits: nil) }

  /// The shares of votes that all count the same, but for the limits.
  public func pool(_ table: borrowing PredictionTable, limits: InfluenceLimits?) -> Pooled {
    pool(table, limits: limits, stakes: [Amount](repeating: .zero, count: table.rowCount))
  }

  /// `true`.
  public var readsStakes: Bool { true }

  /// The shares of what is staked on each class; with limits, of the limited weights.
  public func pool(_ table: borrowing PredictionTable, limits: InfluenceLimits?, stakes: [Amount]) -> Pooled {
    precondition(stakes.count == table.rowCount, "a stake for each row")
    let counts = Self.counts(stakes)
    let own = Billionths.shares(counts)
    if let limits {
      let weights = limits.applied(to: own)
      return Pooled(consensus: Self.votes(table, weights: weights), weights: weights)
    }
    // Whole stakes: shares of billionths would round twice. All money together is below 2^62, so sums fit.
    let sums = VoteTally.sums(table, counts: stakes.contains { $0 > .zero } ? stakes : nil)
    return Pooled(consensus: Billionths.shares(sums), weights: own)
  }

  // What each vote counts: its stake, or one where nobody stakes anything.
  private static func counts(_ stakes: [Amount]) -> [UInt64] {
    stakes.contains { $0 > .zero } ? stakes.map { UInt64($0.micro) } : stakes.map { _ in 1 }
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
