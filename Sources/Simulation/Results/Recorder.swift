import Consensus
import Quantities

/// Watches a run and measures it. Engines tell it what happened; it never changes what happens.
///
/// Where it is not detailed it sees each outcome and at most 41 checkpoints: O(K) for each question and O(N) for each
/// checkpoint. Where it is, it also keeps every answer until its outcome comes, up to 64 MB of them (the oldest give
/// way and are counted), and the probabilities that members gave to the true class for a sample of questions.
public struct Recorder {
  /// Whether it wants to see every answer (`closed`): a cost of O(N K) for each question.
  public let isDetailed: Bool

  private let questionCount: Int
  /// Where each group begins in the order of members, and where the last one ends.
  private let bounds: [Int]
  private let checkpointStep: Int
  private var measured = Measures()
  private var detailed: DetailRecorder?
  /// Members who own or have owned something; everybody else has not come yet.
  private var hasCome: [Bool]

  private static let timelineMax = 1_000

  /// A recorder for one run of `scenario`.
  public init(scenario: Scenario, isDetailed: Bool) {
    self.isDetailed = isDetailed
    questionCount = scenario.questionCount
    bounds = scenario.groups.reduce(into: [0]) { $0.append($0[$0.count - 1] + $1.count) }
    let memberCount = bounds[bounds.count - 1]
    let checkpointMax = isDetailed ? 200 : 40
    checkpointStep = max(1, (questionCount + checkpointMax - 1) / checkpointMax)
    hasCome = [Bool](repeating: false, count: memberCount)
    if isDetailed { detailed = DetailRecorder(memberCount: memberCount, questionCount: questionCount) }
  }

  /// Whether runs of `scenario` are small enough to be watched in detail without slowing them down for long: up to two
  /// hundred million probabilities over all replicates.
  public static func isDetailCheap(for scenario: Scenario) -> Bool {
    let memberCount = scenario.groups.reduce(0) { $0 + $1.count }
    let factors = [memberCount, scenario.questionCount, scenario.classCount, scenario.replicates]
    return factors.reduce(1.0) { $0 * Double($1) } <= 2e8
  }

  /// What it has measured: to be asked for once, at the end.
  ///
  /// - Complexity: up to a few tenths of a second for the best mixture where the run was watched in detail.
  public var measures: Measures {
    var measures = measured
    measures.detail = detailed?.finished
    return measures
  }

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
  ) {
    detailed?.closed(question: question, members: members, rows: rows, classCount: consensus.count)
  }

  /// The outcome of a closed question arrived; the consensus is what `closed` said, the truth what really was.
  public mutating func settled(question: Int, consensus: UnsafeBufferPointer<UInt32>, truth: Int) {
    measured.consensus.add(consensus, truth: truth)
    detailed?.settled(question: question, consensus: consensus, truth: truth)
  }

  /// Whether balances and weights should be shown before `question` opens: at most 200 times in a run, and once more for
  /// the question after the last, when all is over.
  public func wantsCheckpoint(before question: Int) -> Bool {
    (question - 1) % checkpointStep == 0 || question == questionCount + 1
  }

  /// Balances in micro-credits and weights in billionths of all members at one moment; a weight is 0 for one that has no
  /// voice, a balance for one that has not come yet.
  public mutating func checkpoint(
    before question: Int, balances: UnsafeBufferPointer<Int64>, weights: UnsafeBufferPointer<UInt32>
  ) {
    let count = bounds[bounds.count - 1]
    precondition(balances.count == count)
    precondition(weights.count == count)
    withUnsafeTemporaryAllocation(of: UInt64.self, capacity: 2 * count) { memory in
      let spare = UnsafeMutableBufferPointer(rebasing: memory[count...])
      var groups: [Checkpoint.GroupState] = []
      var end = 0
      for (start, next) in zip(bounds, bounds.dropFirst()) {
        let from = end
        var weight: UInt64 = 0
        for member in start..<next {
          weight += UInt64(weights[member])
          if balances[member] > 0 { hasCome[member] = true }
          guard hasCome[member] else { continue }
          memory.initializeElement(at: end, to: UInt64(clamping: balances[member]))
          end += 1
        }
        let own = UnsafeMutableBufferPointer(rebasing: memory[from..<end])
        RankSorting.sort(own, spare: spare)
        groups.append(Self.state(UnsafeBufferPointer(own), weight: weight))
      }
      let all = UnsafeMutableBufferPointer(rebasing: memory[..<end])
      if bounds.count > 2 { RankSorting.sort(all, spare: spare) }
      let spread = Concentration(ascending: UnsafeBufferPointer(all))
      measured.checkpoints.append(
        Checkpoint(
          question: question, settled: measured.consensus.count, right: measured.consensus.right,
          logLossSum: measured.consensus.logLossSum, groups: groups, balances: spread,
          weights: Self.spread(of: weights, in: memory, spare: spare)))
    }
  }

  /// Something worth telling happened, at `time` virtual milliseconds; at most 1,000 entries are kept.
  public mutating func note(at time: UInt64, _ text: String) {
    if measured.timeline.count < Self.timelineMax {
      measured.timeline.append(TimelineEntry(time: time, text: text))
    } else {
      measured.timelineOmitted += 1
    }
  }

  private static func state(_ ascending: UnsafeBufferPointer<UInt64>, weight: UInt64) -> Checkpoint.GroupState {
    var state = Checkpoint.GroupState()
    state.count = ascending.count
    state.weight = Double(weight) / Double(Billionths.one)
    guard !ascending.isEmpty else { return state }
    var total: UInt64 = 0
    for value in ascending { total += value }
    state.mean = Double(total) / Double(ascending.count) / 1e6
    state.quantiles = Checkpoint.quantileShares.map { share in
      RankSorting.quantile(share, count: ascending.count) { Double(ascending[$0]) } / 1e6
    }
    return state
  }

  private static func spread(
    of weights: UnsafeBufferPointer<UInt32>, in memory: UnsafeMutableBufferPointer<UInt64>,
    spare: UnsafeMutableBufferPointer<UInt64>
  ) -> Concentration {
    var end = 0
    for weight in weights where weight > 0 {
      memory.initializeElement(at: end, to: UInt64(weight))
      end += 1
    }
    let own = UnsafeMutableBufferPointer(rebasing: memory[..<end])
    RankSorting.sort(own, spare: spare)
    return Concentration(ascending: UnsafeBufferPointer(own))
  }
}
