import Learning

/// A learner of ours, and the peers that it is put beside.
struct Candidate: Sendable {
  let name: String
  /// The peers whose accuracy and log loss count, the best of them.
  let rivals: [String]
  /// The peer whose training time counts.
  let pacemaker: String
  let fit: @Sendable (Dataset, _ seed: UInt64, _ threads: Int) throws -> any Predictor

  /// Every learner that is measured; a new one is one more entry.
  static let all: [Candidate] = [
    Candidate(name: "random_forest", rivals: ["sk_rf"], pacemaker: "sk_rf") {
      try RandomForest().fit($0, seed: $1, threads: $2)
    },
    Candidate(
      name: "gradient_boosting", rivals: ["sk_gb", "sk_hgb", "lgbm_gbdt"], pacemaker: "lgbm_gbdt"
    ) {
      try GradientBoosting().fit($0, seed: $1, threads: $2)
    },
    Candidate(name: "logistic_regression", rivals: ["sk_logreg"], pacemaker: "sk_logreg") {
      try ScaledPredictor(fitting: LogisticRegression(), to: $0, seed: $1, threads: $2)
    },
  ]
}
