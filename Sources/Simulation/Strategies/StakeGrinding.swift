import Quantities

/// Chooses its rounds and keeps its money out of reach: answers only what it expects to score well on, and takes out
/// whatever it may.
///
/// Expected score: the quadratic one of its own belief, 0 for no knowledge to 1 for certainty. Works where easy
/// questions pay as much as hard ones and a slash takes part of the balance. Scores relative to others pay nothing for
/// easy rounds.
public struct StakeGrinding: Strategy {
  /// `stake_grinding`.
  public static let name = "stake_grinding"
  /// `score`, `keep`.
  public static let parameters = [
    StrategyParameter(
      "score", "least score that it expects of its belief, 0 for none to 1 for certainty", 0...1, standard: 0.5),
    StrategyParameter("keep", "part of its deposit that it leaves in the council", 0...1, standard: 0.5),
  ]
  /// The least score that it expects.
  public var score: Double
  /// The part of its deposit that it leaves in.
  public var keep: Double
  /// `score`, `keep`.
  public var values: [Double] { [score, keep] }

  /// From `score`, `keep`.
  public init(values: [Double]) { (score, keep) = (values[0], values[1]) }

  /// Reports what it is sure enough of.
  public func answer(_ view: borrowing AnswerView, row: UnsafeMutablePointer<UInt32>) -> AnswerAct {
    var squares = 0.0
    for k in 0..<view.classCount {
      let share = Double(row[k]) / Double(Billionths.one)
      squares += share * share
    }
    let blind = 1 / Double(view.classCount)
    return (squares - blind) / (1 - blind) >= score ? .report : .absent
  }

  /// Takes out what is free above what it keeps.
  public func move(_ view: borrowing MoveView) -> MoveAct {
    let kept = Amount(micro: Int64((keep * Double(view.deposit.micro)).rounded(.up)))
    let spare = min(view.balance - kept, view.balance - view.reserved)
    return spare > .zero ? .withdraw(spare) : .stay
  }
}
