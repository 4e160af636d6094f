import ProtocolCore
import Quantities

/// What is to be simulated: a population, its rules and its world, all drawn from one seed.
///
/// A value that is complete in itself: equal scenarios give equal runs, bit for bit, on every machine and with any
/// number of threads. Time is virtual, in milliseconds from 0; question q, from 1, opens at (q - 1) · `interval`.
public struct Scenario: Hashable, Sendable {
  /// How much of the world is simulated.
  public enum Depth: String, CaseIterable, Hashable, Sendable {
    /// Tables only: the mechanisms at memory speed.
    case mechanism
    /// Every participant, message and event.
    case `protocol`
  }

  /// A short name. Default: `scenario`.
  public var name = "scenario"
  /// What it shows, for people.
  public var about = ""
  /// From which everything random is drawn. Default: 1.
  public var seed: UInt64 = 1
  /// How much is simulated. Default: the mechanisms.
  public var depth = Depth.mechanism
  /// How many questions are asked. Default: 1,000.
  public var questionCount = 1_000
  /// Virtual milliseconds from one opening to the next. Default: 1,000.
  public var interval: UInt64 = 1_000
  /// What the questions are about.
  public var questions = QuestionSource.drawn(DrawnQuestions())
  /// When outcomes come, and whether they are true.
  public var outcomes = OutcomePlan()
  /// Who takes part, in the order of their seats.
  public var groups: [Group] = []
  /// The rules that the council begins with.
  public var rules = Rules(areJudged: false, modelCount: 2, classCount: 3)
  /// The network between the members and the host; protocol depth alone.
  public var network = Network()
  /// What breaks, and when; protocol depth alone.
  public var faults: [Fault] = []
  /// How many runs with seeds of their own. Default: 1.
  public var replicates = 1
  /// Values to vary, each combination a run of its own; `nil` for none.
  public var sweep: Sweep?
  /// The folder that the run is written to, from the current one; none where `nil`. It decides nothing about the run.
  public var output: String?

  /// A scenario without members.
  public init() {}

  /// How many classes a prediction speaks of.
  public var classCount: Int { questions.classCount }
}
