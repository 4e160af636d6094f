import Quantities

/// Yuma consensus of the third kind: bonds are bought at a rate for each pair of scorer and model, and kept unnormalised.
///
/// Consensus, clipping and incentive as in `YumaConsensus`. A bond falls to (1 - a_ij) B_ij and grows by a_ij W_ij, up to
/// one in all. The rate a_ij is fixed, or liquid: low + (high - low) / (1 + exp(-steepness (x_ij - 1/2))) with x_ij how
/// far the weight is above the consensus where the scorer buys, or above the weight the bond is where it sells. Dividends
/// are D_i ∝ S_i Σ_j I_j B_ij / Σ_i B_ij. Reproduces the seven scenarios of subtensor's tests to their four places.
public struct Yuma3: Hashable, Sendable {
  /// How fast bonds move.
  public enum Rate: Hashable, Sendable {
    /// By the same part each epoch; 1 less the moving average of bonds, 0.975 on the chain.
    case fixed(Double)
    /// Faster for who leaves the consensus or runs ahead of it.
    case liquid(low: Double, high: Double, steepness: Double)
  }

  /// The share of stake that supports a consensus weight. Default: one half.
  public var majority = 0.5
  /// How fast bonds move. Default: liquid, from 0.1 to 0.3 with steepness 10.
  public var rate = Rate.liquid(low: 0.1, high: 0.3, steepness: 10)

  /// The defaults.
  public init() {}

  /// One epoch.
  ///
  /// - Parameters:
  ///   - stakes: of each scorer; not negative, not all zero.
  ///   - weights: scorers x models; not negative. A scorer without any weight takes no part.
  ///   - bonds: scorers x models, as the last epoch left them; zeros at first.
  public func epoch(stakes: [Double], weights: [[Double]], bonds: [[Double]]) -> YumaConsensus.Epoch {
    var rule = YumaConsensus()
    rule.majority = majority
    let shares = YumaConsensus.shares(stakes)
    let weights = weights.map(YumaConsensus.shares)
    let clip = rule.clip(stakes, weights)
    let models = clip.consensus.indices
    let bonds = shares.indices.map { i in
      models.map { j in
        let rate = rate(weight: weights[i][j], bond: bonds[i][j], consensus: clip.consensus[j])
        let kept = (1 - rate) * bonds[i][j]
        return kept + min(rate * weights[i][j], 1 - kept)
      }
    }
    let sums = models.map { j in bonds.reduce(0) { $0 + $1[j] } }
    let dividends = shares.indices.map { i in
      shares[i] * models.reduce(0) { $0 + (sums[$1] > 0 ? clip.incentive[$1] * bonds[i][$1] / sums[$1] : 0) }
    }
    return rule.epoch(clip, shares, weights, bonds, YumaConsensus.shares(dividends))
  }

  private func rate(weight: Double, bond: Double, consensus: Double) -> Double {
    switch rate {
    case .fixed(let rate): return rate
    case .liquid(let low, let high, let steepness):
      let distance = min(max(weight >= bond ? weight - consensus : bond - weight, 0), 1)
      return low + (high - low) / (1 + FixedMath.exp(-steepness * (distance - 0.5)))
    }
  }
}
