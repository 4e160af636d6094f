import Consensus
import Quantities

/// The figures that one run comes down to.
public struct Figures: Hashable, Sendable {
  /// Which figure: a measure, of one group where it is one of groups.
  public struct Key: Hashable, Sendable {
    /// What is measured.
    public var measure: Measure
    /// The name of the group; `nil` for the whole council.
    public var group: String?

    /// Puts the parts together.
    public init(_ measure: Measure, group: String? = nil) {
      self.measure = measure
      self.group = group
    }
  }

  /// One figure.
  public struct Entry: Hashable, Sendable {
    /// Which.
    public let key: Key
    /// How much.
    public let value: Double
  }

  /// Those that the run knows, all finite, in the order of `Measure`, then of groups.
  public let entries: [Entry]

  /// What `record`, a run of `scenario`, comes down to.
  ///
  /// - Complexity: O(N).
  public init(_ record: RunRecord, scenario: Scenario) {
    var entries: [Entry] = []
    func add(_ measure: Measure, _ value: Double?, group: String? = nil) {
      guard let value, value.isFinite else { return }
      entries.append(Entry(key: Key(measure, group: group), value: value))
    }
    let measures = record.measures
    if measures.consensus.count > 0 {
      let scores = measures.consensus.scores
      add(.consensusAccuracy, scores.accuracy)
      add(.consensusLogLoss, scores.logLoss)
      add(.consensusBrier, scores.brier)
      add(.consensusCalibrationError, scores.calibrationError)
    }
    if let detail = measures.detail, detail.uniform.count > 0 {
      let (own, uniform) = (detail.consensus.scores, detail.uniform.scores)
      add(.uniformAccuracy, uniform.accuracy)
      add(.uniformLogLoss, uniform.logLoss)
      add(.bestMemberLogLoss, detail.bestMemberLoss)
      add(.bestMixtureLogLoss, detail.mixture?.loss)
      add(.gainOverUniform, uniform.logLoss - own.logLoss)
      add(.gainOverBestMember, detail.bestMemberLoss.map { $0 - own.logLoss })
      add(.gainOverBestMixture, detail.mixture.map { $0.loss - $0.consensusLoss })
    }
    let groups = GroupTotals.all(of: record, scenario: scenario)
    let honest = zip(scenario.groups, groups).filter { $0.0.strategy is Honest }.map(\.1)
    let honestStake = honest.reduce(0) { $0 + $1.staked }
    if honestStake > 0 { add(.honestReturn, honest.reduce(0) { $0 + $1.profit } / honestStake) }
    if let last = measures.checkpoints.last {
      add(.balanceGini, last.balances.gini)
      add(.balanceEffectiveMembers, last.balances.effectiveCount)
      add(.balanceNakamoto, Double(last.balances.nakamoto))
      add(.weightGini, last.weights.gini)
      add(.weightEffectiveMembers, last.weights.effectiveCount)
      add(.weightNakamoto, Double(last.weights.nakamoto))
    }
    add(.treasury, Double(record.treasury.micro) / 1e6)
    add(.questionsClosed, Double(record.questionsClosed))
    for (index, (group, total)) in zip(scenario.groups, groups).enumerated() where total.count > 0 {
      let count = Double(total.count)
      add(.groupProfit, total.profit / count, group: group.name)
      add(.groupTotalProfit, total.profit, group: group.name)
      add(.groupReturn, total.staked > 0 ? total.profit / total.staked : nil, group: group.name)
      add(.groupStaked, total.staked / count, group: group.name)
      add(.groupBalance, total.balance / count, group: group.name)
      let last = measures.checkpoints.last?.groups
      add(.groupWeight, last.flatMap { index < $0.count ? $0[index].weight : nil }, group: group.name)
      add(.groupAccuracy, total.answered > 0 ? Double(total.right) / Double(total.answered) : nil, group: group.name)
      add(.groupLogLoss, total.answered > 0 ? total.logLossSum / Double(total.answered) : nil, group: group.name)
    }
    self.entries = entries
  }

  /// The value of a figure; `nil` where the run does not know it.
  public func value(_ measure: Measure, group: String? = nil) -> Double? {
    entries.first { $0.key == Key(measure, group: group) }?.value
  }
}

/// The sums of a group's members, in credits.
private struct GroupTotals {
  var count = 0
  var profit = 0.0
  var staked = 0.0
  var balance = 0.0
  var answered = 0
  var right = 0
  var logLossSum = 0.0

  static func all(of record: RunRecord, scenario: Scenario) -> [GroupTotals] {
    var totals = [GroupTotals](repeating: GroupTotals(), count: scenario.groups.count)
    for (index, member) in record.members.enumerated() {
      totals[member.group].count += 1
      totals[member.group].profit += Double(member.profit.micro) / 1e6
      totals[member.group].staked += Double(member.staked.micro) / 1e6
      totals[member.group].balance += Double(member.balance.micro) / 1e6
      guard let detail = record.measures.detail, index < detail.members.count else { continue }
      totals[member.group].answered += detail.members[index].answered
      totals[member.group].right += detail.members[index].right
      totals[member.group].logLossSum += detail.members[index].logLossSum
    }
    return totals
  }
}
