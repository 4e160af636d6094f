import Quantities

/// Exaggerates: moves a part of what it gives other classes to the one that it holds most probable.
///
/// Pays under rules that count the top class alone, or rank members by luck. Proper scores pay it less than its belief.
public struct Extremist: Strategy {
  /// `extremist`.
  public static let name = "extremist"
  /// `share`.
  public static let parameters = [
    StrategyParameter(
      "share", "part of the other classes' probability that it moves to its top class", 0...1, standard: 1)
  ]
  /// The part of the other classes' probability that it moves.
  public var share: Double
  /// `share`.
  public var values: [Double] { [share] }

  /// From `share`.
  public init(values: [Double]) { share = values[0] }

  /// Reports its belief, sharpened.
  public func answer(_ view: borrowing AnswerView, row: UnsafeMutablePointer<UInt32>) -> AnswerAct {
    withUnsafeTemporaryAllocation(of: UInt32.self, capacity: view.classCount) { extreme in
      guard let extreme = extreme.baseAddress else { return }
      extreme.initialize(repeating: 0, count: view.classCount)
      extreme[view.top] = Billionths.one
      AnswerRow(row, view.classCount).mix(in: extreme, share: share)
    }
    return .report
  }
}
