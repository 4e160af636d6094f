import Incentives
import Quantities

/// A network of honest scorers and servers and of a cabal's, with its stakes and the shape of its weights drawn.
///
/// What a scorer gives a server is the part that its team gives the server's team, times the server's share of it. Only
/// the parts differ from play to play; the order of the shares within each team stays. So the scorers of each team are
/// sorted once for each server, and the weight that a majority supports is found by a merge of two sorted lists, with
/// sums of stake up to each place and of weighted stake after it at hand: O(V) a server, without a sort. The results are
/// those of `YumaConsensus.epoch` (a test holds them together), some hundred times as fast.
public struct CabalNetwork: Sendable {
  /// The stakes of the honest scorers, then of the cabal's; they add up to 1.
  public let stakes: [Double]
  /// How many scorers are honest; they come first.
  public let honestScorerCount: Int
  /// How many servers are honest; they come first.
  public let honestServerCount: Int
  /// How each scorer divides what it gives the honest servers, and what it gives the cabal's: scorers x servers, where
  /// each of the two parts of a row adds up to 1.
  public let shares: [[Double]]

  private let honest: Team
  private let cabal: Team

  /// The network called `number` of those that `settings` draw with one weight deviation.
  public init(_ settings: CabalGame.Settings, weightDeviation: Double, number: Int) {
    let scorers = settings.scorerCount
    let servers = settings.nodeCount - scorers
    let honestScorers = settings.honestPart(of: scorers)
    let honestServers = settings.honestPart(of: servers)
    // The same network but for the size of its deviations: the draws do not depend on the deviation.
    var stakeDraws = CounterStream(seed: settings.seed, purpose: 0x6361_6261, UInt64(number))
    func stakes(_ total: Double, _ count: Int) -> [Double] {
      Self.shares(count, settings.stakeDeviation, &stakeDraws).map { $0 * total }
    }
    self.stakes =
      stakes(settings.honestStake, honestScorers) + stakes(1 - settings.honestStake, scorers - honestScorers)
    shares = (0..<scorers).map { scorer in
      var draws = CounterStream(seed: settings.seed, purpose: 0x6361_6262, UInt64(number), UInt64(scorer))
      return Self.shares(honestServers, weightDeviation, &draws)
        + Self.shares(servers - honestServers, weightDeviation, &draws)
    }
    honestScorerCount = honestScorers
    honestServerCount = honestServers
    honest = Team(0..<honestScorers, self.stakes, shares)
    cabal = Team(honestScorers..<scorers, self.stakes, shares)
  }

  // Normal draws around 1, held at 0 where below, scaled to add up to 1; equal where all are 0.
  private static func shares(_ count: Int, _ deviation: Double, _ draws: inout CounterStream) -> [Double] {
    let values = (0..<count).map { _ in
      max(0, 1 + deviation * NormalQuantile.value((Double(draws.next() >> 12) + 0.5) * 0x1p-52))
    }
    let sum = values.reduce(0, +)
    return values.map { sum > 0 ? $0 / sum : 1 / Double(count) }
  }

  /// The weights of all scorers, scorers x servers, when the honest give honest servers `utility` in all and the cabal
  /// gives its own `selfWeight`.
  public func weights(utility: Double, selfWeight: Double) -> [[Double]] {
    shares.enumerated().map { scorer, row in
      let onHonest = scorer < honestScorerCount ? utility : 1 - selfWeight
      return row.enumerated().map { $1 * ($0 < honestServerCount ? onHonest : 1 - onHonest) }
    }
  }

