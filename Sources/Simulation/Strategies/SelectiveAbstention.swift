import Quantities

/// Answers only what it is sure of.
///
/// Lifts its accuracy, and with it any pay or weight by the share of right answers alone. Not harmful by itself: a rule
/// that rewards it leaves hard questions to fewer members.
public struct SelectiveAbstention: Strategy {
  /// `selective_abstention`.
  public static let name = "selective_abstention"
  /// `confidence`.
  public static let parameters = [
    StrategyParameter("confidence", "least probability of its top class with which it answers", 0...1, standard: 0.8)
  ]
  /// The least probability of its top class with which it answers.
  public var confidence: Double
  /// `confidence`.
  public var values: [Double] { [confidence] }

  /// From `confidence`.
  public init(values: [Double]) { confidence = values[0] }

  /// Reports what it is sure of.
  public func answer(_ view: borrowing AnswerView, row: UnsafeMutablePointer<UInt32>) -> AnswerAct {
    Double(row[view.top]) >= confidence * Double(Billionths.one) ? .report : .absent
  }
}
