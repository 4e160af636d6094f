import Quantities

/// A pool in which every model counts the same and nothing is learnt.
///
/// Its weights are equal shares among those who answered, held to the limits.
protocol EqualPool: Aggregator {}

extension EqualPool {
  /// Nothing to remember: all count the same.
  public mutating func join(_ seat: Seat) {}
  /// Nothing to forget.
  public mutating func leave(_ seat: Seat) {}
  /// `false`.
  public var keepsMemo: Bool { false }
  /// `false`.
  public var isMixture: Bool { false }

  /// Equal shares, within the limits.
  public func standing(_ answers: AnswerRows, into shares: UnsafeMutablePointer<Double>, _ scratch: Scratch) {
    for row in 0..<answers.rowCount { shares[row] = 1 / Double(answers.rowCount) }
    Kernels.cap(shares, answers.limits, answers.rowCount)
  }

  /// Learns nothing.
  public mutating func learn(
    _ answers: AnswerRows, notes: UnsafePointer<Double>, truth: Int, _ scratch: Scratch
  ) {}

  /// An empty object.
  public func encode(into writer: inout CanonicalWriter) {
    writer.openObject()
    writer.closeObject()
  }

  /// Reads what `encode` wrote.
  public mutating func restore(from reader: inout CanonicalReader, seatCount: Int) throws(CanonicalError) {
    try reader.openObject()
    try reader.closeObject()
  }
}
