import Quantities

/// Sends its answer after the deadline.
///
/// Tests that late is absent: nobody may answer with what others' answers or the outcome have told.
public struct Late: Strategy {
  /// `late`.
  public static let name = "late"
  /// `chance`.
  public static let parameters = [
    StrategyParameter("chance", "chance that it is late", 0...1, standard: 1)
  ]
  /// The chance that it is late.
  public var chance: Double
  /// `chance`.
  public var values: [Double] { [chance] }

  /// From `chance`.
  public init(values: [Double]) { chance = values[0] }

  /// Reports, or with that chance does what it is named for.
  public func answer(_ view: borrowing AnswerView, row: UnsafeMutablePointer<UInt32>) -> AnswerAct {
    var random = view.random
    return random.unit() < chance ? .late : .report
  }
}
