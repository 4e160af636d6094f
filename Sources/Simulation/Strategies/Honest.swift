import Quantities

/// Says what it believes.
public struct Honest: Strategy {
  /// `honest`.
  public static let name = "honest"
  /// None.
  public static let parameters: [StrategyParameter] = []
  /// None.
  public var values: [Double] { [] }

  /// The only one there is.
  public init() {}
  /// The only one there is.
  public init(values: [Double]) {}

  /// Reports the row as it is.
  public func answer(_ view: borrowing AnswerView, row: UnsafeMutablePointer<UInt32>) -> AnswerAct { .report }
}
