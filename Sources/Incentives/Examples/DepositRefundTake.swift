import Quantities

/// Who submits data leaves a deposit, gets it back if the model comes to agree, and else loses it to other submitters.
///
/// Deposit in units = max(1, ⌊60 · weight / ⌊√seconds since the last submission⌋⌋). After `refundWait` the submitter takes
/// it back if the model now predicts the submitted class; if not, others who have had good data report it, each for
/// deposit · own good data / all good data; after `takeWait` anyone takes what is left (Harris, Waggoner 2019,
/// "Decentralized and collaborative AI on blockchain", self-assessment mechanism of 0xDeCA10B).
///
/// Guarantees: deposits are conserved; nobody is paid more than was deposited. Frequent submissions cost more.
/// Warning: the model that the submissions train is the judge. Whoever captures it is refunded and paid the others'
/// deposits. Here to compare with, as a state machine with ticks for time; the council does not use it.
public struct DepositRefundTake: Hashable, Sendable {
  /// Why a wish is refused.
  public enum Refusal: Error, Hashable, Sendable {
    /// No such submission, or nothing is left of its deposit.
    case nothingLeft
    /// It is too early: wait until the tick.
    case tooEarly(until: Tick)
    /// The model disagrees with the submission, so there is no refund.
    case modelDisagrees
    /// The model agrees with the submission, so there is nothing to report.
    case modelAgrees
    /// The submitter asked for a reward for its own data, or someone asked twice, or has no good data yet.
    case notEntitled
  }

  /// A submission.
  public struct Submission: Hashable, Sendable {
    /// Who submitted it.
    public let submitter: Seat
    /// The class that it claims.
    public let label: Int
    /// What was deposited.
    public let deposit: Amount
    /// When.
    public let tick: Tick
    /// What is left of the deposit.
    public fileprivate(set) var left: Amount
    fileprivate var reporters: [Seat] = []
  }

  /// What a unit of deposit is worth. Default: a thousandth of a credit.
  public var unit = Amount(micro: 1_000)
  /// How dear submissions are. Default: 1.
  public var weight: UInt64 = 1
  /// How long until a refund, in milliseconds. Default: one day.
  public var refundWait: UInt64 = 24 * 3_600_000
  /// How long until anyone takes the rest, in milliseconds. Default: nine days.
  public var takeWait: UInt64 = 9 * 24 * 3_600_000

  /// All submissions, in their order.
  public private(set) var submissions: [Submission] = []
  /// How many refunded submissions each submitter has.
  public private(set) var good: [Seat: UInt64] = [:]
  private var goodTotal: UInt64 = 0

  /// Nothing submitted yet.
  public init() {}

  /// What lies in deposits.
  public var held: Amount { submissions.reduce(.zero) { $0 + $1.left } }

  /// What a submission costs at `tick`; it falls with the time since the last one.
  public func deposit(at tick: Tick) -> Amount {
    guard let last = submissions.last else { return unit }
    let seconds = (tick.milliseconds - last.tick.milliseconds) / 1_000
    let root = UInt64(Double(seconds).squareRoot())
    let units = root == 0 ? 60 * weight : max(1, 60 * weight / root)
    return Amount(micro: unit.micro * Int64(units))
  }

  /// Takes a submission; returns its number and what it costs.
  public mutating func submit(by submitter: Seat, label: Int, at tick: Tick) -> (number: Int, deposit: Amount) {
    precondition(submissions.last.map { $0.tick <= tick } ?? true, "time never goes back")
    let deposit = deposit(at: tick)
    submissions.append(
      Submission(submitter: submitter, label: label, deposit: deposit, tick: tick, left: deposit))
    return (submissions.count - 1, deposit)
  }

  /// Gives the deposit back to its submitter; returns what is paid.
  ///
  /// - Parameter prediction: what the model says of the data now.
  public mutating func refund(_ number: Int, prediction: Int, at tick: Tick) throws(Refusal) -> Amount {
    let submission = try waited(number, refundWait, tick)
    guard submission.label == prediction else { throw .modelDisagrees }
    good[submission.submitter, default: 0] += 1
    goodTotal += 1
    submissions[number].left = .zero
    return submission.left
  }

  /// Pays `reporter` a share of the deposit of data that the model disagrees with; returns what is paid.
  public mutating func report(
    _ number: Int, by reporter: Seat, prediction: Int, at tick: Tick
  ) throws(Refusal) -> Amount {
    let submission = try waited(number, refundWait, tick)
    guard submission.label != prediction else { throw .modelAgrees }
    guard reporter != submission.submitter, !submission.reporters.contains(reporter), let own = good[reporter] else {
      throw .notEntitled
    }
    let share = submission.deposit.scaled(Int64(own), over: Int64(goodTotal))
    let paid = min(submission.left, max(Amount(micro: 1), share))
    submissions[number].left -= paid
    submissions[number].reporters.append(reporter)
    return paid
  }

  /// Pays out what is left of an old deposit, to anyone; returns what is paid.
  public mutating func take(_ number: Int, at tick: Tick) throws(Refusal) -> Amount {
    let submission = try waited(number, takeWait, tick)
    submissions[number].left = .zero
    return submission.left
  }

  private func waited(_ number: Int, _ wait: UInt64, _ tick: Tick) throws(Refusal) -> Submission {
    guard submissions.indices.contains(number), submissions[number].left > .zero else { throw .nothingLeft }
    let until = Tick(submissions[number].tick.milliseconds + wait)
    guard until <= tick else { throw .tooEarly(until: until) }
    return submissions[number]
  }
}
