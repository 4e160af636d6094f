import Quantities

/// Lowers what others are paid, at a cost of its own: stakes much and says confident rubbish.
///
/// It works against payout factors of stake and burn: all stakes together divide what there is to gain, so every credit
/// it stakes lowers everybody's factor, whatever it says. Of shared pots it takes a part where they are split among all
/// who are right: for that it must be right, so lower `rubbish`. Give its group a large deposit. Against wagers that
/// add up to zero it only gives its stake to the others.
public struct PayoutGriefing: Strategy {
  /// `payout_griefing`.
  public static let name = "payout_griefing"
  /// `rubbish`.
  public static let parameters = [
    StrategyParameter("rubbish", "chance that it puts everything on a class at random", 0...1, standard: 1)
  ]
  /// The chance that it puts everything on a class at random.
  public var rubbish: Double
  /// `rubbish`.
  public var values: [Double] { [rubbish] }

  /// From `rubbish`.
  public init(values: [Double]) { rubbish = values[0] }

  /// Reports rubbish, or its belief.
  public func answer(_ view: borrowing AnswerView, row: UnsafeMutablePointer<UInt32>) -> AnswerAct {
    var random = view.random
    if random.unit() < rubbish { AnswerRow(row, view.classCount).putAll(on: random.below(view.classCount)) }
    return .report
  }
}
