/// What an attack comes to under fresh seeds, against being honest with the same skill and money and against nobody
/// being there. Every difference is paired: both sides have the same seeds.
public struct AttackVerdict: Hashable, Sendable {
  /// What the adversary makes, in credits: what it earns over not taking part.
  public let profit: Estimate
  /// What it makes by being honest, in credits.
  public let honestProfit: Estimate
  /// What it makes more than by being honest, in credits.
  public let gain: Estimate
  /// The least that it made in any replicate, in credits.
  public let worstProfit: Double
  /// The accuracy of the consensus under attack, 0 to 1; `nil` where no outcome comes.
  public let accuracy: Estimate?
  /// The accuracy with the adversary being honest.
  public let honestAccuracy: Estimate?
  /// The accuracy with nobody there.
  public let accuracyWithout: Estimate?
  /// The accuracy that is lost, against the lower of the two, 0 to 1.
  public let accuracyLost: Estimate?
  /// The log loss that the consensus has more, in nats, against the higher of the two.
  public let logLossGained: Estimate?
  /// What all others make less than with the adversary being honest, in credits.
  public let othersLoss: Estimate
  /// What all others make less than with nobody there, in credits.
  public let othersLossToNobody: Estimate
  /// What the goal is judged by: for profit the chance of such figures if the attack earned no more than honesty, or
  /// no more than nothing; for damage if it took no accuracy. The larger of the two: both have to be unlikely.
  public let chance: Double

  init(_ outcomes: [TrialOutcome], _ baseline: Baseline, goal: AttackGoal) {
    func difference(_ a: [TrialOutcome], _ b: [TrialOutcome], _ value: (TrialOutcome) -> Double) -> Estimate {
      Estimate(zip(a, b).map { value($0) - value($1) })
    }
    func known(_ values: [Double]) -> Estimate? { values.contains { $0.isNaN } ? nil : Estimate(values) }
    profit = Estimate(outcomes.map(\.profit))
    honestProfit = Estimate(baseline.honest.map(\.profit))
    gain = difference(outcomes, baseline.honest, \.profit)
    worstProfit = outcomes.map(\.profit).min() ?? 0
    accuracy = known(outcomes.map(\.accuracy))
    honestAccuracy = known(baseline.honest.map(\.accuracy))
    accuracyWithout = known(baseline.without.map(\.accuracy))
    accuracyLost = known(baseline.accuracyLost(outcomes))
    logLossGained = known(baseline.logLossGained(outcomes))
    othersLoss = difference(baseline.honest, outcomes, \.othersProfit)
    othersLossToNobody = difference(baseline.without, outcomes, \.othersProfit)
    switch goal {
    case .profit: chance = max(profit.chanceIfZero, gain.chanceIfZero)
    case .damage:
      let losses = [baseline.honest, baseline.without].map { difference($0, outcomes, \.accuracy) }
      chance = losses.map { $0.mean.isNaN ? 1 : $0.chanceIfZero }.max() ?? 1
    }
  }

  /// Whether the attack works, at the level of 5 %.
  public var isSignificant: Bool { chance < 0.05 }

  /// What it costs the adversary to take one point (a hundredth) of accuracy, in credits: 0 where it earns by it, `nil`
  /// where none is lost for sure.
  public var costOfPoint: Double? {
    guard let accuracyLost, accuracyLost.isAboveZero else { return nil }
    return max(0, -profit.mean) / (accuracyLost.mean * 100)
  }
}
