import Incentives
import Quantities
import Testing

/// The kernel of wagers against plain whole-number arithmetic that sorts.
@Suite struct ScoreNetsTests {
  // Each net rounded down; what is missing from zero to the largest remainders, a tie to the lower index.
  static func slowNets(_ stakes: [Int64], _ scores: [UInt32]) -> [Int64] {
    let pot = stakes.reduce(Int128(0)) { $0 + Int128($1) }
    guard pot > 0 else { return stakes.map { _ in 0 } }
    let weighted = zip(stakes, scores).reduce(Int128(0)) { $0 + Int128($1.0) * Int128($1.1) }
    let scale = pot * Int128(Billionths.one)
    var parts: [Int64] = []
    var remainders: [Int128] = []
    for (stake, score) in zip(stakes, scores) {
      // In units of 1 / (pot · 10⁹) micro-credits; below 2^126 for the stakes of these tests.
      let exact = Int128(stake) * (Int128(score) * pot - weighted)
      var (part, rest) = exact.quotientAndRemainder(dividingBy: scale)
      if rest < 0 { (part, rest) = (part - 1, rest + scale) }
      parts.append(Int64(part))
      remainders.append(rest)
    }
    let left = Int(-parts.reduce(0, +))
    for i in parts.indices.sorted(by: { (remainders[$1], $0) < (remainders[$0], $1) }).prefix(left) { parts[i] += 1 }
    return parts
  }

  @Test(arguments: UInt64(0)..<200)
  func `nets are those of plain arithmetic, for few and many, small and large stakes, with and without ties`(
    seed: UInt64
  ) {
    var random = CounterStream(seed: seed, purpose: 0x5C0)
    let count = 1 + random.below([3, 40, 2_000][random.below(3)])
    let stakeMax = [2, 1_000, 20_000_000, 30_000_000_000][random.below(4)]
    let scoreCount = [2, 7, 1_000_000_001][random.below(3)]
    let stakes = (0..<count).map { _ in random.below(3) == 0 ? Int64(stakeMax) : Int64(random.below(stakeMax + 1)) }
    let scores = (0..<count).map { _ in UInt32(random.below(scoreCount) * (1_000_000_000 / (scoreCount - 1))) }
    let nets = WeightedScoreWager.nets(stakes.map(Amount.init(micro:)), scores: scores).map(\.micro)
    #expect(nets == Self.slowNets(stakes, scores))
    #expect(nets.reduce(0, +) == 0)
    #expect(zip(nets, stakes).allSatisfy { $0 >= -$1 })
  }

  @Test func `one kernel serves question after question`() {
    let nets = ScoreNets()
    var balances = [Amount](repeating: .zero, count: 600)
    for question in 0..<5 {
      var random = CounterStream(seed: UInt64(question), purpose: 0x5C1)
      let stakes = (0..<600).map { _ in Amount(micro: Int64(random.below(50))) }
      var scores = (0..<600).map { _ in UInt32(random.below(3) * 500_000_000) }
      let before = balances.map(\.micro)
      let expected = Self.slowNets(stakes.map(\.micro), scores)
      stakes.withUnsafeBufferPointer { stakes in
        scores.withUnsafeMutableBufferPointer { scores in
          balances.withUnsafeMutableBufferPointer { balances in
            guard let stakes = stakes.baseAddress, let scores = scores.baseAddress, let balances = balances.baseAddress
            else { return }
            nets.settle(stakes: stakes, scores: scores, count: 600, addingTo: balances)
          }
        }
      }
      #expect(zip(balances, before).map { $0.micro - $1 } == expected)
    }
  }
}
