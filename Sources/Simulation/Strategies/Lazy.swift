import Quantities

/// Does no work: reports what was known before anybody looked.
///
/// Lives on rules that pay for taking part, or for agreeing with others. Proper scores pay it nothing on average.
public struct Lazy: Strategy {
  /// `lazy`.
  public static let name = "lazy"
  /// `uniform`.
  public static let parameters = [
    StrategyParameter(
      "uniform", "1 to give each class the same, 0 to report the prior", 0...1, standard: 0, isWhole: true)
  ]
  /// Whether it gives each class the same rather than the prior.
  public var isUniform: Bool
  /// `uniform`.
  public var values: [Double] { [isUniform ? 1 : 0] }

  /// From `uniform`.
  public init(values: [Double]) { isUniform = values[0] >= 0.5 }

  /// Reports the prior, or each class alike.
  public func answer(_ view: borrowing AnswerView, row: UnsafeMutablePointer<UInt32>) -> AnswerAct {
    let report = AnswerRow(row, view.classCount)
    if isUniform { report.level() } else { report.copy(view.prior) }
    return .report
  }
}
