import Quantities

/// The predictions in which no class is below a floor: where the logarithmic score is bounded.
///
/// A report is not clipped and renormalised, which would fall below the floor again, nor mixed with the uniform
/// prediction, which would make another report than the belief the best one. It moves to the nearest member q of the set
/// by KL(report, q): classes below the floor rise to it, all others shrink by one factor, and again until none is below.
/// With this projection honesty stays a best report for beliefs outside the set as well.
public enum FlooredSimplex {
  /// The member nearest to `report`, in billionths that add up to one billion; a member stays as it is.
  ///
  /// - Parameters:
  ///   - report: K billionths that add up to one billion.
  ///   - least: the floor, in billionths, at most one billion over K.
  /// - Complexity: O(K) for each round, at most K rounds, usually one or two.
  public static func project(_ report: ArraySlice<UInt32>, least: UInt32) -> [UInt32] {
    precondition(
      UInt64(least) * UInt64(report.count) <= UInt64(Billionths.one), "the floor leaves room for all classes")
    let shares = Array(report)
    guard shares.contains(where: { $0 < least }) else { return shares }
    var isRaised = [Bool](repeating: false, count: shares.count)
    var room = UInt64(Billionths.one)
    var mass = UInt64(Billionths.one)
    var hasRaised = true
    while hasRaised {
      hasRaised = false
      // One factor for the whole round: room and mass as they were when it began.
      let (roomBefore, massBefore) = (room, mass)
      for k in shares.indices where !isRaised[k] && UInt64(shares[k]) * roomBefore < UInt64(least) * massBefore {
        isRaised[k] = true
        room -= UInt64(least)
        mass -= UInt64(shares[k])
        hasRaised = true
      }
    }
    let rest = shares.indices.map { isRaised[$0] ? 0 : UInt64(shares[$0]) }
    guard mass > 0 else { return Billionths.shares([UInt64](repeating: 1, count: shares.count)) }
    // Each of the rest has at least the floor before rounding, and the floor is whole, so rounding down keeps it.
    let parts: [UInt64] = apportion(room, by: rest)
    return shares.indices.map { isRaised[$0] ? least : UInt32(parts[$0]) }
  }

  /// `least`, or what leaves room for `classCount` classes where that is less: half of 1/K.
  static func floor(_ least: UInt32, classCount: Int) -> UInt32 {
    min(least, max(1, Billionths.one / UInt32(2 * classCount)))
  }
}
