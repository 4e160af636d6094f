import Incentives
import Quantities
import Testing

@Suite struct SurrogateScoringTests {
  @Test(arguments: [ScoringRule.brier, .spherical], [2, 3])
  func `the surrogate score is the true score in expectation, whatever the report`(
    rule: ScoringRule, classCount: Int
  ) throws {
    let errors = classCount == 2 ? [0.7, 0.2, 0.3, 0.8] : [0.6, 0.1, 0.2, 0.3, 0.8, 0.2, 0.1, 0.1, 0.6]
    let scoring = SurrogateScoring(rule: rule)
    for report in grid(classCount, parts: 8) {
      for truth in 0..<classCount {
        let expected = try (0..<classCount).reduce(0) { sum, z in
          let score = try #require(scoring.score(report[...], reference: z, errors: errors))
          return sum + errors[z * classCount + truth] * score
        }
        #expect(abs(expected - Double(rule.score(report[...], truth: truth)) / 1e9) < 1e-12)
      }
    }
  }

  @Test func `references that say nothing of the truth have no surrogate score`() {
    let half = report([0.5, 0.5])
    #expect(SurrogateScoring().score(half[...], reference: 0, errors: [0.5, 0.5, 0.5, 0.5]) == nil)
    let two = Crowd([AnswerSheet([0], classCount: 2), AnswerSheet([0], classCount: 2)], taskCount: 1, classCount: 2)
    #expect(SurrogateScoring().scores(of: [AnswerSheet([0], classCount: 2)], against: two) == [[nil]])
  }

  @Test func `error rates are found among answers alone, an inverted model's too`() throws {
    var random = CounterStream(seed: 4, purpose: 66)
    let accuracies = [0.9, 0.8, 0.7, 0.75, 0.2]
    var tops = [[Int]](repeating: [], count: 5)
    for _ in 0..<4_000 {
      let truth = random.below(2)
      for i in tops.indices { tops[i].append(random.unit() < accuracies[i] ? truth : 1 - truth) }
    }
    let crowd = Crowd(tops.map { AnswerSheet($0, classCount: 2) }, taskCount: 4_000, classCount: 2)
    let rates = try #require(ErrorRates(crowd))
    for (matrix, accuracy) in zip(rates.matrices, accuracies) {
      // Four standard errors at 2,000 questions of each class, and a little for not knowing the truth.
      #expect(abs(matrix[0] - accuracy) < 0.05)
      #expect(abs(matrix[3] - accuracy) < 0.05)
      #expect(abs(matrix[0] + matrix[2] - 1) < 1e-12)
    }
  }
}
