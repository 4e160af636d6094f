import ProtocolCore
import Quantities

/// Counts a share of all answers as failures whatever they say, so that one can watch balances change.
///
/// Each answer is drawn from a stream keyed by (seed, question, seat): the same whatever was drawn before, on any number
/// of threads, and not drawn a second time after a restart, since question numbers never come back.
public struct SimulatedFailure: Hashable, Sendable {
  /// The share of failures, in billionths, above 0.
  public let rate: UInt32
  /// Where the draws come from.
  public let seed: UInt64

  /// `nil` for a rate of 0: then outcomes come from outside.
  public init?(rate: UInt32, seed: UInt64) {
    precondition(rate <= Billionths.one)
    guard rate > 0 else { return nil }
    self.rate = rate
    self.seed = seed
  }

  /// How the answers of `seats` to `question` count.
  public func judgement(_ question: QuestionID, _ seats: [Seat]) -> SimulatedJudgement {
    SimulatedJudgement(failureRate: rate, right: seats.map { isRight(question, $0) })
  }

  private func isRight(_ question: QuestionID, _ seat: Seat) -> Bool {
    var stream = CounterStream(seed: seed, purpose: 0x6661_696C, question.number, UInt64(seat.index))
    return stream.below(Int(Billionths.one)) >= Int(rate)
  }
}
