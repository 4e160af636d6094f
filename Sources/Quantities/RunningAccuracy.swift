/// A smoothed share of right answers, in billionths: each answer moves it by a fixed part of the way to 0 or 1.
///
/// Integer arithmetic, so that every replay gets the same number. With a rate of 2 % the last 50 answers or so count.
public struct RunningAccuracy: Hashable, Sendable {
  /// The share, 0 to one billion.
  public private(set) var billionths: UInt32

  /// Starts at `billionths`.
  public init(billionths: UInt32) {
    precondition(billionths <= Billionths.one)
    self.billionths = billionths
  }

  // For the step below, which never leaves the range.
  @usableFromInline init(moved billionths: UInt32) { self.billionths = billionths }

  /// Moves towards 1 after a right answer, towards 0 after a wrong one.
  ///
  /// - Parameter rate: the part of the way, in billionths, 0 to one billion.
  @inlinable @inline(__always)
  public mutating func observe(isRight: Bool, rate: UInt32) {
    let way = isRight ? Billionths.one - billionths : billionths
    let step = UInt32(UInt64(way) * UInt64(rate) / UInt64(Billionths.one))
    self = RunningAccuracy(moved: isRight ? billionths + step : billionths - step)
  }
}
