import Quantities

/// Permutes the classes by one: class k gets what it believes of the class before it.
///
/// Poisons pools that do not learn. A pool with confusion matrices (Dawid, Skene 1979) reads it as well as an honest
/// one, and mechanisms such as DMI (Kong 2020) pay a permuted report the same.
public struct LabelFlipper: Strategy {
  /// `label_flipper`.
  public static let name = "label_flipper"
  /// `chance`.
  public static let parameters = [
    StrategyParameter("chance", "chance that it permutes the classes of a question", 0...1, standard: 1)
  ]
  /// The chance that it permutes the classes of a question.
  public var chance: Double
  /// `chance`.
  public var values: [Double] { [chance] }

  /// From `chance`.
  public init(values: [Double]) { chance = values[0] }

  /// Reports its belief, with that chance permuted.
  public func answer(_ view: borrowing AnswerView, row: UnsafeMutablePointer<UInt32>) -> AnswerAct {
    var random = view.random
    if random.unit() < chance { AnswerRow(row, view.classCount).rotate(by: 1) }
    return .report
  }
}
