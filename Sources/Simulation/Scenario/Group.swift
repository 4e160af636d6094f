import Quantities

/// Members of one kind.
public struct Group: Hashable, Sendable {
  /// What its members say, and thus what it is called in tables and charts: a name unique in its scenario.
  public var name: String
  /// How many members. Default: 1.
  public var count = 1
  /// Where their honest predictions come from.
  public var source = AnswerSource.skill(Skill())
  /// What they make of them. Default: they say what they think.
  public var strategy: any Strategy {
    get { box.base }
    set { box = AnyStrategy(newValue) }
  }
  /// Credits that each brings in; the rules' deposit where `nil`, never less.
  public var deposit: Distribution?
  /// Before which question each joins, from 1. Default: 1.
  public var joins = Distribution.constant(1)
  /// After which question each stops answering and leaves; never where `nil`.
  public var leaves: Distribution?

  private var box = AnyStrategy(Honest())

  /// One honest member with the default skill.
  public init(name: String) { self.name = name }
}

/// Where the honest predictions of a group come from.
public enum AnswerSource: Hashable, Sendable {
  /// Drawn from a description of what they can.
  case skill(Skill)
  /// Made by a learner on a shard of the data set.
  case learner(LearnerShare)
  /// Recorded: the models of the stream with these names, one for each member; all in order where empty.
  case recorded([String])
}

/// What statistical members can.
///
/// A member sees a signal, one of the classes, and says how probable that makes each class. The signal is the truth with
/// the member's accuracy, else another class; or drawn by a row of the confusion matrix.
public struct Skill: Hashable, Sendable {
  /// How they say it.
  public enum Report: String, CaseIterable, Hashable, Sendable {
    /// A probability for each class.
    case probabilities
    /// The signal alone, with all probability on it.
    case labels
  }

  /// The chance that the signal is the truth, drawn once for each member, 0 to 1. Default: 0.6 to 0.9.
  public var accuracy = Distribution.uniform(0.6, 0.9)
  /// The chance of each signal (columns) given the truth (rows), K x K, rows that add up to 1; instead of `accuracy`
  /// where not empty.
  public var confusion: [[Double]] = []
  /// How members judge themselves, drawn once for each: odds are raised to this power. 1 is calibrated, above 1 too sure,
  /// below 1 too modest. Default: 1.
  public var calibration = Distribution.constant(1)
  /// The chance that a member sees the signal of its group instead of its own, 0 to 1. Default: 0, independent errors.
  public var correlation = 0.0
  /// How they say it. Default: probabilities.
  public var report = Report.probabilities

  /// The defaults.
  public init() {}
}

/// A learner and the share of the data that each member of a group trains it on.
public struct LearnerShare: Hashable, Sendable {
  /// How the rows not asked are divided among all members that learn.
  public enum Partition: Hashable, Sendable {
    /// At random, equal parts.
    case uniform
    /// Each class by a draw from the symmetric Dirichlet distribution with this concentration (Hsu, Qi, Brown 2019).
    case dirichletLabels(concentration: Double)
    /// Sizes by a draw from the symmetric Dirichlet distribution with this concentration.
    case quantity(concentration: Double)
    /// All rows, a random part of the columns, above 0 up to 1.
    case features(share: Double)
    /// At random, equal parts, with this part of the labels replaced by another class.
    case noisyLabels(share: Double)
  }

  /// `random_forest`, `gradient_boosting` or `logistic_regression`.
  public var learner = "logistic_regression"
  /// How the data are divided. Default: uniform.
  public var partition = Partition.uniform

  /// The defaults.
  public init() {}
}
