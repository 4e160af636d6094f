import Quantities

/// Commits to an answer and never shows it.
///
/// With sealed answers it tries to keep the choice of whether its answer counts until it has seen the others'. It works
/// where a commitment without a reveal costs nothing; where answers are not sealed it is merely absent.
public struct Withholding: Strategy {
  /// `withholding`.
  public static let name = "withholding"
  /// `chance`.
  public static let parameters = [
    StrategyParameter("chance", "chance that it keeps its answer back", 0...1, standard: 1)
  ]
  /// The chance that it keeps its answer back.
  public var chance: Double
  /// `chance`.
  public var values: [Double] { [chance] }

  /// From `chance`.
  public init(values: [Double]) { chance = values[0] }

  /// Reports, or with that chance does what it is named for.
  public func answer(_ view: borrowing AnswerView, row: UnsafeMutablePointer<UInt32>) -> AnswerAct {
    var random = view.random
    return random.unit() < chance ? .withheld : .report
  }
}
