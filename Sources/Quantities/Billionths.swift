/// The grid on which probabilities and weights stand wherever they reach the ledger, a hash or money:
/// whole billionths, each list adding up to one billion.
public enum Billionths {
  /// One, in billionths.
  public static let one: UInt32 = 1_000_000_000

  /// Why a list of numbers is not a prediction.
  public enum Fault: Error, Hashable, Sendable {
    /// The list has another length than there are classes.
    case wrongCount(given: Int, expected: Int)
    /// A number that is not finite, or below 0.
    case notAProbability(class: Int, value: Double)
    /// The sum is off 1 by more than a millionth.
    case sumIsNotOne(Double)
  }

  /// Puts class probabilities onto the grid, exactly adding up to one billion.
  ///
  /// Each is divided by their sum and rounded down; billionths left over go to the largest remainders, a tie to the
  /// lower index. Plain IEEE arithmetic in index order, so the same on every machine.
  ///
  /// - Parameters:
  ///   - probabilities: one for each class, not negative, adding up to 1 within a millionth.
  ///   - classCount: how many there must be.
  /// - Complexity: O(K).
  @inlinable
  public static func prediction(
    _ probabilities: some RandomAccessCollection<Double>, classCount: Int
  ) throws(Fault) -> [UInt32] {
    guard probabilities.count == classCount else {
      throw .wrongCount(given: probabilities.count, expected: classCount)
    }
    var sum = 0.0
    for (k, value) in probabilities.enumerated() {
      guard value.isFinite, value >= 0 else { throw .notAProbability(class: k, value: value) }
      sum += value
    }
    guard abs(sum - 1) <= 1e-6 else { throw .sumIsNotOne(sum) }
    return shares(probabilities, sum: sum)
  }

  /// The shares of `weights` in their sum; equal shares if all are zero.
  ///
  /// - Precondition: the weights are finite and not negative.
  @inlinable
  public static func shares(_ weights: some RandomAccessCollection<Double>) -> [UInt32] {
    let sum = weights.reduce(0, +)
    guard sum > 0, sum.isFinite else { return shares([UInt64](repeating: 1, count: weights.count)) }
    return shares(weights, sum: sum)
  }

  /// The shares of whole-numbered `weights` in their sum; equal shares if all are zero.
  ///
  /// - Precondition: the sum of the weights fits 64 bits.
  public static func shares(_ weights: [UInt64]) -> [UInt32] {
    guard !weights.isEmpty else { return [] }
    guard weights.contains(where: { $0 > 0 }) else { return shares([UInt64](repeating: 1, count: weights.count)) }
    return apportion(UInt64(one), by: weights)
  }

  @inlinable
  static func shares(_ weights: some RandomAccessCollection<Double>, sum: Double) -> [UInt32] {
    var parts: [UInt32] = []
    var remainders: [Double] = []
    parts.reserveCapacity(weights.count)
    remainders.reserveCapacity(weights.count)
    var left = Int64(one)
    for weight in weights {
      let exact = min(weight / sum, 1) * Double(one)
      let whole = exact.rounded(.down)
      parts.append(UInt32(whole))
      remainders.append(exact - whole)
      left -= Int64(whole)
    }
    // A few billionths are handed out by looking for the largest remainder; digits pay only for many.
    if left > 0, left <= min(8, parts.count) {
      for _ in 0..<left {
        var best = 0
        for i in remainders.indices where remainders[i] > remainders[best] { best = i }
        parts[best] += 1
        remainders[best] = -1
      }
      return parts
    }
    if left > 8, left < parts.count {
      let largest = remainders.withUnsafeBytes { LargestKeys(Int(left), of: $0) }
      var levelLeft = largest.levelCount
      for i in parts.indices {
        let key = remainders[i].bitPattern
        guard key > largest.limit || (key == largest.limit && levelLeft > 0) else { continue }
        parts[i] += 1
        if key == largest.limit { levelLeft -= 1 }
      }
      return parts
    }
    // Rounding of the quotients can leave the floors a unit or two off the count of remainders, in either direction.
    while left != 0 {
      let step: Int64 = left > 0 ? 1 : -1
      let order = parts.indices.sorted {
        step > 0 ? (remainders[$1], $0) < (remainders[$0], $1) : (remainders[$0], $0) < (remainders[$1], $1)
      }
      for i in order where left != 0 && (step > 0 || parts[i] > 0) {
        parts[i] = UInt32(Int64(parts[i]) + step)
        left -= step
      }
    }
    return parts
  }

  /// The class with the largest share; a tie goes to the lowest index.
  ///
  /// - Precondition: there is at least one class.
  @inlinable
  public static func top(_ shares: some Collection<UInt32>) -> Int {
    var best = 0
    var most: UInt32 = 0
    for (k, share) in shares.enumerated() where k == 0 || share > most { (best, most) = (k, share) }
    return best
  }

  /// As a decimal fraction with nine places, such as `0.250000000`.
  public static func text(_ billionths: UInt32) -> String {
    let places = String(billionths % one)
    return "\(billionths / one)." + String(repeating: "0", count: 9 - places.utf8.count) + places
  }

  /// As a decimal fraction with nine places and, below zero, a sign, such as `-0.250000000`.
  public static func text(_ billionths: Int32) -> String {
    (billionths < 0 ? "-" : "") + text(billionths.magnitude)
  }
}
