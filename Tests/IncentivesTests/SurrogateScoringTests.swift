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

  @Test func `wrong error rates move the best report from the belief b to where the assumed ones would have it`() throws
  {
    let belief = [0.7, 0.3]
    let rates = [0.9, 0.4, 0.1, 0.6]
    func best(_ assumed: [Double]) throws -> Double {
      func pay(_ share: Int) throws -> Double {
        let own = report([Double(share), Double(1_000 - share)])
        return try (0..<2).reduce(0) { sum, z in
          let chance = rates[z * 2] * belief[0] + rates[z * 2 + 1] * belief[1]
          return sum + chance * (try #require(SurrogateScoring().score(own[...], reference: z, errors: assumed)))
        }
      }
      let pays = try (0...1_000).map(pay)
      return Double(try #require(pays.indices.max { pays[$0] < pays[$1] })) / 1_000
    }
    #expect(try best(rates) == 0.7)
    // The reference says 0 with 0.75, which 0.8 q + 0.2 (1 - q) would give at q = 11/12.
    #expect(try best([0.8, 0.2, 0.2, 0.8]) == 0.917)
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
