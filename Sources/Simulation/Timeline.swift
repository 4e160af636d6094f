import Quantities

/// When things happen in a run, and in which order: the same at both depths.
///
/// Question q, from 1, opens at (q - 1) · `interval`. Each opening is one moment, at which, in this order,
/// 1. the outcomes that have come are reported, by (time, question), each at its own time;
/// 2. time passes (`Input.tick`): questions expire, waiting ones are settled, withdrawals are paid;
/// 3. members withdraw, take new names or leave, by member number;
/// 4. members join, by member number;
/// 5. the question is asked, unless nobody answers it.
///
/// After the last opening all outcomes that will ever come are reported in the same order, and then time passes to one
/// millisecond after each `Council.nextDeadline`, until nothing is open, waits or is owed.
public struct Timeline {
  /// An outcome on its way.
  public struct Due: Hashable, Sendable {
    /// When it comes.
    public let time: Tick
    /// Of which question, from 1.
    public let question: Int
  }

  private let interval: UInt64
  // Of outcomes at one time the one that was expected first comes first.
  private var queue = EventQueue<Int>()
  private var lastExpected = 0

  /// Nothing on its way yet.
  public init(_ scenario: Scenario) { interval = scenario.interval }

  /// The moment at which `question`, from 1, opens.
  public func opening(_ question: Int) -> Tick { Tick(UInt64(question - 1) * interval) }

  /// Takes note that the outcome of `question` comes `delay` milliseconds after its opening. O(log n) for n on their way.
  ///
  /// - Precondition: outcomes are expected in the order of their questions.
  public mutating func expect(_ question: Int, after delay: UInt64) {
    precondition(question >= lastExpected, "outcomes are expected in the order of their questions")
    lastExpected = question
    queue.push(question, at: opening(question).milliseconds + delay, rank: 0)
  }

  /// Takes out the first outcome that is due by `moment`; `nil` where none is left.
  public mutating func next(until moment: Tick) -> Due? {
    guard let time = queue.nextTime, time <= moment.milliseconds, let (_, question) = queue.pop() else { return nil }
    return Due(time: Tick(time), question: question)
  }
}
