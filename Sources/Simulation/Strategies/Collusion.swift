import Quantities

/// A cartel: its members agree on one wrong answer, all of them with everything they have.
///
/// Wins wherever its weight is over one half, or over what the honest disagree by; peer prediction pays it for
/// agreeing. Which class is wrong is judged by what the group's first member believes.
public struct Collusion: Strategy {
  /// `collusion`.
  public static let name = "collusion"
  /// `chance`, `target`.
  public static let parameters = [
    StrategyParameter("chance", "chance that the group strikes at a question it could strike at", 0...1, standard: 1),
    StrategyParameter(
      "target", "class it strikes at, from 0; -1 for every class", -1...999, standard: -1, isWhole: true),
  ]
  /// The chance that the group strikes at a question.
  public var chance: Double
  /// The class that it strikes at; -1 for all.
  public var target: Int
  /// `chance`, `target`.
  public var values: [Double] { [chance, Double(target)] }

  /// From `chance`, `target`.
  public init(values: [Double]) {
    chance = values[0]
    target = Int(values[1].rounded())
  }

  /// Reports its own belief, or what the group agreed on.
  public func answer(_ view: borrowing AnswerView, row: UnsafeMutablePointer<UInt32>) -> AnswerAct {
    var random = view.sharedRandom
    let believed = AnswerRow.top(view.shared, view.classCount)
    guard target == -1 || target == believed, random.unit() < chance else { return .report }
    let wrong = (believed + 1 + random.below(view.classCount - 1)) % view.classCount
    AnswerRow(row, view.classCount).putAll(on: wrong)
    return .report
  }
}
