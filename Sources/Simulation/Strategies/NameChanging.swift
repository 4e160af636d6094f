import Quantities

/// Says what it believes, and comes back under a new name after so many answers, whatever it has made.
///
/// Pays wherever a newcomer is trusted more than a member that has shown what it can: suspensions and growing slashes
/// never catch up with it. An unbonding time as long as what a new name gains defeats it.
public struct NameChanging: Strategy {
  /// `name_changing`.
  public static let name = "name_changing"
  /// `answers`.
  public static let parameters = [
    StrategyParameter(
      "answers", "answers after which it takes a new name", 1...1e9, standard: 20, isWhole: true)
  ]
  /// The answers after which it takes a new name.
  public var answers: Int
  /// `answers`.
  public var values: [Double] { [Double(answers)] }

  /// From `answers`.
  public init(values: [Double]) { answers = Int(values[0].rounded()) }

  /// Reports what it believes.
  public func answer(_ view: borrowing AnswerView, row: UnsafeMutablePointer<UInt32>) -> AnswerAct { .report }

  /// Renews when it has answered enough.
  public func move(_ view: borrowing MoveView) -> MoveAct { view.answered >= answers ? .renew : .stay }
}
