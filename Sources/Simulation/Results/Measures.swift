import Consensus
import Quantities

/// What was measured during a run: written by `Recorder`, read by reports.
public struct Measures: Hashable, Sendable {
  /// How good the consensus was, over all questions whose outcome came, judged by what was really true.
  public var consensus = ScoreTally()
  /// Balances, weights and the consensus so far, at most 201 times, in the order of questions.
  public var checkpoints: [Checkpoint] = []
  /// How good every member was, and what could have been had of them; `nil` where the run was not watched in detail.
  public var detail: Detail?
  /// What happened to network, disks and members, in the order of time; protocol depth alone.
  public var timeline: [TimelineEntry] = []
  /// How many more entries there were than are kept.
  public var timelineOmitted = 0

  /// Nothing measured yet.
  public init() {}
}

/// Something worth telling that happened at a moment.
public struct TimelineEntry: Hashable, Sendable {
  /// Virtual milliseconds from the beginning.
  public var time: UInt64
  /// What, as a short sentence.
  public var text: String

  /// Puts the parts together.
  public init(time: UInt64, text: String) {
    self.time = time
    self.text = text
  }
}

/// The state of a run before one question opened.
public struct Checkpoint: Hashable, Sendable {
  /// One group at that moment, over those of its members who own or have owned something.
  public struct GroupState: Hashable, Sendable {
    /// How many they are; the other figures are 0 where nobody is.
    public var count = 0
    /// The mean balance, in credits.
    public var mean = 0.0
    /// The balances, in credits, below which 5, 25, 50, 75 and 95 % of the members lie.
    public var quantiles = [Double](repeating: 0, count: Checkpoint.quantileShares.count)
    /// The sum of their weights, 0 to 1.
    public var weight = 0.0

    /// Nobody.
    public init() {}
  }

  /// The parts of the members below each of `GroupState.quantiles`.
  public static let quantileShares = [0.05, 0.25, 0.5, 0.75, 0.95]

  /// Before which question, from 1; one more than there are questions at the very end.
  public var question: Int
  /// How many outcomes had come.
  public var settled: Int
  /// How many of them the consensus had right.
  public var right: Int
  /// The sum of its log losses.
  public var logLossSum: Double
  /// By group, in the scenario's order.
  public var groups: [GroupState]
  /// How balances are spread over all members who own or have owned something.
  public var balances: Concentration
  /// How weights are spread over all members with a voice.
  public var weights: Concentration
}

/// How good members were, and what could have been had of them. All figures are over the same questions: those whose
/// outcome came while their answers were still kept.
public struct Detail: Hashable, Sendable {
  /// One member. A question that it did not answer counts in none of these but `excess`, where it counts as nothing.
  public struct MemberScore: Hashable, Sendable {
    /// How many questions it answered.
    public var answered = 0
    /// How many of them it held the true class most probable; a tie goes to the lowest class.
    public var right = 0
    /// The sum of its -ln p(y), no probability below 1e-12.
    public var logLossSum = 0.0
    /// By how much that sum is above the uniform pool's on the questions that it answered.
    public var excess = 0.0

    /// No answer yet.
    public init() {}
  }

  /// The best fixed mixture of the members, found with all outcomes known.
  public struct Mixture: Hashable, Sendable {
    /// Over how many questions: an even sample where all would be too many. Never fewer than members.
    public var count: Int
    /// Its mean log loss over them.
    public var loss: Double
    /// The consensus's mean log loss over the same questions.
    public var consensusLoss: Double
    /// The weight of each member; adds up to 1.
    public var weights: [Double]
  }

  /// The consensus.
  public var consensus = ScoreTally()
  /// The plain mean of those who answered.
  public var uniform = ScoreTally()
  /// By group and place in it.
  public var members: [MemberScore]
  /// The best fixed mixture; `nil` where there were more members than questions could tell apart.
  public var mixture: Mixture?
  /// Questions left out since too many answers were waiting for their outcomes.
  public var omitted = 0

  /// Nothing yet of `memberCount` members.
  public init(memberCount: Int) { members = [MemberScore](repeating: MemberScore(), count: memberCount) }

  /// The member with the least log loss, those who never answered left out; a tie goes to the lower one. A question that
  /// a member did not answer is charged to it as to the uniform pool, so that all are judged by the same questions.
  public var bestMember: Int? {
    members.indices.filter { members[$0].answered > 0 }.min { members[$0].excess < members[$1].excess }
  }

  /// The mean log loss of the best member; `nil` where nobody answered.
  public var bestMemberLoss: Double? {
    bestMember.map { (uniform.logLossSum + members[$0].excess) / Double(max(1, uniform.count)) }
  }
}
