import Quantities

/// What a member makes of what it honestly believes: a type and a file for each, and one line in `StrategyCatalogue`.
///
/// A strategy is a value without memory of its own: what it knows comes in with each view, and chance from the view's
/// stream, so that both depths, any order of members and any number of threads give the same.
public protocol Strategy: Hashable, Sendable {
  /// The word for it in scenarios.
  static var name: String { get }

  /// Its settings by name, for scenario files, reports and the attack search, in a fixed order.
  static var parameters: [StrategyParameter] { get }

  /// The strategy with one value for each of `parameters`, in their order and within their ranges.
  init(values: [Double])

  /// Its values, in the order of `parameters`.
  var values: [Double] { get }

  /// Says what the member does with one question.
  ///
  /// - Parameters:
  ///   - view: what the member knows.
  ///   - row: K billionths that add up to one billion: the member's honest prediction before, its report after. Left as
  ///     it is where the member does not report.
  func answer(_ view: borrowing AnswerView, row: UnsafeMutablePointer<UInt32>) -> AnswerAct

  /// Says what the member does with its money and its name, after the settlements before each question.
  func move(_ view: borrowing MoveView) -> MoveAct

  /// The class that is reported as the outcome, where the strategy can make it another than `truth`; and what that
  /// costs.
  ///
  /// Asked of the first member of each group, in their order; the first that changes it wins.
  func bribe(_ view: borrowing BribeView) -> Bribe?

  /// What it waits for before it answers, where answers are not sealed.
  var sight: Sight { get }
}

extension Strategy {
  /// Most stay.
  public func move(_ view: borrowing MoveView) -> MoveAct { .stay }
  /// Most leave outcomes alone.
  public func bribe(_ view: borrowing BribeView) -> Bribe? { nil }
  /// Most look at nothing.
  public var sight: Sight { .nothing }
}

/// A setting of a strategy.
public struct StrategyParameter: Hashable, Sendable {
  /// The word for it in scenarios.
  public let name: String
  /// What it means, with its unit.
  public let meaning: String
  /// Where its values lie.
  public let range: ClosedRange<Double>
  /// Its value where none is given.
  public let standard: Double
  /// Whether it is a whole number.
  public let isWhole: Bool
  /// The words for the whole numbers from 0 on, for a setting that chooses among things with names; empty for numbers.
  public let choices: [String]
  /// Whether it says how the world is, and not what the member chooses: what others ask for a favour, say. A search for
  /// the best strategy leaves it as it is.
  public let isGiven: Bool

  /// Puts the parts together.
  public init(
    _ name: String, _ meaning: String, _ range: ClosedRange<Double>, standard: Double, isWhole: Bool = false,
    choices: [String] = [], isGiven: Bool = false
  ) {
    self.name = name
    self.meaning = meaning
    self.range = range
    self.standard = standard
    self.isWhole = isWhole
    self.choices = choices
    self.isGiven = isGiven
  }
}

/// What others have said of the same question, as far as a member looks at it before it answers.
public enum Sight: Hashable, Sendable {
  /// Nothing.
  case nothing
  /// The mean of the answers of all who look at nothing.
  case pool
  /// The answer of the member who looks at nothing and has the largest balance, the lowest seat among equals.
  case leader
}

/// What a member does with a question.
public enum AnswerAct: Hashable, Sendable {
  /// It sends its row in time.
  case report
  /// It says nothing.
  case absent
  /// It sends its row too late.
  case late
  /// It commits to its row and never reveals it; where answers are not sealed, the same as absent.
  case withheld
  /// It signs its row and another one for the same question.
  case equivocal
}

/// What a member does with its money and its name.
public enum MoveAct: Hashable, Sendable {
  /// Nothing.
  case stay
  /// It takes up to this much out of its free balance.
  case withdraw(Amount)
  /// It leaves and comes back as somebody new, with a deposit of the same size.
  case renew
}

/// A bribe of whoever reports the outcome.
public struct Bribe: Hashable, Sendable {
  /// The class to be reported.
  public let outcome: Int
  /// What it costs the member, outside the council's books.
  public let price: Amount

  /// Puts the parts together.
  public init(outcome: Int, price: Amount) {
    self.outcome = outcome
    self.price = price
  }
}
