import Quantities

/// Two names that bet on opposite extremes: of members 2i and 2i + 1 the first puts everything on what the group's
/// first member believes, the second everything on the runner-up.
///
/// One of the two tends to score at the top: profit where only the best are paid, as by a bonus for the first of a
/// leaderboard. Proper scores that pay losses as well as gains make the pair lose.
public struct HedgedPair: Strategy {
  /// `hedged_pair`.
  public static let name = "hedged_pair"
  /// None.
  public static let parameters: [StrategyParameter] = []
  /// None.
  public var values: [Double] { [] }

  /// The only one there is.
  public init(values: [Double]) {}

  /// Reports its side of the hedge.
  public func answer(_ view: borrowing AnswerView, row: UnsafeMutablePointer<UInt32>) -> AnswerAct {
    let side =
      view.member.isMultiple(of: 2)
      ? AnswerRow.top(view.shared, view.classCount) : AnswerRow.runnerUp(view.shared, view.classCount)
    AnswerRow(row, view.classCount).putAll(on: side)
    return .report
  }
}
