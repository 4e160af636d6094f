import ProtocolCore
import Quantities

/// What a search for attacks has found.
public struct AttackReport: Sendable {
  /// How far one strategy came in the race: its best plan, measured under the seeds of the search.
  public struct Standing: Hashable, Sendable {
    /// Its name.
    public let strategy: String
    /// The best plan with it that the race has seen.
    public let plan: AttackPlan
    /// What that made, in credits; a guide and no proof, since the best of many looks better than it is.
    public let profit: Estimate
    /// The accuracy that it took.
    public let accuracyLost: Estimate
  }

  /// Who attacked what.
  public let adversary: Adversary
  /// What was looked for, and how hard.
  public let settings: AttackSearch.Settings
  /// The best attack that was found, whether it works or not.
  public let plan: AttackPlan
  /// What it comes to under fresh seeds.
  public let verdict: AttackVerdict
  /// The smallest stake with which it works; `nil` where it does not.
  public let threshold: StakeThreshold?
  /// The strategies, from the one that came furthest.
  public let standings: [Standing]
  /// How many runs it took.
  public let runs: Int

  /// The scenario that replays the attack, with as many replicates as it was measured by. Its seeds are others than those
  /// of the measurement: it is one more test.
  public var scenario: Scenario {
    var scenario = adversary.scenario(plan)
    scenario.name = "\(adversary.without.name)_attack"
    scenario.about = "The attack that pays best, as found by search: \(plan)."
    scenario.replicates = verdict.profit.count
    return scenario
  }

  /// Credits of profit for each credit of stake.
  public var profitPerCredit: Double { verdict.profit.mean / (Double(adversary.stake.micro) / 1e6) }
}

extension AttackReport {
  /// The report in sentences, a line each.
  public var lines: [String] {
    var lines = [about, headline, sentence]
    let width = facts.map(\.name.count).max() ?? 0
    lines += facts.map { fact in
      "\(fact.name)\(String(repeating: " ", count: width - fact.name.count))  \(fact.value)"
    }
    if let threshold { lines += threshold.steps.map { "  " + Self.line($0) } }
    lines.append(method)
    return lines
  }

  var about: String {
    let members = adversary.members == 1 ? "one member" : "\(adversary.members) members"
    return
      "The adversary has \(members) with the skill of `\(adversary.kin)` and \(Self.credits(adversary.stake)) credits, "
      + "for up to \(adversary.identitiesMax) names."
  }

  var headline: String { "\(verdict.isSignificant ? "Best attack" : "Best try"): \(plan)." }

  var method: String {
    "\(runs) runs in all. Measured under \(verdict.profit.count) fresh seeds that the search has not seen; intervals are "
      + "95 %, by Student's t; differences are paired."
  }

  /// What it comes to, in words.
  var facts: [(name: String, value: String)] {
    var facts = [
      (
        name: "profit",
        value: "\(Figure.text(verdict.profit)) credits, \(Figure.signed(profitPerCredit)) for each credit it has; "
          + "\(Figure.text(verdict.worstProfit)) at worst"
      ),
      (
        "being honest",
        "\(Figure.text(verdict.honestProfit)) credits; the attack makes \(Figure.text(verdict.gain)) more"
      ), ("not taking part", "0 credits"),
      (
        "the others",
        "lose \(Figure.text(verdict.othersLoss)) credits against an honest adversary, "
          + "\(Figure.text(verdict.othersLossToNobody)) against nobody"
      ),
    ]
    if let accuracy = verdict.accuracy, let honest = verdict.honestAccuracy, let without = verdict.accuracyWithout,
      let lost = verdict.accuracyLost, let logLoss = verdict.logLossGained
    {
      facts += [
        (
          "accuracy",
          "\(Figure.text(accuracy)); \(Figure.text(honest)) with an honest adversary, \(Figure.text(without)) with nobody"
        ),
        ("accuracy lost", "\(Figure.text(lost)); log loss gained \(Figure.text(logLoss)) nats a question"),
        ("cost of attack", cost),
      ]
    } else {
      facts.append(("accuracy", "nobody knows: no outcome comes"))
    }
    if let threshold { facts.append(("smallest stake", Self.words(threshold))) }
    return facts
  }

  /// What it comes to, in one sentence.
  var sentence: String { verdict.isSignificant ? finding : nothing }

  private var finding: String {
    switch settings.goal {
    case .profit:
      "It earns more than honesty and more than nothing (one-sided paired t test, p \(Figure.chance(verdict.chance)))."
    case .damage: "It takes accuracy (one-sided paired t test, p \(Figure.chance(verdict.chance)))."
    }
  }

  private var nothing: String {
    let chance = Figure.chance(verdict.chance)
    return switch settings.goal {
    case .profit:
      "Nothing significant found: it does not earn more than honesty and more than nothing for sure (p \(chance))."
    case .damage: "Nothing significant found: it takes no accuracy for sure (p \(chance))."
    }
  }

  private var cost: String {
    guard let cost = verdict.costOfPoint else { return "no accuracy is taken for sure" }
    return cost > 0 ? "\(Figure.text(cost)) credits for a point of accuracy" : "nothing: it is paid for taking accuracy"
  }

  private static func words(_ threshold: StakeThreshold) -> String {
    guard let fails = threshold.fails else { return "\(credits(threshold.works)) credits, one deposit, are enough" }
    return "between \(credits(fails)) and \(credits(threshold.works)) credits"
  }

  private static func line(_ step: StakeThreshold.Step) -> String {
    "\(credits(step.stake)) credits, \(step.identities == 1 ? "one name" : "\(step.identities) names"): profit \(Figure.text(step.profit)), "
      + "\(Figure.text(step.gain)) more than honest, p \(Figure.chance(step.chance))"
  }

  private static func credits(_ amount: Amount) -> String { Figure.text(Double(amount.micro) / 1e6) }
}
