import Learning
import Testing

@Suite struct LearnerContractTests {
  @Test func `logistic regression is a learner`() throws { try checkLearner(LogisticRegression()) }
}
