import Foundation
import Incentives
import Testing

@Suite struct YumaTests {
  struct Scenario {
    var stakes: [Double]
    var weights: [[[Double]]]
    var isLiquid = true
    /// Before this epoch all bonds in the first model are lost.
    var reset: Int?

    /// The epochs, one after the other, as on the chain.
    func run() -> [YumaConsensus.Epoch] {
      var rule = Yuma3()
      if !isLiquid { rule.rate = .fixed(1 - 0.975) }
      var bonds = stakes.map { _ in weights[0][0].map { _ in 0.0 } }
      return weights.enumerated().map { number, weights in
        if number == reset { for i in bonds.indices { bonds[i][0] = 0 } }
        let epoch = rule.epoch(stakes: stakes, weights: weights, bonds: bonds)
        bonds = epoch.bonds
        return epoch
      }
    }
  }

  // From the tests of subtensor: one scorer of three looks elsewhere for one epoch. Printed to four places.
  @Test func `bonds and dividends of one scenario are those of the chain`() {
    let alike: [[Double]] = [[1, 0], [1, 0], [1, 0]]
    let epochs = Scenario(
      stakes: [33, 33, 34], weights: [alike, alike, [[1, 0], [1, 0], [0, 1]], alike, alike, alike], isLiquid: false
    ).run()
    let first = [0.025, 0.0494, 0.0731, 0.0963, 0.1189, 0.1409]
    let last = [[0.025, 0], [0.0494, 0], [0.0481, 0.025], [0.0719, 0.0244], [0.0951, 0.0238], [0.1178, 0.0232]]
    let dividends = [0.34, 0.34, 0.2532, 0.2779, 0.2919, 0.3009]
    for (number, epoch) in epochs.enumerated() {
      #expect(abs(epoch.bonds[0][0] - first[number]) < 6e-5)
      #expect(abs(epoch.bonds[2][0] - last[number][0]) < 6e-5)
      #expect(abs(epoch.bonds[2][1] - last[number][1]) < 6e-5)
      #expect(abs(epoch.dividends[2] - dividends[number]) < 6e-5)
    }
  }

  struct Vectors: Decodable {
    struct Case: Decodable {
      let test: String
      let stakes: [Double]
      let isLiquid: Bool
      let weights: [[[Double]]]
      let epochs: [Int]
      let bonds: [[[Double]]]
      let dividends: [[Double]]
      let reset: String?

      enum CodingKeys: String, CodingKey {
        case test, stakes
        case isLiquid = "liquid_alpha"
        case weights = "weights_by_epoch"
        case epochs = "expected_epochs"
        case bonds = "expected_bonds"
        case dividends = "expected_dividends"
        case reset = "bonds_reset"
      }
    }
    let cases: [Case]
  }

  @Test(.enabled(if: SharedVectors.has("yuma3_vectors.json"), Comment(rawValue: SharedVectors.absent)))
  func `all scenarios of the chain come out to their four places`() throws {
    let vectors = try SharedVectors.read("yuma3_vectors.json", as: Vectors.self)
    #expect(vectors.cases.count == 7)
    for item in vectors.cases {
      let epochs = Scenario(
        stakes: item.stakes, weights: item.weights, isLiquid: item.isLiquid, reset: item.reset == nil ? nil : 20
      ).run()
      for (place, number) in item.epochs.enumerated() {
        for i in item.stakes.indices {
          // Printed to four places, and one more for the chain's fixed point.
          #expect(abs(epochs[number].dividends[i] - item.dividends[place][i]) < 6e-5, "\(item.test), epoch \(number)")
          for j in item.bonds[place][i].indices {
            #expect(abs(epochs[number].bonds[i][j] - item.bonds[place][i][j]) < 6e-5, "\(item.test), epoch \(number)")
          }
        }
      }
    }
  }

  @Test func `colluders with 49 percent of the stake are clipped to what the others give`() {
    // Two honest scorers with 51 % and one colluder that gives all to its own model, the last.
    let epoch = YumaConsensus().epoch(
      stakes: [30, 21, 49], weights: [[0.6, 0.4, 0], [0.5, 0.5, 0], [0, 0, 1]],
      bonds: [[Double]](repeating: [0, 0, 0], count: 3))
    #expect(epoch.consensus == [0.5, 0.4, 0])
    #expect(epoch.incentive[2] == 0)
    #expect(epoch.clipped[2] == [0, 0, 0])
    #expect(epoch.scorerTrust[2] == 0)
    #expect(epoch.dividends[2] == 0)
    #expect(abs(epoch.incentive.reduce(0, +) - 1) < 1e-15)
    #expect(abs(epoch.dividends.reduce(0, +) - 1) < 1e-15)
    // Worked out by hand: ranks 0.51 · 0.5 and 0.51 · 0.4.
    #expect(abs(epoch.incentive[0] - 5.0 / 9) < 1e-15)
    // With 51 % they have their way.
    let captured = YumaConsensus().epoch(
      stakes: [29, 20, 51], weights: [[0.6, 0.4, 0], [0.5, 0.5, 0], [0, 0, 1]],
      bonds: [[Double]](repeating: [0, 0, 0], count: 3))
    #expect(captured.incentive == [0, 0, 1])
  }

