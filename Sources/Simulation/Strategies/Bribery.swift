import Quantities

/// Pays whoever reports outcomes to report what it said.
///
/// Every rule that rests on reported outcomes believes it, the more so the more is at stake. It puts everything on its
/// top class, which is what a bribe makes worth most. Several reporters, or a price above what a question can pay,
/// defeat it.
public struct Bribery: Strategy {
  /// `bribery`.
  public static let name = "bribery"
  /// `chance`, `price`.
  public static let parameters = [
    StrategyParameter(
      "chance", "chance that the reporter of a question takes its bribe", 0...1, standard: 0.1, isGiven: true),
    StrategyParameter("price", "credits that a bribe costs", 0...1e9, standard: 10, isGiven: true),
  ]
  /// The chance that the reporter takes its bribe.
  public var chance: Double
  /// What a bribe costs, in credits.
  public var price: Double
  /// `chance`, `price`.
  public var values: [Double] { [chance, price] }

  /// From `chance`, `price`.
  public init(values: [Double]) { (chance, price) = (values[0], values[1]) }

  /// Reports its top class.
  public func answer(_ view: borrowing AnswerView, row: UnsafeMutablePointer<UInt32>) -> AnswerAct {
    AnswerRow(row, view.classCount).putAll(on: view.top)
    return .report
  }

  /// Has its own report come true where it would not.
  public func bribe(_ view: borrowing BribeView) -> Bribe? {
    guard let reported = view.reported else { return nil }
    let wanted = AnswerRow.top(reported, view.classCount)
    var random = view.random
    guard wanted != view.truth, random.unit() < chance else { return nil }
    return Bribe(outcome: wanted, price: Amount(micro: Int64((price * 1_000_000).rounded())))
  }
}
