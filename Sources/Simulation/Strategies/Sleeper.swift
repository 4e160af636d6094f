import Quantities

/// Honest until it is trusted, then it strikes: everything on another class than it believes.
///
/// Works best where trust once earned is lost slowly: a Bayes mixture, whose weights are products over all the past.
/// Fixed share forgets, and takes the weight away within a few questions.
public struct Sleeper: Strategy {
  /// `sleeper`.
  public static let name = "sleeper"
  /// `weight`, `question`, `length`.
  public static let parameters = [
    StrategyParameter(
      "weight", "weight above which it strikes, for as long as it has that; 1 for never", 0...1, standard: 0.2),
    StrategyParameter(
      "question", "number of the question with which it strikes whatever its weight; 0 for none", 0...1e9, standard: 0,
      isWhole: true),
    StrategyParameter("length", "how many questions that strike lasts", 1...1e9, standard: 50, isWhole: true),
  ]
  /// The weight above which it strikes.
  public var weight: Double
  /// The question with which it strikes in any case; 0 for none.
  public var question: Int
  /// How many questions that strike lasts.
  public var length: Int
  /// `weight`, `question`, `length`.
  public var values: [Double] { [weight, Double(question), Double(length)] }

  /// From `weight`, `question`, `length`.
  public init(values: [Double]) {
    weight = values[0]
    question = Int(values[1].rounded())
    length = Int(values[2].rounded())
  }

  /// Reports its belief, or strikes.
  public func answer(_ view: borrowing AnswerView, row: UnsafeMutablePointer<UInt32>) -> AnswerAct {
    let isTime = question > 0 && view.question >= question && view.question - question < length
    guard isTime || Double(view.weight) > weight * Double(Billionths.one) else { return .report }
    AnswerRow(row, view.classCount).putAll(on: (view.top + 1) % view.classCount)
    return .report
  }
}
