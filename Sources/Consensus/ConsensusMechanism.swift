import Quantities

/// The pool's side of the council: makes one prediction out of many, and learns whom to trust.
///
/// A value: equal inputs give equal outputs, bit for bit, on every machine. Outcomes may arrive thousands of questions
/// later, or never; models may be absent from any question, join late and leave.
public protocol ConsensusMechanism: Hashable, Sendable {
  /// A model takes part from now on. Those who join before anything was learnt are founders and weigh equally;
  /// a later one enters at the least weight present.
  mutating func join(_ seat: Seat)

  /// Seats `seats` join, one after the other: the same as `join` for each, and quicker where many begin together.
  mutating func join(_ seats: Range<Int>)

  /// A model takes part no longer. Its seat is not used again.
  mutating func leave(_ seat: Seat)

  /// How much each of `seats` would weigh if just these answered: billionths that add up to one billion.
  func weights(of seats: [Seat]) -> [UInt32]

  /// Makes the consensus of one question. Changes nothing.
  ///
  /// - Parameter table: at least one row; every seat has joined.
  func pool(_ table: borrowing PredictionTable) -> Pooled

  /// Makes the consensus of one question with the influence of each row held to its limit.
  ///
  /// - Parameters:
  ///   - table: at least one row; every seat has joined.
  ///   - limits: one for each row; `nil` limits nothing. See `InfluenceLimits` for what is limited.
  func pool(_ table: borrowing PredictionTable, limits: InfluenceLimits?) -> Pooled

  /// Whether weights follow from what is staked on the question, as those of `StakeVote`.
  var readsStakes: Bool { get }

  /// How much each of `seats` would weigh if just these answered and staked this.
  ///
  /// - Parameter stakes: one for each seat, not negative; read only where `readsStakes`.
  func weights(of seats: [Seat], stakes: [Amount]) -> [UInt32]

  /// Makes the consensus of one question with the influence of each row held to its limit.
  ///
  /// - Parameter stakes: what each row stakes on the question, not negative; read only where `readsStakes`.
  func pool(_ table: borrowing PredictionTable, limits: InfluenceLimits?, stakes: [Amount]) -> Pooled

  /// Whether `Pooled.memo` holds anything. Where it does not, the core need not keep it.
  var keepsMemo: Bool { get }

  /// The memo alone that `pool` hands out for the same question: for a core that takes the consensus from an event.
  func memo(of table: borrowing PredictionTable, limits: InfluenceLimits?) -> Memo

  /// Whether `memo` can be one that `pool` handed out; asked of memos that come from outside, such as a snapshot's.
  func accepts(_ memo: Memo, classCount: Int) -> Bool

  /// Learns from an outcome, in the order of arrival.
  ///
  /// - Parameters:
  ///   - closed: the question as it was pooled.
  ///   - memo: what `pool` handed out for it, perhaps thousands of questions ago.
  ///   - outcome: what it turned out to be. A mechanism that needs a class lets a judgement pass.
  mutating func learn(_ closed: ClosedQuestion, memo: Memo, outcome: Outcome)

  /// Writes the whole state, one canonical value.
  func encode(into writer: inout CanonicalWriter)
}

/// What a pool makes of one question.
public struct Pooled: Hashable, Sendable {
  /// A probability for each class, in billionths that add up to one billion.
  public let consensus: [UInt32]
  /// The weight of each row of the table, in billionths that add up to one billion.
  public let weights: [UInt32]
  /// What the mechanism wants to see again when the outcome arrives.
  public let memo: Memo

  /// Puts the parts together.
  public init(consensus: [UInt32], weights: [UInt32], memo: Memo = Memo()) {
    self.consensus = consensus
    self.weights = weights
    self.memo = memo
  }
}

/// A mechanism's own notes about an open question, kept by the core until the outcome arrives.
public struct Memo: Hashable, Sendable {
  /// Finite numbers that only the mechanism understands.
  public let values: [Double]

  /// A memo of `values`; empty by default.
  public init(values: [Double] = []) { self.values = values }
}

extension ConsensusMechanism {
  /// One by one.
  public mutating func join(_ seats: Range<Int>) {
    for seat in seats { join(Seat(seat)) }
  }

  /// Most weigh by what they have learnt.
  public var readsStakes: Bool { false }

  /// Whatever is staked.
  public func weights(of seats: [Seat], stakes: [Amount]) -> [UInt32] { weights(of: seats) }

  /// Whatever is staked.
  public func pool(_ table: borrowing PredictionTable, limits: InfluenceLimits?, stakes: [Amount]) -> Pooled {
    pool(table, limits: limits)
  }

  /// An empty one, unless the mechanism keeps memos.
  public func memo(of table: borrowing PredictionTable, limits: InfluenceLimits?) -> Memo { Memo() }

  /// Only an empty one, unless the mechanism keeps memos.
  public func accepts(_ memo: Memo, classCount: Int) -> Bool { memo.values.isEmpty }

  /// The mixture of the rows of `table` by `weights`, in whole billionths: exact sums, then the largest-remainder rule.
  static func mixture(_ table: borrowing PredictionTable, weights: [UInt32]) -> [UInt32] {
    var sums = [UInt64](repeating: 0, count: table.classCount)
    for row in 0..<table.rowCount {
      let weight = UInt64(weights[row])
      // At most 1e9 weights of 1e9 probabilities each: sums stay below 2^60.
      for (k, probability) in table.row(row).enumerated() { sums[k] += weight * UInt64(probability) }
    }
    return Billionths.shares(sums)
  }

  /// The share of each class in the votes of the rows of `table`, each vote counting by `weights`.
  static func votes(_ table: borrowing PredictionTable, weights: [UInt32]) -> [UInt32] {
    var sums = [UInt64](repeating: 0, count: table.classCount)
    for row in 0..<table.rowCount { sums[table.top(row)] += UInt64(weights[row]) }
    return Billionths.shares(sums)
  }
}
