import Quantities

/// Says the same class to every question, as everyone of its kind does.
///
/// Output agreement pays it in full, without work: all agree. Peer truth serum, correlated agreement and DMI pay
/// constant reports nothing.
public struct Mimicry: Strategy {
  /// `mimicry`.
  public static let name = "mimicry"
  /// `class`.
  public static let parameters = [
    StrategyParameter(
      "class", "class that it always names, from 0, counted round past K", 0...999, standard: 0, isWhole: true)
  ]
  /// The class that it always names.
  public var label: Int
  /// `class`.
  public var values: [Double] { [Double(label)] }

  /// From `class`.
  public init(values: [Double]) { label = Int(values[0].rounded()) }

  /// Reports its class.
  public func answer(_ view: borrowing AnswerView, row: UnsafeMutablePointer<UInt32>) -> AnswerAct {
    AnswerRow(row, view.classCount).putAll(on: label % view.classCount)
    return .report
  }
}
