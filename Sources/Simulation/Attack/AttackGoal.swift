/// What an adversary wants.
public enum AttackGoal: String, CaseIterable, Hashable, Sendable {
  /// To make as much as it can.
  case profit
  /// To take as much accuracy from the consensus as it can for what it loses.
  case damage
}

extension AttackGoal {
  /// How well `outcomes` serve the goal: the higher, the better. For comparisons alone.
  ///
  /// Profit is the mean in credits. Damage is the accuracy that the consensus loses, with a hundredth of a point for a
  /// nat of log loss so that near misses count too, over the part of the stake that is lost; an attack that loses less
  /// than a hundredth of its stake counts as losing that much. What a consensus loses is measured against the lower of
  /// what it reaches with the adversary being honest and with nobody there.
  ///
  /// - Parameters:
  ///   - outcomes: of the plan.
  ///   - baseline: on the same replicates, and perhaps more.
  ///   - stake: the adversary's, in credits.
  func value(_ outcomes: [TrialOutcome], against baseline: Baseline, stake: Double) -> Double {
    let profit = Estimate(outcomes.map(\.profit)).mean
    guard self == .damage else { return profit }
    let accuracy = Estimate(baseline.accuracyLost(outcomes)).mean
    let logLoss = Estimate(baseline.logLossGained(outcomes)).mean
    return (accuracy + 0.0001 * logLoss) / (max(0, -profit) / stake + 0.01)
  }
}

/// What happens without an attack, by replicate: with the adversary being honest, and with nobody there.
struct Baseline {
  var honest: [TrialOutcome]
  var without: [TrialOutcome]

  /// By replicate, how much of the questions the consensus no longer has right, against the lower of the two.
  func accuracyLost(_ outcomes: [TrialOutcome]) -> [Double] {
    let least = Estimate(honest.map(\.accuracy)).mean <= Estimate(without.map(\.accuracy)).mean ? honest : without
    return zip(least, outcomes).map { $0.accuracy - $1.accuracy }
  }

  /// By replicate, how much log loss the consensus has more, against the higher of the two.
  func logLossGained(_ outcomes: [TrialOutcome]) -> [Double] {
    let most = Estimate(honest.map(\.logLoss)).mean >= Estimate(without.map(\.logLoss)).mean ? honest : without
    return zip(most, outcomes).map { $1.logLoss - $0.logLoss }
  }
}
