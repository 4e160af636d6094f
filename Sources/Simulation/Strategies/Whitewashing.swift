import Quantities

/// Leaves with what it has left as soon as its record is spoilt, and comes back under a new name with a clean one.
///
/// Pays wherever a newcomer has more to gain than a member with a bad record, and where money can leave before slashes
/// reach it. A deposit, an unbonding time and low weights for newcomers defeat it.
public struct Whitewashing: Strategy {
  /// `whitewashing`.
  public static let name = "whitewashing"
  /// `floor`, `answers`, `lies`.
  public static let parameters = [
    StrategyParameter(
      "floor", "part of its deposit below which its balance makes it renew; 0 for never", 0...1, standard: 0.9),
    StrategyParameter(
      "answers", "answers after which it renews if it has less than its deposit; 0 for never", 0...1e9, standard: 0,
      isWhole: true),
    StrategyParameter("lies", "chance that it puts everything on a class it does not believe", 0...1, standard: 0),
  ]
  /// The part of its deposit below which it renews.
  public var floor: Double
  /// The answers after which it renews if it has lost; 0 for never.
  public var answers: Int
  /// The chance that it lies.
  public var lies: Double
  /// `floor`, `answers`, `lies`.
  public var values: [Double] { [floor, Double(answers), lies] }

  /// From `floor`, `answers`, `lies`.
  public init(values: [Double]) {
    floor = values[0]
    answers = Int(values[1].rounded())
    lies = values[2]
  }

  /// Reports its belief, or a lie.
  public func answer(_ view: borrowing AnswerView, row: UnsafeMutablePointer<UInt32>) -> AnswerAct {
    var random = view.random
    guard random.unit() < lies else { return .report }
    AnswerRow(row, view.classCount).putAll(on: (view.top + 1) % view.classCount)
    return .report
  }

  /// Renews once its record is spoilt.
  public func move(_ view: borrowing MoveView) -> MoveAct {
    if Double(view.balance.micro) < floor * Double(view.deposit.micro) { return .renew }
    guard answers > 0, view.answered >= answers, view.balance < view.deposit else { return .stay }
    return .renew
  }
}
