import Quantities

/// The coordinate-wise trimmed mean of all predictions, scaled to 1 (Yin, Chen, Ramchandran, Bartlett 2018).
///
/// For each class the lowest and the highest ⌊b N⌋ probabilities are left out and the rest is averaged; then all are
/// scaled to 1. Guarantee: with at most ⌊b N⌋ hostile rows each average lies within the range of the honest ones.
/// Where all averages are 0, the classes with the largest mean share the whole. Cost: O(K N log N).
public struct TrimmedMean: EqualPool {
  /// The part b that is left out at each end, below one half.
  public let trim: Double

  /// A pool that leaves out the part `trim`, 0 up to one half, at each end.
  public init(trim: Double = 0.1) {
    precondition((0..<0.5).contains(trim))
    self.trim = trim
  }

  // Rows left out at each end, at least one row stays.
  private func cut(_ count: Int) -> Int { min(Int(trim * Double(count)), (count - 1) / 2) }

  /// The averages, scaled to 1.
  public func forecast(_ answers: AnswerRows, notes: UnsafeMutablePointer<Double>, _ scratch: Scratch) {
    let count = answers.rowCount
    let cut = cut(count)
    for k in 0..<answers.classCount {
      let order = ClassOrder(answers, k, scratch)
      var sum = 0.0
      for i in cut..<(count - cut) { sum += order.value(i) }
      notes[k] = sum / Double(count - 2 * cut)
    }
    Kernels.scaleToOne(notes, answers)
  }

  /// The averages of the others, from running sums.
  public func withoutEach(
    _ answers: AnswerRows, notes: UnsafePointer<Double>, into forecasts: UnsafeMutablePointer<Double>,
    _ scratch: Scratch
  ) {
    let (count, classCount) = (answers.rowCount, answers.classCount)
    let cut = cut(count - 1)
    let sums = scratch.take(count + 1)
    for k in 0..<classCount {
      let order = ClassOrder(answers, k, scratch)
      sums[0] = 0
      for i in 0..<count { sums[i + 1] = sums[i] + order.value(i) }
      for place in 0..<count {
        // Places of the kept rows among all: shifted by one from the omitted row on.
        let first = place <= cut - 1 ? cut + 1 : cut
        let last = place <= count - 1 - cut - 1 ? count - cut : count - 1 - cut
        let omitted = (first..<last).contains(place) ? order.value(place) : 0
        forecasts[order.row(place) * classCount + k] =
          max(0, sums[last] - sums[first] - omitted) / Double(count - 1 - 2 * cut)
      }
    }
    for row in 0..<count { Kernels.scaleToOne(forecasts + row * classCount, answers) }
  }
}
