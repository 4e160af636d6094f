import Quantities

/// Mixes a random distribution into what it believes: a careless member, or one that hides what it knows.
///
/// Lowers the pool's quality where weights do not follow quality. Proper scores pay it less than the honest.
public struct Noisy: Strategy {
  /// `noisy`.
  public static let name = "noisy"
  /// `share`.
  public static let parameters = [
    StrategyParameter("share", "part of the report that is noise", 0...1, standard: 0.5)
  ]
  /// The part of the report that is noise.
  public var share: Double
  /// `share`.
  public var values: [Double] { [share] }

  /// From `share`.
  public init(values: [Double]) { share = values[0] }

  /// Reports belief and noise.
  public func answer(_ view: borrowing AnswerView, row: UnsafeMutablePointer<UInt32>) -> AnswerAct {
    var random = view.random
    let noise = AnswerRow.random(view.classCount, from: &random)
    AnswerRow(row, view.classCount).mix(in: noise, share: share)
    return .report
  }
}
