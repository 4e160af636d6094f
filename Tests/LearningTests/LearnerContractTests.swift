import Learning
import Testing

@Suite struct LearnerContractTests {
  @Test func `logistic regression is a learner`() throws { try checkLearner(LogisticRegression()) }
  @Test func `random forest is a learner`() throws { try checkLearner(RandomForest()) }
  @Test func `gradient boosting is a learner`() throws { try checkLearner(GradientBoosting()) }
}
