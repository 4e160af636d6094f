import Quantities

/// Signs two different answers to one question.
///
/// Tries to show one to some and another to others, or to choose later. Two signatures are proof enough to take its
/// stake.
public struct Equivocation: Strategy {
  /// `equivocation`.
  public static let name = "equivocation"
  /// `chance`.
  public static let parameters = [
    StrategyParameter("chance", "chance that it signs a second answer", 0...1, standard: 1)
  ]
  /// The chance that it signs a second answer.
  public var chance: Double
  /// `chance`.
  public var values: [Double] { [chance] }

  /// From `chance`.
  public init(values: [Double]) { chance = values[0] }

  /// Reports, or with that chance does what it is named for.
  public func answer(_ view: borrowing AnswerView, row: UnsafeMutablePointer<UInt32>) -> AnswerAct {
    var random = view.random
    return random.unit() < chance ? .equivocal : .report
  }
}
