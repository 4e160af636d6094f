import Consensus
import Quantities

/// The payer's side of the council: says what a model may lose or earn with a question, and settles it.
///
/// Pure: what it needs of the past comes in as standings, chance as a seed. It promises that a settlement adds up to
/// zero, treasury included, that nobody loses more than the stake, and that nobody earns more than was reserved.
public protocol IncentiveMechanism: Hashable, Sendable {
  /// What is at stake for a model with this standing when a question opens.
  ///
  /// - Parameter free: what the model owns and has not staked elsewhere; the stake does not exceed it.
  func terms(for standing: Standing, free: Amount) -> Terms

  /// The payments for each question of a batch, in the same order.
  ///
  /// - Parameters:
  ///   - batch: most kinds settle a batch of one; peer prediction needs several.
  ///   - standings: what is known of each seat that answered.
  ///   - seed: where a mechanism that needs chance takes it from.
  func settle(_ batch: [StakedQuestion], standings: [Seat: Standing], seed: UInt64) -> [Settlement]
}

/// What one model may lose and earn with one question, fixed when it opens.
public struct Terms: Hashable, Sendable {
  /// The most it can lose; reserved from its balance until the settlement.
  public let stake: Amount
  /// The most it can earn; reserved from the treasury until the settlement.
  public let reward: Amount

  /// Both are not negative.
  public init(stake: Amount, reward: Amount) {
    precondition(stake >= .zero)
    precondition(reward >= .zero)
    self.stake = stake
    self.reward = reward
  }
}

/// A closed question with the terms of each row and what it turned out to be: all that a settlement rests on.
public struct StakedQuestion: Hashable, Sendable {
  /// What was said.
  public let closed: ClosedQuestion
  /// The terms of each row of `closed.table`.
  public let terms: [Terms]
  /// What it turned out to be.
  public let outcome: Outcome

  /// Puts the parts together.
  public init(closed: ClosedQuestion, terms: [Terms], outcome: Outcome) {
    precondition(terms.count == closed.table.rowCount)
    self.closed = closed
    self.terms = terms
    self.outcome = outcome
  }
}

/// The payments for one question: to each row of its table, negative for a slash; the treasury pays the sum.
public struct Settlement: Hashable, Sendable {
  /// To each row of the table, in seat order.
  public let payments: [Amount]
  /// To the treasury: minus the sum of the payments, so that all adds up to zero.
  public let treasury: Amount

  /// A settlement of `payments`, each within the terms of its row.
  public init(payments: [Amount], within terms: [Terms]) {
    precondition(payments.count == terms.count)
    for (payment, terms) in zip(payments, terms) {
      precondition(payment >= -terms.stake, "a slash never exceeds the stake")
      precondition(payment <= terms.reward, "a reward never exceeds what was reserved")
    }
    self.payments = payments
    treasury = -payments.reduce(.zero, +)
  }
}
