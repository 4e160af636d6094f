import Quantities

/// Says what others say: the mean of all who answered before it, the member with the largest balance, or an earlier
/// consensus.
///
/// The mean of others is better than most of them and costs no work; in weighted-score wagering it takes a sure profit
/// from members that disagree (Chen, Devanur, Pennock, Vaughan 2014). Sealed answers leave it nothing to see: then, and
/// where nobody has answered yet, it reports what it believes.
public struct Copier: Strategy {
  /// `copier`.
  public static let name = "copier"
  /// `leader`, `lag`.
  public static let parameters = [
    StrategyParameter(
      "leader", "1 to copy the member with the largest balance, 0 to copy the mean of all", 0...1, standard: 0,
      isWhole: true),
    StrategyParameter(
      "lag", "questions back from which it takes the consensus; 0 to look at the answers to the same question", 0...64,
      standard: 0, isWhole: true),
  ]
  /// Whether it copies the member with the largest balance rather than the mean.
  public var copiesLeader: Bool
  /// How many questions old the consensus is that it copies; 0 for answers to the same question.
  public var lag: Int
  /// `leader`, `lag`.
  public var values: [Double] { [copiesLeader ? 1 : 0, Double(lag)] }

  /// From `leader`, `lag`.
  public init(values: [Double]) {
    copiesLeader = values[0] >= 0.5
    lag = Int(values[1].rounded())
  }

  /// The pool or the leader, where it copies the same question.
  public var sight: Sight { lag > 0 ? .nothing : copiesLeader ? .leader : .pool }

  /// Reports what it saw.
  public func answer(_ view: borrowing AnswerView, row: UnsafeMutablePointer<UInt32>) -> AnswerAct {
    if let found = lag > 0 ? view.consensus(lag) : view.seen { AnswerRow(row, view.classCount).copy(found) }
    return .report
  }
}
