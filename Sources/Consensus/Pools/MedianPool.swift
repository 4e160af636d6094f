import Quantities

/// The coordinate-wise weighted median of all predictions, scaled to 1, with equal weights.
///
/// m(k) = the median of pᵢ(k) over those who answered; p = m / Σ m. Half of the weight below and half above: where a
/// boundary falls exactly between two rows, their middle. Where all medians are 0, the classes with the largest mean
/// share the whole. Guarantee: breakdown point 1/2 for each class: moving less than half of the weight anywhere leaves
/// m(k) within the range of the rest. Cost: O(K N log N).
public struct MedianPool: EqualPool {
  /// The pool.
  public init() {}

  /// The medians, scaled to 1.
  public func forecast(_ answers: AnswerRows, notes: UnsafeMutablePointer<Double>, _ scratch: Scratch) {
    let shares = scratch.take(answers.rowCount)
    standing(answers, into: shares, scratch)
    let sums = scratch.take(answers.rowCount)
    for k in 0..<answers.classCount {
      let order = ClassOrder(answers, k, scratch)
      Self.accumulate(order, shares, into: sums)
      notes[k] = Self.median(order, shares, sums, without: nil)
    }
    Kernels.scaleToOne(notes, answers)
  }

  /// The medians of the others, found by bisection in the same order.
  public func withoutEach(
    _ answers: AnswerRows, notes: UnsafePointer<Double>, into forecasts: UnsafeMutablePointer<Double>,
    _ scratch: Scratch
  ) {
    let (count, classCount) = (answers.rowCount, answers.classCount)
    let shares = scratch.take(count)
    standing(answers, into: shares, scratch)
    let sums = scratch.take(count)
    for k in 0..<classCount {
      let order = ClassOrder(answers, k, scratch)
      Self.accumulate(order, shares, into: sums)
      for place in 0..<count {
        forecasts[order.row(place) * classCount + k] = Self.median(order, shares, sums, without: place)
      }
    }
    for row in 0..<count { Kernels.scaleToOne(forecasts + row * classCount, answers) }
  }

  private static func accumulate(
    _ order: ClassOrder, _ shares: UnsafePointer<Double>, into sums: UnsafeMutablePointer<Double>
  ) {
    var sum = 0.0
    for i in 0..<order.count {
      sum += shares[order.row(i)]
      sums[i] = sum
    }
  }

  // The value at which half of the weight lies on each side, `omitted` counting as if it were not there.
  private static func median(
    _ order: ClassOrder, _ shares: UnsafePointer<Double>, _ sums: UnsafePointer<Double>, without omitted: Int?
  ) -> Double {
    let count = order.count
    let gone = omitted.map { shares[order.row($0)] } ?? 0
    let half = (sums[count - 1] - gone) / 2
    // Equal weights add up to a half only within a few roundings.
    let slack = 1e-12
    func sum(_ i: Int) -> Double { sums[i] - (omitted.map { $0 <= i } ?? false ? gone : 0) }
    var (low, high) = (0, count - 1)
    while low < high {
      let middle = (low + high) / 2
      if sum(middle) >= half - slack { high = middle } else { low = middle + 1 }
    }
    if low == omitted { low = low + 1 < count ? low + 1 : low - 1 }
    guard abs(sum(low) - half) <= slack else { return order.value(low) }
    var next = low + 1
    while next < count, next == omitted || shares[order.row(next)] == 0 { next += 1 }
    return next < count ? (order.value(low) + order.value(next)) / 2 : order.value(low)
  }
}
