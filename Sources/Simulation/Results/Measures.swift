import Quantities

/// What was measured during a run: written by `Recorder`, read by reports.
public struct Measures: Hashable, Sendable {
  /// Nothing measured yet.
  public init() {}
}
