import Quantities

/// Counting votes where they lie: what kinds of vote and simulations share. Nothing is allocated.
public enum VoteTally {
  /// The class that each of `count` rows holds most probable, a tie to the lowest index.
  ///
  /// - Parameters:
  ///   - rows: count x K billionths; K is at most 65,536.
  ///   - labels: one place for each row.
  public static func tops(
    rows: UnsafePointer<UInt32>, count: Int, classCount: Int, into labels: UnsafeMutablePointer<UInt16>
  ) {
    for row in 0..<count {
      let place = rows + row &* classCount
      var best = 0
      for k in 1..<max(1, classCount) { best = place[k] > place[best] ? k : best }
      labels[row] = UInt16(truncatingIfNeeded: best)
    }
  }

  /// Adds what each vote counts to the sum of its class.
  ///
  /// - Parameters:
  ///   - labels: classes below K.
  ///   - counts: what each vote counts, not negative; `nil` for one each.
  ///   - sums: K of them.
  public static func add(
    labels: UnsafePointer<UInt16>, counts: UnsafePointer<Amount>?, count: Int, classCount: Int,
    to sums: UnsafeMutablePointer<UInt64>
  ) {
    // Four sums for each class, taken in turn: one would wait for itself, since most votes are for the same class.
    withUnsafeTemporaryAllocation(of: UInt64.self, capacity: 4 * classCount) { lanes in
      guard let lanes = lanes.baseAddress else { return }
      lanes.update(repeating: 0, count: 4 * classCount)
      for row in 0..<count {
        let lane = Int(labels[row]) &* 4 &+ row & 3
        lanes[lane] &+= counts.map { UInt64(bitPattern: $0[row].micro) } ?? 1
      }
      for k in 0..<classCount { sums[k] &+= lanes[4 * k] &+ lanes[4 * k + 1] &+ lanes[4 * k + 2] &+ lanes[4 * k + 3] }
    }
  }

  /// The sum of the counts of those who vote for each class; of one each where `counts` is `nil`.
  static func sums(_ table: borrowing PredictionTable, counts: [Amount]?) -> [UInt64] {
    var sums = [UInt64](repeating: 0, count: table.classCount)
    let (count, classCount) = (table.rowCount, table.classCount)
    table.withAnswers { answers in
      withUnsafeTemporaryAllocation(of: UInt16.self, capacity: count) { labels in
        sums.withUnsafeMutableBufferPointer { sums in
          guard let labels = labels.baseAddress, let sums = sums.baseAddress else { return }
          tops(rows: answers.values, count: count, classCount: classCount, into: labels)
          guard let counts else {
            return add(labels: labels, counts: nil, count: count, classCount: classCount, to: sums)
          }
          counts.withUnsafeBufferPointer {
            add(labels: labels, counts: $0.baseAddress, count: count, classCount: classCount, to: sums)
          }
        }
      }
    }
    return sums
  }
}
