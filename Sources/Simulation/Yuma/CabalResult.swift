/// How useful honest members must be at one weight deviation.
public struct Retention: Hashable, Sendable {
  /// What the cabal's choice of a self-weight asks of honest members.
  public struct Point: Hashable, Sendable {
    /// W_C.
    public let selfWeight: Double
    /// The least honest utility W_H that keeps the honest share, the mean of all networks.
    public let utility: Double
  }

  /// The standard deviation of the weights, as a part of their mean.
  public let weightDeviation: Double
  /// The least honest utility against the cabal's best self-weight, over all networks. A network in which no utility is
  /// enough counts with 1.
  public let utility: Estimate
  /// The self-weight that asks the most of honest members, the mean of all networks.
  public let bestSelfWeight: Double
  /// In how many networks no utility is enough.
  public let lostCount: Int
  /// What each self-weight asks, ascending.
  public let curve: [Point]

  /// Sums up what each network (rows) needs for each self-weight (columns).
  init(weightDeviation: Double, selfWeights: [Double], needs: [[Double?]]) {
    self.weightDeviation = weightDeviation
    let count = Double(needs.count)
    let needed = needs.map { $0.map { $0 ?? 1 } }
    let best = needed.map { row in row.indices.reduce(0) { row[$1] > row[$0] ? $1 : $0 } }
    let utilities = zip(needed, best).map { $0[$1] }
    utility = Estimate(utilities)
    bestSelfWeight = best.reduce(0) { $0 + selfWeights[$1] } / count
    lostCount = needs.count { $0.contains(nil) }
    curve = selfWeights.indices.map { place in
      Point(selfWeight: selfWeights[place], utility: needed.reduce(0) { $0 + $1[place] } / count)
    }
  }
}

/// What a game came to.
public struct CabalResult: Hashable, Sendable {
  /// What it was played with.
  public let settings: CabalGame.Settings
  /// For each weight deviation, in the order of the settings.
  public let retentions: [Retention]
}
