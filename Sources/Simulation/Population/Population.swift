import Learning
import ProtocolCore
import Quantities
import Tabular

/// Everybody who takes part in one replicate of a scenario, and all that chance decides for them: what is true, what
/// each honestly believes, what each brings in, when it comes and goes, when outcomes arrive.
///
/// Both depths ask this value alone, so both see the same world. Draws are keyed by the scenario's seed, the replicate
/// and what they are for, never by what was drawn before; network, strategies and rules change none of them, but that
/// nobody brings in less than the rules' deposit. Members
/// are numbered by group and place: group g has the numbers `groups[g].members`. Questions are counted from 1.
public struct Population: Sendable {
  /// Members of one kind: a range of member numbers.
  public struct Members: Hashable, Sendable {
    /// What the group is called.
    public let name: String
    /// The numbers of its members.
    public let members: Range<Int>
    /// What they make of what they believe.
    public var strategy: any Strategy { box.base }
    /// Whether each says a class and nothing else, so that `labels` serves.
    public let saysLabels: Bool
    /// Whether some have nothing to say to some questions: recorded members alone.
    public let canBeAbsent: Bool

    let box: AnyStrategy
  }

  enum Source: Sendable {
    case skilled(SkilledMembers)
    case predicted(PredictedRows)
  }

  /// The seed of this replicate, from which everything is drawn.
  public let runSeed: UInt64
  /// How many classes, K.
  public let classCount: Int
  /// How many questions are asked.
  public let questionCount: Int
  /// The groups, in their order.
  public let groups: [Members]
  /// What each member brings in, at least the rules' deposit.
  public let deposits: [Amount]
  /// Before which question each member joins, from 1; past the last question for one that never does.
  public let joins: [Int32]
  /// After which question each member stops answering and leaves, not before the one it joins for; `Int32.max` for
  /// never.
  public let leaves: [Int32]
  /// What members that learn predict, and one model on all data; `nil` where none learn.
  let learning: LearningMembers?

  let plan: OutcomePlan
  let interval: UInt64
  let questions: QuestionList
  let sources: [Source]

  /// How many members there are, of all groups.
  public var memberCount: Int { deposits.count }
  /// How probable each class is before anything is known, K billionths.
  public var prior: [UInt32] { questions.priorRow }

  /// Draws the population of replicate `replicate`, from 0: reads data and streams, trains members that learn.
  ///
  /// - Parameters:
  ///   - scenario: groups may stand in any order; a group may be empty.
  ///   - replicate: which of the runs with seeds of their own.
  ///   - threads: how many a learner may use; nothing depends on it.
  /// - Throws: the first fault, settings before data.
  /// - Complexity: O(members); for members that learn, their training. Holds about 16 bytes a member, 8 more for the
  ///   skill of a statistical one, another 8 where calibration varies.
  public init(_ scenario: Scenario, replicate: Int, threads: Int = 1) throws(PopulationError) {
    try Self.check(scenario)
    runSeed = Chance.runSeed(scenario.seed, replicate: replicate)
    classCount = scenario.classCount
    questionCount = scenario.questionCount
    plan = scenario.outcomes
    interval = scenario.interval
    let data = try QuestionData(scenario, runSeed: runSeed)
    questions = data.questions
    learning = try LearningMembers(scenario.groups, data: data, runSeed: runSeed, threads: threads)

    var groups: [Members] = []
    var sources: [Source] = []
    var first = 0
    var learners = 0
    for (index, group) in scenario.groups.enumerated() {
      let members = first..<first + group.count
      var (saysLabels, canBeAbsent) = (false, false)
      switch group.source {
      case .skill(let skill):
        saysLabels = skill.report == .labels
        sources.append(
          .skilled(
            SkilledMembers(
              skill, count: group.count, group: index, classCount: classCount, prior: questions.prior, seed: runSeed)))
      case .learner:
        guard let learning else { throw .noSource(group: group.name, needed: "questions from a data set") }
        sources.append(.predicted(PredictedRows(learners..<learners + group.count, of: learning.predictions)))
        learners += group.count
      case .recorded(let names):
        let rows = try data.recorded(names, group: group)
        sources.append(.predicted(rows))
        canBeAbsent = true
      }
      groups.append(
        Members(
          name: group.name, members: members, saysLabels: saysLabels, canBeAbsent: canBeAbsent,
          box: AnyStrategy(group.strategy)))
      first = members.upperBound
    }
    self.groups = groups
    self.sources = sources
    let times = MemberTimes(scenario, memberCount: first, seed: runSeed)
    (deposits, joins, leaves) = (times.deposits, times.joins, times.leaves)
  }

  /// The group of a member: O(log groups).
  public func group(of member: Int) -> Int {
    var (low, high) = (0, groups.count - 1)
    while low < high {
      let middle = (low + high) / 2
      if member < groups[middle].members.upperBound { high = middle } else { low = middle + 1 }
    }
    return low
  }
}

/// What each member brings in, and when it comes and goes.
private struct MemberTimes {
  var deposits: [Amount] = []
  var joins: [Int32] = []
  var leaves: [Int32] = []

  init(_ scenario: Scenario, memberCount: Int, seed: UInt64) {
    deposits.reserveCapacity(memberCount)
    joins.reserveCapacity(memberCount)
    leaves.reserveCapacity(memberCount)
    for (index, group) in scenario.groups.enumerated() {
      for place in 0..<group.count {
        deposits.append(
          max(scenario.rules.deposit, group.deposit.map { Self.amount($0, index, place, seed) } ?? .zero))
        let joining = Self.question(group.joins, .joining, index, place, seed)
        joins.append(joining)
        leaves.append(group.leaves.map { max(joining, Self.question($0, .leaving, index, place, seed)) } ?? .max)
      }
    }
  }

  /// Credits, at most a thousand million.
  private static func amount(_ distribution: Distribution, _ group: Int, _ place: Int, _ seed: UInt64) -> Amount {
    var random = Chance.stream(seed, .deposit, group, place)
    let credits = min(max(distribution.sample(from: &random), 0), 1e9)
    return Amount(micro: Int64((credits * 1_000_000).rounded()))
  }

  private static func question(
    _ distribution: Distribution, _ purpose: Chance.Purpose, _ group: Int, _ place: Int, _ seed: UInt64
  ) -> Int32 {
    var random = Chance.stream(seed, purpose, group, place)
    return Int32(min(max(distribution.sample(from: &random).rounded(), 1), Double(Int32.max)))
  }
}
