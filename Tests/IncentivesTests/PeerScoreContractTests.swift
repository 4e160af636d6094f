import Incentives
import Quantities
import Testing

/// What every peer score promises, and what the bad example shows.
@Suite struct PeerScoreContractTests {
  static let scores: [any PeerScore] = [
    PeerTruthSerum(), CorrelatedAgreement(), DeterminantMutualInformation(), SurrogateScoring(), OutputAgreement(),
  ]

  @Test(arguments: 0..<5, UInt64(0)..<20)
  func `scores lie between -1 and 1 and do not depend on other sheets`(which: Int, seed: UInt64) {
    let score = Self.scores[which]
    var random = CounterStream(seed: seed, purpose: 67)
    let classCount = 1 + random.below(4)
    let tasks = 1 + random.below(30)
    let sheets = (0..<6).map { _ in
      AnswerSheet(
        (0..<tasks).compactMap { task in
          random.below(5) == 0
            ? nil : AnswerSheet.Answer(task: task, report: someReport(classCount, using: &random)[...])
        })
    }
    let crowd = Crowd(Array(sheets[2...]), taskCount: tasks, classCount: classCount)
    let both = score.scores(of: [sheets[0], sheets[1]], against: crowd)
    #expect(both[0] == score.scores(of: [sheets[0]], against: crowd)[0])
    #expect(both[1] == score.scores(of: [sheets[1]], against: crowd)[0])
    for value in both.joined() { if let value { #expect((-1...1).contains(value)) } }
    // Whether there is a score is no matter of what was answered.
    let other = AnswerSheet(sheets[0].answers.map { .init(task: $0.task, top: 0, classCount: classCount) })
    #expect(score.scores(of: [other], against: crowd)[0].map { $0 == nil } == both[0].map { $0 == nil })
  }

  @Test func `output agreement pays most where all say the same without looking`() {
    let blind = Crowd(
      [PeerScoreTests.sheet([0, 0, 0], 3), PeerScoreTests.sheet([0, 0, 0], 3)], taskCount: 3, classCount: 3)
    #expect(OutputAgreement().scores(of: [PeerScoreTests.sheet([0, 0, 0], 3)], against: blind) == [[1, 1, 1]])
    // The others pay nothing, or less, for the same.
    #expect(PeerTruthSerum().payments(of: [PeerScoreTests.sheet([0, 0, 0], 3)], against: blind) == [[0, 0, 0]])
    #expect(CorrelatedAgreement().scores(of: [PeerScoreTests.sheet([0, 0, 0], 3)], against: blind) == [[0, 0, 0]])
  }
}
