import Incentives
import Quantities

/// The game in which a cabal praises itself before a Yuma consensus: how useful must honest members be to keep their
/// share?
///
/// Scorers with the share S_H of all stake are honest. They put the part W_H of their weight, which is how useful the
/// honest servers really are, on the honest servers, and the rest on the cabal's. The cabal's scorers put W_C on the
/// cabal's servers and the rest on the honest ones, and choose W_C as suits them best. Consensus clips the weights, pays
/// servers and scorers, and the honest share of all pay is E_H. Honest members keep their share where E_H ≥ S_H; the
/// result is the least W_H at which they do, whatever the cabal does: the W_C of the cabal is the one that asks the most
/// of them.
///
/// The game, its numbers and its draws are those of subtensor's `docs/consensus.md` ("Monte Carlo simulations"): of N
/// nodes V are scorers, and both are divided between honest members and cabal in proportion to S_H, rounded down. Stakes
/// and weights are normal around 1, held at 0 where below, and scaled within each team of scorers and each of the four
/// pairs of teams, so that the parts above hold exactly. One epoch with bonds bought at once, without a moving average.
/// That page reads its results off a plot of one network, drawn on a grid of 0.02; here they are the mean of many
/// networks, to six places, with an interval. Read so, the page's three figures for deviations come out within 0.6 of a
/// point; its others, at a deviation of 0.4, lie up to 1.4 lower than ours (bonds clipped half: 76 against 77.4; not at
/// all: 78 against 79.3; no dividends: 82 against 82.8; a quarter: 78 against 78.9).
public struct CabalGame: Sendable {
  /// What is played.
  public let settings: Settings

  /// A game by `settings`, which must be within their bounds (`Settings.fault` is `nil`).
  public init(_ settings: Settings) {
    precondition(settings.fault == nil, "settings within their bounds")
    self.settings = settings
  }

  /// Plays all networks for each weight deviation.
  ///
  /// - Parameter progress: called after each network with how many of all are done.
  /// - Complexity: a network of 512 nodes and 64 scorers takes about 20 milliseconds for each deviation.
  public func run(progress: (_ done: Int, _ of: Int) -> Void = { _, _ in }) -> CabalResult {
    let all = settings.weightDeviations.count * settings.networkCount
    var done = 0
    let retentions = settings.weightDeviations.map { deviation in
      let needs = (0..<settings.networkCount).map { number in
        let network = CabalNetwork(settings, weightDeviation: deviation, number: number)
        let needed = settings.selfWeights.map { leastUtility(network, selfWeight: $0) }
        done += 1
        progress(done, all)
        return needed
      }
      return Retention(weightDeviation: deviation, selfWeights: settings.selfWeights, needs: needs)
    }
    return CabalResult(settings: settings, retentions: retentions)
  }

  /// The least W_H from which on honest members of `network` keep their share while the cabal gives itself
  /// `selfWeight`; `nil` where even 1 is not enough.
  ///
  /// Found by halving, to one millionth: E_H rises with W_H wherever it is near S_H.
  public func leastUtility(_ network: CabalNetwork, selfWeight: Double) -> Double? {
    func isKept(_ utility: Double) -> Bool {
      network.honestEmission(utility: utility, selfWeight: selfWeight, settings) >= settings.honestStake
    }
    guard isKept(1) else { return nil }
    var (below, enough) = (0.0, 1.0)
    while enough - below > 1e-6 {
      let middle = (below + enough) / 2
      if isKept(middle) { enough = middle } else { below = middle }
    }
    return enough
  }
}
