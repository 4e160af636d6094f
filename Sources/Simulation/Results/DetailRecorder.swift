import Consensus
import Quantities

/// Judges every answer: the part of `Recorder` that costs O(N K) for each question.
struct DetailRecorder {
  /// The answers to one question while its outcome is awaited.
  private struct Waiting {
    var question = 0
    var members: [Int32] = []
    var rows: [UInt32] = []

    var byteCount: Int { 4 * (members.count + rows.count) }
  }

  private var detail: Detail
  /// By question; the oldest is the lowest.
  private var waiting: [Int: Waiting] = [:]
  private var waitingBytes = 0
  private var oldest = 1
  /// A place whose memory is used again.
  private var spare = Waiting()

  /// Every how manyth question is in the sample for the best mixture.
  private let sampleStep: Int
  /// The probabilities of the true class, questions x members, each at least 1e-12.
  private var sample: [Double] = []
  private var sampleConsensusLoss = 0.0
  private var sampleCount = 0

  private static let waitingBytesMax = 64 << 20
  /// Enough for 1,300 questions of 100 members; expectation maximisation goes over all of it hundreds of times.
  private static let sampleMax = 1 << 17

  init(memberCount: Int, questionCount: Int) {
    detail = Detail(memberCount: memberCount)
    let sampled = max(1, min(questionCount, Self.sampleMax / max(1, memberCount)))
    sampleStep = max(1, (questionCount + sampled - 1) / sampled)
  }

  mutating func closed(
    question: Int, members: UnsafeBufferPointer<Int32>, rows: UnsafePointer<UInt32>, classCount: Int
  ) {
    var own = Waiting()
    swap(&own, &spare)
    own.question = question
    own.members.removeAll(keepingCapacity: true)
    own.members.append(contentsOf: members)
    own.rows.removeAll(keepingCapacity: true)
    own.rows.append(contentsOf: UnsafeBufferPointer(start: rows, count: members.count * classCount))
    waitingBytes += own.byteCount
    waiting[question] = own
    while waitingBytes > Self.waitingBytesMax, oldest < question {
      if let dropped = waiting.removeValue(forKey: oldest) {
        waitingBytes -= dropped.byteCount
        detail.omitted += 1
      }
      oldest += 1
    }
  }

  mutating func settled(question: Int, consensus: UnsafeBufferPointer<UInt32>, truth: Int) {
    guard let own = waiting.removeValue(forKey: question) else { return }
    waitingBytes -= own.byteCount
    if !own.members.isEmpty { judge(own, consensus: consensus, truth: truth) }
    spare = own
  }

  private mutating func judge(_ own: Waiting, consensus: UnsafeBufferPointer<UInt32>, truth: Int) {
    let classCount = consensus.count
    let isSampled = (own.question - 1) % sampleStep == 0
    withUnsafeTemporaryAllocation(of: Double.self, capacity: classCount) { pooled in
      Self.mean(own.rows, rowCount: own.members.count, into: pooled)
      detail.consensus.add(consensus, truth: truth)
      detail.uniform.add(UnsafeBufferPointer(pooled), truth: truth)
      let uniform = max(pooled[truth], 1e-12)
      let uniformLoss = Scores.logLoss(uniform)
      let start = sample.count
      if isSampled {
        sample.append(contentsOf: repeatElement(uniform, count: detail.members.count))
        sampleConsensusLoss += Scores.logLoss(Double(consensus[truth]) / Double(Billionths.one))
        sampleCount += 1
      }
      own.rows.withUnsafeBufferPointer { rows in
        for (row, member) in own.members.enumerated() {
          let first = row * classCount
          let given = rows[first + truth]
          var isRight = true
          for k in 0..<classCount where rows[first + k] > given || (rows[first + k] == given && k < truth) {
            isRight = false
          }
          let probability = max(Double(given) / Double(Billionths.one), 1e-12)
          let loss = Scores.logLoss(probability)
          detail.members[Int(member)].answered += 1
          detail.members[Int(member)].right += isRight ? 1 : 0
          detail.members[Int(member)].logLossSum += loss
          detail.members[Int(member)].excess += loss - uniformLoss
          if isSampled { sample[start + Int(member)] = probability }
        }
      }
    }
  }

  private static func mean(_ rows: [UInt32], rowCount: Int, into pooled: UnsafeMutableBufferPointer<Double>) {
    withUnsafeTemporaryAllocation(of: UInt64.self, capacity: pooled.count) { sums in
      sums.initialize(repeating: 0)
      rows.withUnsafeBufferPointer { rows in
        var place = 0
        for _ in 0..<rowCount {
          for k in 0..<pooled.count {
            sums[k] += UInt64(rows[place])
            place += 1
          }
        }
      }
      let scale = Double(rowCount) * Double(Billionths.one)
      for k in pooled.indices { pooled.initializeElement(at: k, to: Double(sums[k]) / scale) }
    }
  }

  /// What was found, the best mixture included.
  var finished: Detail {
    var result = detail
    let memberCount = detail.members.count
    // With fewer questions than weights a mixture fits noise, and would be a yardstick that nothing can reach.
    guard memberCount > 0, sampleCount >= memberCount else { return result }
    let best = Hindsight.bestMixture(sample, seatCount: memberCount, tolerance: 1e-4, roundsMax: 1_000)
    result.mixture = Detail.Mixture(
      count: sampleCount, loss: best.loss, consensusLoss: sampleConsensusLoss / Double(sampleCount),
      weights: best.weights)
    return result
  }
}
