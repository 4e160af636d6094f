import Consensus
import Quantities

/// The payer's side of the council: says what models may lose or earn with a question, and settles it.
///
/// Pure: what it needs of the past comes in as standings. It promises that a settlement adds up to zero, treasury
/// included, that nobody loses more than the stake, and that the treasury pays no more than was reserved for the
/// question. Mechanisms that pay without an outcome are in `UnresolvedRule`.
public protocol IncentiveMechanism: Hashable, Sendable {
  /// What is at stake for each of `members` when a question opens that all of them have answered.
  ///
  /// - Parameters:
  ///   - members: by seat; no stake exceeds what its model has free.
  ///   - classCount: how many classes the question has.
  func terms(for members: [Member], classCount: Int) -> [Terms]

  /// The payments for one question whose outcome has come.
  ///
  /// A kind that needs a class pays nothing where the outcome is a judgement or never comes: stakes go back.
  ///
  /// - Parameter standings: what is known of each row's model, before this outcome.
  func settle(_ question: StakedQuestion, standings: [Standing]) -> Settlement

  /// The scores that this kind keeps in the standings of those who answered, and how fast they move; `nil` for none.
  func scores(_ closed: ClosedQuestion, outcome: Outcome) -> ScoreRecord?
}

extension IncentiveMechanism {
  /// Most kinds keep no scores.
  public func scores(_ closed: ClosedQuestion, outcome: Outcome) -> ScoreRecord? { nil }
}

/// What a mechanism adds to the standings of those who answered a question.
public struct ScoreRecord: Hashable, Sendable {
  /// The score of each row, in billionths.
  public let scores: [UInt32]
  /// How far one score moves the smoothed one, in billionths.
  public let rate: UInt32
  /// The smoothed score of a model that has none yet, in billionths.
  public let start: UInt32

  /// Puts the parts together.
  public init(scores: [UInt32], rate: UInt32, start: UInt32) {
    self.scores = scores
    self.rate = rate
    self.start = start
  }
}

/// A model that answers a question, as the payer sees it.
public struct Member: Hashable, Sendable {
  /// What is known of it.
  public let standing: Standing
  /// What it owns and has not staked elsewhere.
  public let free: Amount

  /// Puts the parts together.
  public init(standing: Standing, free: Amount) {
    self.standing = standing
    self.free = free
  }
}

/// What one model may lose with one question, and what the treasury reserves for it, fixed when it opens.
public struct Terms: Hashable, Sendable {
  /// The most it can lose; reserved from its balance until the settlement.
  public let stake: Amount
  /// What the treasury reserves on its account. All of a question's rewards together are the most that the treasury
  /// can pay for it; where models wager among themselves they are zero, and a model may earn what others lose.
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

  /// The class that it turned out to be; `nil` where there is none.
  var truth: Int? { if case .class(let truth) = outcome { truth } else { nil } }
  /// The stake of each row.
  var stakes: [Amount] { terms.map(\.stake) }
  /// All that the treasury has reserved for it.
  var reserved: Amount { terms.reduce(.zero) { $0 + $1.reward } }
  /// The settlement in which everyone gets the stake back.
  var returned: Settlement { Settlement(payments: [Amount](repeating: .zero, count: terms.count), within: terms) }
}

/// The payments for one question: to each row of its table, negative for a loss; the treasury pays the sum.
public struct Settlement: Hashable, Sendable {
  /// To each row of the table, in seat order.
  public let payments: [Amount]
  /// To the treasury: minus the sum of the payments, so that all adds up to zero.
  public let treasury: Amount

  /// A settlement of `payments`: nobody loses more than the stake, the treasury no more than was reserved.
  public init(payments: [Amount], within terms: [Terms]) {
    precondition(payments.count == terms.count)
    var paid = Amount.zero
    var reserved = Amount.zero
    for (payment, terms) in zip(payments, terms) {
      precondition(payment >= -terms.stake, "nobody loses more than the stake")
      paid += payment
      reserved += terms.reward
    }
    precondition(paid <= reserved, "the treasury pays no more than was reserved")
    self.payments = payments
    treasury = -paid
  }
}
