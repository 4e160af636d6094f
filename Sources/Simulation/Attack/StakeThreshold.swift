import Quantities

/// The smallest stake with which an attack still works, between two that were tried.
public struct StakeThreshold: Hashable, Sendable {
  /// One stake that was tried.
  public struct Step: Hashable, Sendable {
    /// The adversary's money.
    public let stake: Amount
    /// How many names shared it.
    public let identities: Int
    /// What it made, in credits.
    public let profit: Estimate
    /// What it made more than by being honest, in credits.
    public let gain: Estimate
    /// The chance of such figures if the attack did not work.
    public let chance: Double
  }

  /// All that were tried, by stake.
  public let steps: [Step]
  /// The smallest stake of which it is sure that it works.
  public let works: Amount
  /// The largest tried below it of which that is not sure; `nil` where even one deposit is enough.
  public let fails: Amount?

  private static let stepsMax = 5

  // Tries one deposit, then halves the ratio between the last that works and the first that does not.
  init(
    of plan: AttackPlan, _ adversary: Adversary, verdict: AttackVerdict, goal: AttackGoal, replicates: Range<Int>,
    _ trials: inout Trials
  ) throws {
    var steps = [
      Step(
        stake: adversary.stake, identities: plan.identities, profit: verdict.profit, gain: verdict.gain,
        chance: verdict.chance)
    ]
    let deposit = max(adversary.without.rules.deposit, Amount(micro: max(1, adversary.stake.micro / 1_000)))
    var works = adversary.stake
    var fails: Amount?
    // Without the adversary its stake makes no difference.
    let without = try trials.run(without: adversary, replicates: replicates)
    var next = deposit
    while steps.count <= Self.stepsMax, next < works {
      let smaller = adversary.with(stake: next)
      var less = plan
      let names = UInt64(plan.identities).multipliedFullWidth(by: UInt64(next.micro))
      let scaled = UInt64(adversary.stake.micro).dividingFullWidth(names).quotient
      less.identities = min(smaller.identitiesMax, max(1, Int(scaled)))
      less.firstIdentities = max(1, min(less.identities, less.identities * plan.firstIdentities / plan.identities))
      let honest = try trials.run([smaller.honest], of: smaller, replicates: replicates)[0]
      let outcomes = try trials.run([less], of: smaller, replicates: replicates)[0]
      let verdict = AttackVerdict(outcomes, Baseline(honest: honest, without: without), goal: goal)
      steps.append(
        Step(
          stake: next, identities: less.identities, profit: verdict.profit, gain: verdict.gain, chance: verdict.chance))
      if verdict.isSignificant { works = next } else { fails = next }
      guard let failing = fails, Double(works.micro) > 1.1 * Double(failing.micro) else { break }
      next = Amount(micro: Int64((Double(works.micro) * Double(failing.micro)).squareRoot().rounded()))
    }
    self.steps = steps.sorted { $0.stake < $1.stake }
    self.works = works
    self.fails = fails
  }
}
