/// Scorers with stakes weigh the models; what most stake supports pays models and scorers: Yuma consensus of Bittensor.
///
/// With S the stake shares and W the weights, each scorer's adding up to one: the consensus C_j is the largest weight w
/// such that scorers with at least the share `majority` of stake give model j at least w; weights above it are clipped
/// to it. A model's incentive I_j is its share of the clipped ranks Σ_i S_i min(W_ij, C_j). Scorers hold bonds in models:
/// with n(X) the matrix X, each model's column scaled to add up to one and empty ones left, B ← n(α n(B') + (1-α) n(B))
/// where B'_ij = S_i Wb_ij and Wb = (1-β) W + β min(W, C). They earn dividends D_i ∝ Σ_j B_ij I_j. The chain (subtensor)
/// scales bonds before the moving average and after it, as here: bonds that nobody adds to any more are kept whole.
///
/// Guarantees: scorers with less than half of the stake cannot lift a model above what the others give it, nor press it
/// below. Secure against a minority of stake only; copying the weights of others pays unless they are committed first.
/// Figures are `Double`; no money of the council rests on them.
public struct YumaConsensus: Hashable, Sendable {
  /// The share of stake κ that supports a consensus weight. Default: one half.
  public var majority = 0.5
  /// How far bonds move in an epoch, α. Default: 0.1.
  public var bondRate = 0.1
  /// How far weights above the consensus are clipped for bonds, β. Default: 1, all the way.
  public var bondPenalty = 1.0

  /// The defaults.
  public init() {}

  /// What an epoch comes to.
  public struct Epoch: Hashable, Sendable {
    /// The consensus weight C of each model.
    public let consensus: [Double]
    /// The clipped weights, scorers x models.
    public let clipped: [[Double]]
    /// Each model's share of the models' pay, I; all zero where no weight finds a majority.
    public let incentive: [Double]
    /// How much of what each model was given is left after clipping.
    public let trust: [Double]
    /// How much of its weights each scorer keeps after clipping.
    public let scorerTrust: [Double]
    /// The bonds after the epoch, scorers x models; by `YumaConsensus` those in one model add up to one, or are all zero.
    public let bonds: [[Double]]
    /// Each scorer's share of the scorers' pay, D; all zero where nobody holds a bond in a model that is paid.
    public let dividends: [Double]
  }

  /// One epoch.
  ///
  /// - Parameters:
  ///   - stakes: of each scorer; not negative, not all zero.
  ///   - weights: scorers x models; not negative. A scorer without any weight takes no part.
  ///   - bonds: scorers x models, as the last epoch left them, in any unit for each model; not negative; zeros at first.
  public func epoch(stakes: [Double], weights: [[Double]], bonds: [[Double]]) -> Epoch {
    let shares = Self.shares(stakes)
    let weights = weights.map(Self.shares)
    let clip = clip(stakes, weights)
    let models = clip.consensus.indices
    let target = zip(weights, clip.clipped).map { raw, clipped in
      zip(raw, clipped).map { (1 - bondPenalty) * $0 + bondPenalty * $1 }
    }
    let bought = Self.columnShares(zip(shares, target).map { share, row in row.map { share * $0 } })
    let held = Self.columnShares(bonds)
    let moved = zip(bought, held).map { new, old in
      zip(new, old).map { bondRate * $0 + (1 - bondRate) * $1 }
    }
    let bonds = Self.columnShares(moved)
    let dividends = shares.indices.map { i in models.reduce(0) { $0 + bonds[i][$1] * clip.incentive[$1] } }
    return epoch(clip, shares, weights, bonds, Self.shares(dividends))
  }

  struct Clip {
    let consensus: [Double]
    let clipped: [[Double]]
    let incentive: [Double]
  }

  func clip(_ stakes: [Double], _ weights: [[Double]]) -> Clip {
    let models = weights.first?.indices ?? 0..<0
    let shares = Self.shares(stakes)
    let consensus = models.map { j in supported(stakes, weights.map { $0[j] }) }
    let clipped = weights.map { row in models.map { min(row[$0], consensus[$0]) } }
    let ranks = models.map { j in shares.indices.reduce(0) { $0 + shares[$1] * clipped[$1][j] } }
    return Clip(consensus: consensus, clipped: clipped, incentive: Self.shares(ranks))
  }

  func epoch(
    _ clip: Clip, _ shares: [Double], _ weights: [[Double]], _ bonds: [[Double]], _ dividends: [Double]
  ) -> Epoch {
    let trust = clip.consensus.indices.map { j in
      let given = shares.indices.reduce(0) { $0 + shares[$1] * weights[$1][j] }
      let left = shares.indices.reduce(0) { $0 + shares[$1] * clip.clipped[$1][j] }
      return given > 0 ? left / given : 0
    }
    return Epoch(
      consensus: clip.consensus, clipped: clip.clipped, incentive: clip.incentive, trust: trust,
      scorerTrust: clip.clipped.map { $0.reduce(0, +) }, bonds: bonds, dividends: dividends)
  }

  // The largest weight that scorers with a majority of stake give at least.
  //
  // Stakes are summed as they are given, without a division before: whole ones below 2^53 have no rounding. For others
  // a part of 1e-12 of all stake is forgiven, so a majority that is reached exactly counts however many reach it.
  private func supported(_ stakes: [Double], _ weights: [Double]) -> Double {
    let order = weights.indices.sorted { (weights[$1], $0) < (weights[$0], $1) }
    let total = stakes.reduce(0, +)
    guard total > 0 else { return 0 }
    let needed = majority * total - 1e-12 * total
    var support = 0.0
    for i in order {
      support += stakes[i]
      if support >= needed { return weights[i] }
    }
    return 0
  }

  // Each column scaled to add up to one; a column of zeros stays.
  private static func columnShares(_ rows: [[Double]]) -> [[Double]] {
    guard let first = rows.first else { return rows }
    let sums = first.indices.map { j in rows.reduce(0) { $0 + $1[j] } }
    return rows.map { row in zip(row, sums).map { $1 > 0 ? $0 / $1 : 0 } }
  }

  static func shares(_ values: [Double]) -> [Double] {
    let sum = values.reduce(0, +)
    return sum > 0 ? values.map { $0 / sum } : values.map { _ in 0 }
  }
}
