import Incentives

extension CabalGame {
  /// What a game is played with. The defaults are those of the published figures.
  public struct Settings: Hashable, Sendable {
    /// Nodes in all, scorers and servers. Default: 512.
    public var nodeCount = 512
    /// Nodes that score. Default: 64.
    public var scorerCount = 64
    /// The honest share of stake, S_H, above 0 and below 1. Default: 0.6.
    public var honestStake = 0.6
    /// The standard deviation of stakes, as a part of their mean; 0 to 10. Default: 0.3.
    public var stakeDeviation = 0.3
    /// The standard deviations of weights to play with, as parts of their mean; each 0 to 10. Default: 0, 0.2 and 0.4.
    public var weightDeviations = [0, 0.2, 0.4]
    /// The share of stake that supports a consensus weight, κ, above 0 up to 1. Default: 0.5.
    public var majority = 0.5
    /// How far weights above the consensus are clipped for bonds, β, 0 to 1. Default: 1.
    public var bondPenalty = 1.0
    /// The part of all pay that goes to scorers as dividends, ξ, 0 to 1; the rest is the servers' incentive. Default: 0.5.
    public var dividendPart = 0.5
    /// How many parts the cabal's self-weights from 0 to 1 are tried in. Default: 50, every 0.02.
    public var selfWeightSteps = 50
    /// How many networks are drawn for each deviation. Default: 20.
    public var networkCount = 20
    /// From which all networks are drawn. Default: 1.
    public var seed: UInt64 = 1

    /// The defaults.
    public init() {}

    /// What is wrong with the settings, and what would be right; `nil` where all are within bounds.
    public var fault: String? {
      guard (4...100_000).contains(nodeCount) else {
        return "\(nodeCount) nodes: take 4 to 100000, so that each side has a scorer and a server"
      }
      guard scorerCount >= 2, scorerCount <= nodeCount - 2 else {
        return "\(scorerCount) scorers of \(nodeCount) nodes: take 2 to \(nodeCount - 2)"
      }
      guard honestStake > 0, honestStake < 1 else {
        return "an honest stake of \(honestStake): take a share above 0 and below 1"
      }
      guard (0...10).contains(stakeDeviation) else {
        return "a stake deviation of \(stakeDeviation): take 0 to 10"
      }
      guard !weightDeviations.isEmpty, weightDeviations.allSatisfy({ (0...10).contains($0) }) else {
        return "weight deviations \(weightDeviations): take at least one, each 0 to 10"
      }
      guard majority > 0, majority <= 1 else { return "a majority of \(majority): take a share above 0, up to 1" }
      guard (0...1).contains(bondPenalty) else { return "a bond penalty of \(bondPenalty): take 0 to 1" }
      guard (0...1).contains(dividendPart) else { return "a dividend part of \(dividendPart): take 0 to 1" }
      guard (1...10_000).contains(selfWeightSteps) else {
        return "\(selfWeightSteps) steps of the self-weight: take 1 to 10000"
      }
      guard (1...100_000).contains(networkCount) else { return "\(networkCount) networks: take 1 to 100000" }
      return nil
    }

    /// The self-weights W_C that the cabal chooses from, ascending from 0 to 1.
    public var selfWeights: [Double] { (0...selfWeightSteps).map { Double($0) / Double(selfWeightSteps) } }

    /// The consensus by these settings, for one epoch without earlier bonds.
    public var consensus: YumaConsensus {
      var consensus = YumaConsensus()
      consensus.majority = majority
      consensus.bondPenalty = bondPenalty
      return consensus
    }

    /// How many of `count` nodes are honest: in proportion to stake, rounded down, at least one and not all.
    func honestPart(of count: Int) -> Int {
      // A product that is whole but for rounding counts as whole.
      min(max(Int(honestStake * Double(count) + 1e-9), 1), count - 1)
    }
  }
}
