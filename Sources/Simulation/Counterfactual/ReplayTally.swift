import Consensus
import Incentives
import ProtocolCore
import Quantities

/// What is counted while a ledger is lived through in another world. Questions have their numbers in the ledger.
public struct ReplayTally: Hashable, Sendable {
  /// Questions in the ledger.
  public internal(set) var questions = 0
  /// How many of them were judged (simulated failures) and so have no class.
  public internal(set) var judged = 0
  /// Questions to which nobody was left: they are not asked in the other world.
  public internal(set) var skipped = 0
  /// Questions that were not asked there because too many were open.
  public internal(set) var crowdedOut = 0
  /// Questions whose most probable class is another.
  public internal(set) var topChanged = 0
  /// Outcomes in the ledger.
  public internal(set) var outcomes = 0
  /// Outcomes of questions that were not asked in the other world.
  public internal(set) var outcomesSkipped = 0
  /// Outcomes that came after the deadline of the other rules, and pay nobody there.
  public internal(set) var outcomesLate = 0
  /// Withdrawals for which there was less than was taken out.
  public internal(set) var withdrawalsShort = 0
  /// By seat in the ledger: answers that were recorded and fall away, the model having no voice in the other world.
  public internal(set) var dropped: [Seat: Int] = [:]
  /// By seat in the ledger: questions that the model would have had a voice in there, and for which no answer of its is
  /// recorded, since it had none in the ledger. What it would have said is not known.
  public internal(set) var unheard: [Seat: Int] = [:]
  /// How good the consensus was in the ledger and in the other world, over the questions whose class is known and that
  /// were asked in both.
  public internal(set) var real = ConsensusScore()
  /// See `real`.
  public internal(set) var other = ConsensusScore()
  /// The first question whose consensus is another, by however little.
  public internal(set) var firstConsensus: ReplayPlace?
  /// The first question whose most probable class is another.
  public internal(set) var firstTop: ReplayPlace?
  /// The first question that pays a model otherwise.
  public internal(set) var firstPayment: ReplayPlace?

  mutating func pooled(_ question: QuestionID, _ fact: ReplayFact, real: [UInt32], other: [UInt32]) {
    guard real != other else { return }
    let place = ReplayPlace(question: question, position: fact.position, tick: fact.tick)
    firstConsensus = firstConsensus ?? place
    guard Billionths.top(real) != Billionths.top(other) else { return }
    topChanged += 1
    firstTop = firstTop ?? place
  }

  mutating func paidOtherwise(_ question: QuestionID, _ fact: ReplayFact) {
    firstPayment = firstPayment ?? ReplayPlace(question: question, position: fact.position, tick: fact.tick)
  }

  mutating func scored(real: [UInt32], other: [UInt32], outcome: Int) {
    self.real.observe(real, outcome: outcome)
    self.other.observe(other, outcome: outcome)
  }
}

/// A place in a ledger.
public struct ReplayPlace: Hashable, Sendable {
  /// The question that the event speaks of.
  public let question: QuestionID
  /// The event, from 1.
  public let position: UInt64
  /// When it happened.
  public let tick: Tick
}

/// How good a consensus was.
public struct ConsensusScore: Hashable, Sendable {
  /// How many questions are scored.
  public private(set) var count = 0
  /// How many of them had the right class on top.
  public private(set) var right = 0
  /// The sum of -ln of the probability of what came, which counts as 1e-12 at least.
  public private(set) var lossSum = 0.0

  /// The share of right answers, 0 to 1; `nil` without questions.
  public var accuracy: Double? { count > 0 ? Double(right) / Double(count) : nil }
  /// The mean log loss in nats; `nil` without questions.
  public var logLoss: Double? { count > 0 ? lossSum / Double(count) : nil }

  mutating func observe(_ consensus: [UInt32], outcome: Int) {
    count += 1
    if Billionths.top(consensus) == outcome { right += 1 }
    lossSum += Scores.logLoss(Double(consensus[outcome]) / Double(Billionths.one))
  }
}
