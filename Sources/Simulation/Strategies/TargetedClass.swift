import Quantities

/// Lies only about one class: whenever it believes that class, it puts everything on another.
///
/// Its record on all other questions stays good, so weights by overall quality hardly fall: what weights by class or
/// confusion matrices are for.
public struct TargetedClass: Strategy {
  /// `targeted_class`.
  public static let name = "targeted_class"
  /// `target`, `onto`.
  public static let parameters = [
    StrategyParameter(
      "target", "class it lies about, from 0; none where it is K or more", 0...999, standard: 0, isWhole: true),
    StrategyParameter(
      "onto", "class it names instead, from 0, counted round past K; the next one where that is the target", 0...999,
      standard: 1, isWhole: true),
  ]
  /// The class that it lies about.
  public var target: Int
  /// The class that it names instead.
  public var onto: Int
  /// `target`, `onto`.
  public var values: [Double] { [Double(target), Double(onto)] }

  /// From `target`, `onto`.
  public init(values: [Double]) {
    target = Int(values[0].rounded())
    onto = Int(values[1].rounded())
  }

  /// Reports its belief, unless that is the target.
  public func answer(_ view: borrowing AnswerView, row: UnsafeMutablePointer<UInt32>) -> AnswerAct {
    guard view.top == target else { return .report }
    let named = onto % view.classCount
    AnswerRow(row, view.classCount).putAll(on: named == target ? (named + 1) % view.classCount : named)
    return .report
  }
}