  @Test(arguments: [1, 0.1, 1.0 / 3, 1e-9, 123.456])
  func `a majority that is just reached counts however many scorers reach it, and one that is missed does not`(
    stake: Double
  ) {
    func consensus(_ count: Int, supporters: Int, majority: Double) -> Double {
      var rule = YumaConsensus()
      rule.majority = majority
      // Supporters from both ends, so that stakes are not summed in the order of the scorers.
      let places = Set((0..<supporters).map { $0 % 2 == 0 ? $0 / 2 : count - 1 - $0 / 2 })
      let weights = (0..<count).map { places.contains($0) ? [0.25, 0.75] : [0, 1] }
      let zeros = [[Double]](repeating: [0, 0], count: count)
      return rule.epoch(stakes: [Double](repeating: stake, count: count), weights: weights, bonds: zeros).consensus[0]
    }
    for count in 2...60 {
      for supporters in 1...count {
        let reached = Double(supporters) / Double(count)
        #expect(consensus(count, supporters: supporters, majority: reached) == 0.25, "\(supporters) of \(count)")
        #expect(consensus(count, supporters: supporters - 1, majority: reached) == 0, "\(supporters - 1) of \(count)")
      }
    }
  }

  @Test func `bonds move towards the scorer's share of a model by a tenth`() {
    let weights: [[Double]] = [[1, 0], [0.5, 0.5]]
    let epoch = YumaConsensus().epoch(stakes: [3, 1], weights: weights, bonds: [[0, 0], [0.5, 0.5]])
    // The second scorer holds all there is of both models. Clipped to the majority's 1 and 0, the scorers buy 6/7 and 1/7
    // of the first model and nothing of the second.
    #expect(abs(epoch.bonds[0][0] - 0.1 * 6 / 7) < 1e-15)
    #expect(abs(epoch.bonds[1][0] - (0.1 / 7 + 0.9)) < 1e-15)
    #expect(epoch.bonds[0][1] == 0)
    #expect(epoch.bonds[1][1] == 1)
    #expect(epoch.dividends == [epoch.bonds[0][0], epoch.bonds[1][0]])
    #expect(abs(epoch.trust[0] - 1) < 1e-15)
    #expect(epoch.trust[1] == 0)
  }

  @Test func `the first bonds are the scorers' shares in full, and the unit of old bonds has no effect`() {
    let weights: [[Double]] = [[0.5, 0.5, 0], [0.25, 0.75, 0], [0.5, 0.25, 0.25]]
    let stakes: [Double] = [2, 1, 1]
    let first = YumaConsensus().epoch(stakes: stakes, weights: weights, bonds: [[0, 0, 0], [0, 0, 0], [0, 0, 0]])
    // Clipped to 0.5, 0.5 and 0: 4 : 1 : 2 and 4 : 2 : 1 parts.
    for (i, parts) in [[4.0, 4], [1, 2], [2, 1]].enumerated() {
      for j in 0..<2 { #expect(abs(first.bonds[i][j] - parts[j] / 7) < 1e-15) }
      #expect(first.bonds[i][2] == 0)
    }
    let old: [[Double]] = [[1, 0, 3], [1, 2, 0], [2, 2, 1]]
    let next = YumaConsensus().epoch(stakes: stakes, weights: weights, bonds: old)
    let scaled = YumaConsensus().epoch(
      stakes: stakes, weights: weights, bonds: old.map { [$0[0] * 8, $0[1] / 4, $0[2] * 65_536] })
    #expect(next == scaled)
    for j in 0..<3 { #expect(abs(next.bonds.reduce(0) { $0 + $1[j] } - 1) < 1e-15) }
    #expect(abs(next.bonds[0][0] - (0.9 / 4 + 0.1 * 4 / 7)) < 1e-15)
    #expect(abs(next.bonds[0][1] - 0.1 * 4 / 7) < 1e-15)
  }

  @Test func `scorers without weights and models without a majority leave no number undefined`() {
    let epoch = YumaConsensus().epoch(stakes: [1, 1], weights: [[0, 0], [0, 0]], bonds: [[0, 0], [0, 0]])
    #expect(epoch.incentive == [0, 0])
    #expect(epoch.dividends == [0, 0])
    let third = Yuma3().epoch(
      stakes: [1, 1, 1], weights: [[0, 0], [0, 0], [0, 1]], bonds: [[0, 0], [0, 0], [0, 0]])
    #expect(third.incentive == [0, 0])
    #expect(third.bonds.joined().allSatisfy { $0.isFinite })
  }
}
