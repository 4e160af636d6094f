/// The rows in the order of what they give to one class, with running sums: what pools by rank read.
struct ClassOrder {
  /// What a row gives, in the high half, and the row, in the low half; ascending.
  let entries: UnsafeMutablePointer<UInt64>
  let count: Int

  /// Sorts the rows of `answers` by what they give to class `k`, in place: heap sort, since it needs no memory.
  init(_ answers: AnswerRows, _ k: Int, _ scratch: Scratch) {
    count = answers.rowCount
    // The same eight bytes a number; nobody reads them as a Double while they are lent.
    entries = UnsafeMutableRawPointer(scratch.take(count)).bindMemory(to: UInt64.self, capacity: count)
    for row in 0..<count {
      entries[row] = UInt64(answers.values[row * answers.classCount + k]) << 32 | UInt64(row)
    }
    for root in stride(from: count / 2 - 1, through: 0, by: -1) { sift(root, count) }
    for end in stride(from: count - 1, to: 0, by: -1) {
      (entries[0], entries[end]) = (entries[end], entries[0])
      sift(0, end)
    }
  }

  private func sift(_ start: Int, _ end: Int) {
    var root = start
    while 2 * root + 1 < end {
      var child = 2 * root + 1
      if child + 1 < end, entries[child] < entries[child + 1] { child += 1 }
      if entries[root] >= entries[child] { return }
      (entries[root], entries[child]) = (entries[child], entries[root])
      root = child
    }
  }

  /// The row at place `i` of the order.
  @inline(__always)
  func row(_ i: Int) -> Int { Int(entries[i] & 0xFFFF_FFFF) }
  /// What the row at place `i` gives, as a fraction.
  @inline(__always)
  func value(_ i: Int) -> Double { Double(entries[i] >> 32) * AnswerRows.billionth }
}

// What pools that go by the order of values share.
extension Kernels {
  /// Scales averages or medians of K classes to 1; where all are 0, to the class of the greatest mean probability.
  static func scaleToOne(_ values: UnsafeMutablePointer<Double>, _ answers: AnswerRows) {
    let classCount = answers.classCount
    if sum(values, classCount) > 0 { return normalise(values, classCount) }
    for k in 0..<classCount {
      for row in 0..<answers.rowCount { values[k] += answers.probability(row, k) }
    }
    let most = maximum(values, classCount)
    for k in 0..<classCount { values[k] = values[k] == most ? 1 : 0 }
    normalise(values, classCount)
  }
}
