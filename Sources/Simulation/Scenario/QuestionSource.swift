/// What the questions of a scenario are about.
public enum QuestionSource: Hashable, Sendable {
  /// Classes drawn at random; members see them through their skill.
  case drawn(DrawnQuestions)
  /// Rows of a real data set, asked in a random order; members that learn are trained on shards of the rest.
  case dataset(DatasetQuestions)
  /// A recorded stream of predictions, asked in its order; members are those of the stream.
  case stream(StreamQuestions)

  /// How many classes there are.
  public var classCount: Int {
    switch self {
    case .drawn(let drawn): drawn.classCount
    case .dataset(let dataset): dataset.classCount
    case .stream(let stream): stream.classCount
    }
  }
}

/// Questions whose classes are drawn at random.
public struct DrawnQuestions: Hashable, Sendable {
  /// How many classes, 2 to 1,000. Default: 3.
  public var classCount = 3
  /// How probable each class is; empty for all alike.
  public var prior: [Double] = []
  /// How hard each question is: 0 leaves members their accuracy, 1 takes it down to chance. Default: 0.
  public var difficulty = Distribution.constant(0)

  /// The defaults.
  public init() {}
}

/// Questions from a table of a real data set.
public struct DatasetQuestions: Hashable, Sendable {
  /// The path of a CSV file, or `iris` for the built-in one.
  public var path = "iris"
  /// The column that holds the class; the last one by default.
  public var label: String?
  /// The part of the rows that is asked and never trained on, above 0 and below 1. Default: 0.3.
  public var askedShare = 0.3
  /// How many classes the file has; filled in when it is read.
  public var classCount = 3

  /// The defaults.
  public init() {}
}

/// Questions from a recorded stream.
public struct StreamQuestions: Hashable, Sendable {
  /// The path of the stream.
  public var path = ""
  /// How many classes it has; filled in when it is read.
  public var classCount = 2

  /// The stream at `path`.
  public init(path: String) { self.path = path }
}
