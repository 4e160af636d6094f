/// Finds a good one among many that can only be tried out: successive halving.
///
/// All are tried a little; the better half is tried twice as much, and so on until as few as wanted are left (Karnin,
/// Koren, Somekh 2013; Jamieson, Talwalkar 2016, "Non-stochastic best arm identification and hyperparameter
/// optimization"). What was tried before still counts: the n-th trial of all is made under the same chance (common
/// random numbers), so that differences between them are paired.
struct Race {
  /// Those still in the race, the best first once a round is over.
  private(set) var runners: [Int]
  /// How many trials each runner has once the round is over.
  private(set) var trialsWanted: Int

  /// - Parameters:
  ///   - count: how many begin.
  ///   - trials: how many trials each has in the first round.
  init(count: Int, trials: Int) {
    runners = Array(0..<count)
    trialsWanted = trials
  }

  /// The trials that the rounds down to `survivors` take in all, for a count that begins with `trials` each.
  static func cost(count: Int, trials: Int, survivors: Int) -> Int {
    var race = Race(count: count, trials: trials)
    var cost = count * trials
    while race.runners.count > survivors {
      let before = race.trialsWanted
      race.endRound(values: [Double](repeating: 0, count: race.runners.count), survivors: survivors)
      cost += race.runners.count * (race.trialsWanted - before)
    }
    return cost
  }

  /// Ends a round: keeps the better half, but no fewer than `survivors`, and doubles the trials.
  ///
  /// - Parameter values: of the runners, in their order; equal ones rank in it.
  mutating func endRound(values: [Double], survivors: Int) {
    let order = runners.indices.sorted { (values[$1], $0) < (values[$0], $1) }
    let kept = min(runners.count, max(survivors, (runners.count + 1) / 2))
    runners = order.prefix(kept).map { runners[$0] }
    trialsWanted *= 2
  }
}
