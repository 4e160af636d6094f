import Quantities

/// Gets worse over time without knowing it, or on purpose: from one question to another its reports go over from what
/// it believes to guesses, or to a permutation of the classes.
///
/// What a pool must notice that trusts records of long ago.
public struct Drift: Strategy {
  /// `drift`.
  public static let name = "drift"
  /// `start`, `end`, `wrong`.
  public static let parameters = [
    StrategyParameter("start", "number of the question from which it drifts", 0...1e9, standard: 250, isWhole: true),
    StrategyParameter(
      "end", "number of the question by which it has drifted all the way", 0...1e9, standard: 750, isWhole: true),
    StrategyParameter(
      "wrong", "1 to drift towards wrong answers, 0 towards guesses as sure as its answers were", 0...1, standard: 0,
      isWhole: true),
  ]
  /// The question from which it drifts.
  public var start: Int
  /// The question by which it has drifted all the way.
  public var end: Int
  /// Whether it drifts towards wrong answers rather than guesses.
  public var isTowardsWrong: Bool
  /// `start`, `end`, `wrong`.
  public var values: [Double] { [Double(start), Double(end), isTowardsWrong ? 1 : 0] }

  /// From `start`, `end`, `wrong`.
  public init(values: [Double]) {
    start = Int(values[0].rounded())
    end = Int(values[1].rounded())
    isTowardsWrong = values[2] >= 0.5
  }

  /// Reports its belief as far as it has not drifted.
  public func answer(_ view: borrowing AnswerView, row: UnsafeMutablePointer<UInt32>) -> AnswerAct {
    guard view.question >= start else { return .report }
    let gone = view.question >= end ? 1 : Double(view.question - start) / Double(end - start)
    let report = AnswerRow(row, view.classCount)
    if isTowardsWrong {
      withUnsafeTemporaryAllocation(of: UInt32.self, capacity: view.classCount) { permuted in
        guard let permuted = permuted.baseAddress else { return }
        permuted.initialize(from: row, count: view.classCount)
        AnswerRow(permuted, view.classCount).rotate(by: 1)
        report.mix(in: permuted, share: gone)
      }
    } else {
      var random = view.random
      if random.unit() < gone { report.rotate(by: random.below(view.classCount)) }
    }
    return .report
  }
}
