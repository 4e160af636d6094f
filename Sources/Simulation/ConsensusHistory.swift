/// The last consensuses of a run, for strategies that look back.
final class ConsensusHistory {
  /// How far one can look back.
  static let lagMax = 64
  private let rows: UnsafeMutablePointer<UInt32>
  private let classCount: Int
  private var count = 0

  /// None yet.
  init(classCount: Int) {
    self.classCount = classCount
    rows = .allocate(capacity: Self.lagMax * classCount)
    rows.initialize(repeating: 0, count: Self.lagMax * classCount)
  }

  deinit { rows.deallocate() }

  /// Takes in the consensus of one more question, K billionths.
  func append(_ consensus: UnsafeBufferPointer<UInt32>) {
    let place = rows + count % Self.lagMax * classCount
    for k in 0..<classCount { place[k] = consensus[k] }
    count += 1
  }

  /// The consensus of the `lag`-th question back, from 1, of those that had one; `nil` where there is none.
  subscript(lag: Int) -> UnsafePointer<UInt32>? {
    guard (1...Self.lagMax).contains(lag), lag <= count else { return nil }
    return UnsafePointer(rows + (count - lag) % Self.lagMax * classCount)
  }
}
