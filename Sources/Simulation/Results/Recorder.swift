import Consensus
import Quantities

/// Watches a run and measures it. Engines tell it what happened; it never changes what happens.
public struct Recorder {
  /// What it has measured.
  public private(set) var measures = Measures()
  /// Whether it wants to see every answer (`closed`): a cost of O(N K) for each question.
  public let isDetailed: Bool

  /// A recorder for one run of `scenario`.
  public init(scenario: Scenario, isDetailed: Bool) { self.isDetailed = isDetailed }

  /// A question was pooled.
  ///
  /// - Parameters:
  ///   - question: from 1.
  ///   - members: for each row the index of its member, in the order of `RunRecord.members`.
  ///   - rows: rowCount x K billionths.
  ///   - consensus: K billionths.
  public mutating func closed(
    question: Int, members: UnsafeBufferPointer<Int32>, rows: UnsafePointer<UInt32>,
    consensus: UnsafeBufferPointer<UInt32>
  ) {}

  /// The outcome of a closed question arrived; the consensus is what `closed` said, the truth what really was.
  public mutating func settled(question: Int, consensus: UnsafeBufferPointer<UInt32>, truth: Int) {}

  /// Whether balances and weights should be shown before `question` opens: at most 200 times in a run.
  public func wantsCheckpoint(before question: Int) -> Bool { false }

  /// Balances and weights of all members at one moment; a weight is 0 for one that has no voice.
  public mutating func checkpoint(
    before question: Int, balances: UnsafeBufferPointer<Int64>, weights: UnsafeBufferPointer<UInt32>
  ) {}
}
