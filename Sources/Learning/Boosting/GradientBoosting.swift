import Quantities

/// Gradient boosting of the log loss: small trees added one after another, each correcting what is still wrong
/// (Friedman 2001), with Newton steps and histograms.
///
/// Two classes take one tree per round, K > 2 classes take K. Settings are named as in scikit-learn's
/// `HistGradientBoostingClassifier`. Training costs about `iterationsMax` passes over all numbers per class.
public struct GradientBoosting: Learner, Hashable {
  /// When to stop before `iterationsMax`: rows put aside tell when more rounds no longer help.
  public struct EarlyStopping: Hashable, Sendable {
    /// Which share of the rows is put aside, above 0 and below 1. Default: 0.1.
    public var validationFraction = 0.1
    /// How many rounds without a better log loss on them end the training, 1 or more. Default: 10.
    /// The rounds after the best one are dropped.
    public var patience = 10

    /// The default settings.
    public init() {}
  }

  /// Most rounds, 1 or more. Default: 100. More fit closer; halve `learningRate` when you double it.
  public var iterationsMax = 100
  /// Which share of each step is taken, above 0 and at most 1. Default: 0.1.
  public var learningRate = 0.1
  /// Most leaves of a tree, 2 or more, or nil for no limit. Default: 31. The most useful leaf is split first.
  public var leafCountMax: Int? = 31
  /// Most splits on the way to a leaf, 1 or more, or nil (default) for no limit.
  public var depthMax: Int?
  /// Least rows in a leaf, 1 or more. Default: 20. Raise it against noise.
  public var samplesLeafMin = 20
  /// How strongly leaf values are pulled to zero, 0 or more: so many rows of curvature 1 that wish for no change.
  /// Default: 0.1. A little keeps small sets from growing overconfident; raise it against noise.
  public var l2Regularization = 0.1
  /// When to stop early, or nil (default) for never.
  public var earlyStopping: EarlyStopping?

  /// Boosting with the default settings.
  public init() {}

  private static let purpose: UInt64 = 0x424F_4F53_54  // "BOOST"

  /// Trains on every row of `data`. Throws `LearningError` without rows or with a setting out of range.
  public func fit(_ data: Dataset, seed: UInt64, threads: Int) throws(LearningError) -> GradientBoostingModel {
    try check(data, threads: threads)
    guard let earlyStopping else {
      var run = BoostingRun(data, settings: self, threads: threads)
      for _ in 0..<iterationsMax { run.addRound() }
      return run.model
    }
    return fit(data, stopping: earlyStopping, seed: seed, threads: threads)
  }

  private func fit(
    _ data: Dataset, stopping: EarlyStopping, seed: UInt64, threads: Int
  ) -> GradientBoostingModel {
    var stream = CounterStream(seed: seed, purpose: Self.purpose)
    let aside = min(data.rowCount - 1, Int((Double(data.rowCount) * stopping.validationFraction).rounded(.up)))
    var order = Array(0..<data.rowCount)
    order.shuffle(using: &stream)
    let training = data.selecting(order[aside...].sorted())
    var validation = BoostingValidation(data.selecting(order[..<aside].sorted()))
    var run = BoostingRun(training, settings: self, threads: threads)
    var best = (rounds: 0, loss: Double.infinity)
    for round in 1...iterationsMax {
      run.addRound()
      let loss = validation.logLoss(of: run.model)
      if loss < best.loss { best = (round, loss) }
      if round - best.rounds >= stopping.patience { break }
    }
    var model = run.model
    if aside > 0 { model.keepFirst(rounds: best.rounds) }
    return model
  }

  private func check(_ data: Dataset, threads: Int) throws(LearningError) {
    try LearningError.require(iterationsMax >= 1, "iterationsMax", iterationsMax, "at least 1")
    try LearningError.require(
      learningRate > 0 && learningRate <= 1, "learningRate", learningRate, "above 0 and at most 1")
    try LearningError.require(leafCountMax ?? 2 >= 2, "leafCountMax", leafCountMax ?? 0, "at least 2, or nil")
    try LearningError.require(depthMax ?? 1 >= 1, "depthMax", depthMax ?? 0, "at least 1, or nil")
    try LearningError.require(samplesLeafMin >= 1, "samplesLeafMin", samplesLeafMin, "at least 1")
    try LearningError.require(
      l2Regularization >= 0 && l2Regularization <= 1e9, "l2Regularization", l2Regularization, "from 0 to 1e9")
    if let earlyStopping {
      let fraction = earlyStopping.validationFraction
      try LearningError.require(fraction > 0 && fraction < 1, "validationFraction", fraction, "above 0 and below 1")
      try LearningError.require(earlyStopping.patience >= 1, "patience", earlyStopping.patience, "at least 1")
    }
    try TreeEnsemble.check(data, threads: threads)
  }
}
