import Quantities

/// One mind under many names: all members of the group report what its first member believes.
///
/// Multiplies influence where each name counts alike, and pay where rewards are split by heads. Where stake counts,
/// splitting changes nothing (Lambert et al. 2015); deposits make names cost something.
public struct SybilSplit: Strategy {
  /// `sybil_split`.
  public static let name = "sybil_split"
  /// None: how many names it has is the group's count.
  public static let parameters: [StrategyParameter] = []
  /// None.
  public var values: [Double] { [] }

  /// The only one there is.
  public init(values: [Double]) {}

  /// Reports what the first member believes.
  public func answer(_ view: borrowing AnswerView, row: UnsafeMutablePointer<UInt32>) -> AnswerAct {
    AnswerRow(row, view.classCount).copy(view.shared)
    return .report
  }
}