  /// The honest share of all pay, E_H: the honest scorers' dividends and the honest servers' incentive.
  ///
  /// - Returns: 0 to 1; 0 where no weight finds a majority and nobody is paid.
  /// - Complexity: O(scorers x servers) at most.
  public func honestEmission(utility: Double, selfWeight: Double, _ settings: CabalGame.Settings) -> Double {
    // As `YumaConsensus` forgives it: a majority that is reached exactly counts.
    let needed = settings.majority - 1e-12
    var (ranks, honestRanks, dividends, honestDividends) = (0.0, 0.0, 0.0, 0.0)
    for server in 0..<shares[0].count {
      let isHonest = server < honestServerCount
      let given = (isHonest ? utility : 1 - utility, isHonest ? 1 - selfWeight : selfWeight)
      let clipped = Team.clipped((honest, cabal), server, given, needed)
      let rank = clipped.0 + clipped.1
      ranks += rank
      if isHonest { honestRanks += rank }
      // Bonds in a server add up to one; what they earn is the server's incentive, here still in ranks.
      let kept = 1 - settings.bondPenalty
      let bonds = (
        kept * given.0 * honest.total(server) + settings.bondPenalty * clipped.0,
        kept * given.1 * cabal.total(server) + settings.bondPenalty * clipped.1
      )
      guard bonds.0 + bonds.1 > 0 else { continue }
      dividends += rank
      honestDividends += rank * bonds.0 / (bonds.0 + bonds.1)
    }
    guard ranks > 0, dividends > 0 else { return 0 }
    return settings.dividendPart * honestDividends / dividends + (1 - settings.dividendPart) * honestRanks / ranks
  }

}

extension CabalNetwork {
  /// The scorers of one side, sorted for each server by the share that they give it, the largest first.
  fileprivate struct Team: Sendable {
    let count: Int
    // Servers x scorers, sorted.
    private var shares: [Double] = []
    // Servers x (scorers + 1): the stake of those before each place, and the stake times share of those from it on.
    private var stakesBefore: [Double] = []
    private var weightsAfter: [Double] = []

    init(_ scorers: Range<Int>, _ stakes: [Double], _ rows: [[Double]]) {
      count = scorers.count
      for server in rows[0].indices {
        let order = scorers.sorted { (rows[$1][server], $0) < (rows[$0][server], $1) }
        shares += order.map { rows[$0][server] }
        var before = 0.0
        stakesBefore.append(0)
        for scorer in order {
          before += stakes[scorer]
          stakesBefore.append(before)
        }
        var after = [0.0]
        for scorer in order.reversed() { after.append(after[after.count - 1] + stakes[scorer] * rows[scorer][server]) }
        weightsAfter += after.reversed()
      }
    }

    // The whole weighted stake behind `server`, where each scorer gives its share of 1.
    func total(_ server: Int) -> Double { weightsAfter[server * (count + 1)] }

    // Σ S min(W, C) of each team for `server`, C the largest weight that scorers with `needed` of the stake give it at
    // least. The two sorted lists are merged from above until the stake is there; who stands before that gives at least
    // C and is clipped to it, who stands after keeps its weight.
    static func clipped(
      _ teams: (Team, Team), _ server: Int, _ given: (Double, Double), _ needed: Double
    ) -> (Double, Double) {
      let (m, n) = (teams.0.count, teams.1.count)
      let (s, t) = (server * (m + 1), server * (n + 1))
      // Without the checks of each access: this loop is where a game spends its time. Places stay within their lists,
      // which end with `count`.
      return teams.0.shares.withUnsafeBufferPointer { a in
        teams.1.shares.withUnsafeBufferPointer { b in
          teams.0.stakesBefore.withUnsafeBufferPointer { stakes in
            teams.1.stakesBefore.withUnsafeBufferPointer { others in
              var (i, j, consensus) = (0, 0, 0.0)
              var (x, y) = (given.0 * a[s - server], given.1 * b[t - server])
              while i < m || j < n {
                let weight = max(x, y)
                if x >= y {
                  i += 1
                  x = i < m ? given.0 * a[s - server + i] : -1
                } else {
                  j += 1
                  y = j < n ? given.1 * b[t - server + j] : -1
                }
                if stakes[s + i] + others[t + j] >= needed {
                  consensus = weight
                  break
                }
              }
              return (
                stakes[s + i] * consensus + given.0 * teams.0.weightsAfter[s + i],
                others[t + j] * consensus + given.1 * teams.1.weightsAfter[t + j]
              )
            }
          }
        }
      }
    }
  }
}
