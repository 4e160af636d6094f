import ProtocolCore
import Quantities

/// Somebody who holds members and money in a scenario and may do with them what pays best.
///
/// The money is fixed: more names share it, so that names cost what the rules make them cost. So is what it knows: names
/// beyond its members have no belief of their own.
public struct Adversary: Hashable, Sendable {
  /// How much of something it holds.
  public enum Holding: Hashable, Sendable {
    /// A number: of members, or of credits.
    case number(Double)
    /// A part of all there is with its own, above 0 and below 1.
    case share(Double)

    /// What `text` says: below 1 a share, from 1 on a number; `nil` where it is neither.
    public init?(_ text: String) {
      guard let value = Double(text), value > 0, value.isFinite, value <= 1e12 else { return nil }
      self = value < 1 ? .share(value) : .number(value)
    }
  }

  /// The scenario without it: its group is empty, and the sweep is left out.
  public let without: Scenario
  /// How many members it has: as many beliefs of its own.
  public let members: Int
  /// All its money.
  public let stake: Amount
  /// The most names it can have: each brings in the rules' deposit at least, and no search needs more than four times as
  /// many names as there are members, or a thousand.
  public let identitiesMax: Int
  /// The group whose skill it has.
  public let kin: String

  /// Whether it can take more or fewer names than it has members, and give them different parts: recorded members are who
  /// they are.
  let isDivisible: Bool

  private let model: Group
  private let place: Int

  /// An adversary in `scenario`.
  ///
  /// - Parameters:
  ///   - scenario: with one group that is not its own, at least.
  ///   - members: how many it has; a tenth of all by default, or as many as `group` has, and always so many where they are
  ///     recorded.
  ///   - stake: the credits it has; a fifth of all by default, or as much as `group` has.
  ///   - group: the group of the scenario whose place it takes; where `nil` it is added as the last one, with the skill
  ///     of the largest group.
  /// - Throws: where the scenario has no such group or nobody else, or where the stake is less than the deposits.
  public init(
    in scenario: Scenario, members: Holding? = nil, stake: Holding? = nil, group: String? = nil
  ) throws(AttackError) {
    var without = scenario
    without.sweep = nil
    if let group {
      guard let index = scenario.groups.firstIndex(where: { $0.name == group }) else {
        throw .unknownGroup(group, known: scenario.groups.map(\.name))
      }
      place = index
      model = scenario.groups[index]
    } else {
      guard let largest = scenario.groups.max(by: { $0.count < $1.count }) else { throw .nobodyElse }
      place = scenario.groups.count
      var own = Group(name: Self.freeName("adversary", among: scenario.groups))
      own.source = largest.source
      model = own
      without.groups.append(own)
      if case .recorded = largest.source { throw .recordedMembers(largest.name) }
    }
    if case .recorded = model.source { isDivisible = false } else { isDivisible = true }
    // Nobody is in it, and nobody else gets another number.
    without.groups[place].count = 0
    if case .recorded = model.source { without.groups[place].source = .recorded([]) }
    guard without.groups.contains(where: { $0.count > 0 }) else { throw .nobodyElse }
    kin = group ?? (scenario.groups.max { $0.count < $1.count })?.name ?? model.name
    self.without = without
    let others = without.groups.reduce(0) { $0 + $1.count }
    let money = without.groups.reduce(0) { $0 + Double($1.count) * Self.deposit(of: $1, rules: scenario.rules) }
    let defaultMembers = group == nil ? Holding.share(0.1) : .number(Double(max(1, model.count)))
    let wantedMembers = isDivisible ? members ?? defaultMembers : defaultMembers
    self.members = min(1_000_000, max(1, Int(Self.amount(wantedMembers, besides: Double(others)).rounded())))
    let own = Double(model.count) * Self.deposit(of: model, rules: scenario.rules)
    let credits = Self.amount(stake ?? (group == nil ? .share(0.2) : .number(max(1e-6, own))), besides: money)
    let micro = (min(credits, 1e12) * 1e6).rounded()
    self.stake = Amount(micro: Int64(micro))
    let deposit = scenario.rules.deposit
    let affordable = deposit > .zero ? Int(self.stake.micro / deposit.micro) : .max
    guard affordable >= self.members else {
      throw .stakeTooSmall(stake: self.stake, members: self.members, deposit: deposit)
    }
    identitiesMax = isDivisible ? max(self.members, min(affordable, 1_000, 4 * (others + self.members))) : self.members
  }

  private init(_ other: Adversary, stake: Amount, members: Int, identitiesMax: Int) {
    without = other.without
    kin = other.kin
    isDivisible = other.isDivisible
    model = other.model
    place = other.place
    self.stake = stake
    self.members = members
    self.identitiesMax = identitiesMax
  }

  /// The same with less money: as many members as it can pay for.
  func with(stake: Amount) -> Adversary {
    let deposit = without.rules.deposit
    let affordable = deposit > .zero ? max(1, Int(stake.micro / deposit.micro)) : .max
    return Adversary(
      self, stake: stake, members: min(members, affordable), identitiesMax: min(identitiesMax, affordable))
  }

  /// What it does by itself: every member says what it thinks.
  public var honest: AttackPlan { AttackPlan(identities: members) }

  /// The scenario with the adversary in it, doing as `plan` says; runs with its seed, one replicate at a time.
  public func scenario(_ plan: AttackPlan) -> Scenario {
    var scenario = without
    var first = model
    first.deposit = .constant(Double(stake.micro / Int64(plan.identities)) / 1e6)
    first.count = plan.firstIdentities
    first.strategy = plan.strategy(isOneMind: plan.identities > members)
    if plan.isSplit {
      var second = first
      second.name = Self.freeName("\(first.name)_other", among: without.groups)
      second.count = plan.identities - plan.firstIdentities
      second.strategy = plan.second
      // At the end, so that no other group gets another number, and with it other draws.
      scenario.groups.append(second)
    }
    scenario.groups[place] = first
    return scenario
  }

  /// Whether the group numbered `group` of `scenario(plan)` is the adversary's.
  func owns(_ group: Int) -> Bool { group == place || group >= without.groups.count }

  private static func freeName(_ wanted: String, among groups: [Group]) -> String {
    groups.contains { $0.name == wanted } ? freeName(wanted + "_", among: groups) : wanted
  }

  private static func amount(_ holding: Holding, besides others: Double) -> Double {
    switch holding {
    case .number(let number): number
    case .share(let share): share / (1 - share) * others
    }
  }

  // The mean deposit of one member, in credits.
  private static func deposit(of group: Group, rules: Rules) -> Double {
    let least = Double(rules.deposit.micro) / 1e6
    return max(least, group.deposit?.mean ?? least)
  }
}

extension Distribution {
  /// The mean; of the normal distribution that before it is held within its bounds.
  var mean: Double {
    switch self {
    case .constant(let value): value
    case .uniform(let low, let high): (low + high) / 2
    case .normal(let mean, _, let least, let most): min(max(mean, least), most)
    case .beta(let a, let b): a / (a + b)
    case .exponential(let mean): mean
    case .choice(let values): values.reduce(0, +) / Double(max(1, values.count))
    }
  }
}
