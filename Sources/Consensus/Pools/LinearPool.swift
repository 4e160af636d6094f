import Quantities

/// The plain average of all predictions: the linear pool with equal weights (Stone 1961).
///
/// p(k) = Σ pᵢ(k) / N over those who answered. Guarantee: its log loss and its Brier loss are at most the mean loss of
/// its members, by convexity; it is underconfident even where every member is calibrated (Ranjan, Gneiting 2010).
/// Cost: O(N K).
public struct LinearPool: EqualPool {
  /// The pool.
  public init() {}
  /// `true`.
  public var isMixture: Bool { true }

  /// The average.
  public func forecast(_ answers: AnswerRows, notes: UnsafeMutablePointer<Double>, _ scratch: Scratch) {
    let shares = scratch.take(answers.rowCount)
    standing(answers, into: shares, scratch)
    Kernels.mix(answers, shares, into: notes)
  }
}
