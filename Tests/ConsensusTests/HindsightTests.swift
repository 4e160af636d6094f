import Consensus
import Foundation
import Quantities
import Testing

@Suite struct HindsightTests {
  static func stream(_ probabilities: [[UInt32?]], truths: [Int]) -> [RecordedQuestion] {
    zip(probabilities, truths).map { row, truth in
      RecordedQuestion(table: table(row.map { value in value.map { [$0, Billionths.one - $0] } }), truth: truth)
    }
  }

  @Test(arguments: UInt64(0)..<10)
  func `the best mixture of two is the one that a search finds`(seed: UInt64) {
    var random = CounterStream(seed: seed, purpose: 34)
    let rows = (0..<60).map { _ in
      [UInt32(1_000_000 * (1 + random.below(998))), UInt32(1_000_000 * (1 + random.below(998)))] as [UInt32?]
    }
    let truths = rows.map { _ in random.below(2) }
    let best = Hindsight(Self.stream(rows, truths: truths), seatCount: 2).bestMixture()
    let found =
      (0...1_000).map { step -> Double in
        let w = Double(step) / 1_000
        return zip(rows, truths).reduce(0) { sum, next in
          let p = w * Double(next.0[0] ?? 0) / 1e9 + (1 - w) * Double(next.0[1] ?? 0) / 1e9
          return sum - log(next.1 == 0 ? p : 1 - p)
        }
      }.min() ?? 0
    #expect(best.loss <= found + 1e-6)
    #expect(abs(best.weights.reduce(0, +) - 1) < 1e-12)
  }

  @Test(arguments: UInt64(0)..<10)
  func `the best sequence is the one that trying all finds`(seed: UInt64) {
    var random = CounterStream(seed: seed, purpose: 35)
    let rows = (0..<7).map { _ in
      (0..<3).map { i in i > 0 && random.below(4) == 0 ? nil : UInt32(1_000_000 * (1 + random.below(998))) }
    }
    let truths = rows.map { _ in random.below(2) }
    let hindsight = Hindsight(Self.stream(rows, truths: truths), seatCount: 3)
    for switches in 0...3 {
      var least = Double.infinity
      for code in 0..<2_187 {
        let path = (0..<7).map { code / Int(pow(3.0, Double($0))) % 3 }
        guard zip(path, path.dropFirst()).filter({ $0 != $1 }).count <= switches else { continue }
        var loss = 0.0
        for (t, i) in path.enumerated() {
          let p = rows[t][i].map { Double($0) / 1e9 }
          loss += p.map { -log(truths[t] == 0 ? $0 : 1 - $0) } ?? .infinity
        }
        least = min(least, loss)
      }
      let found = hindsight.bestSequence(switches: switches)
      #expect(found == least || abs(found - least) < 1e-9)
    }
  }

  @Test func `absence is no merit, and regret counts what was answered`() {
    // Model 1 answers once, and well.
    let rows: [[UInt32?]] = [[600_000_000, 900_000_000], [600_000_000, nil], [600_000_000, nil]]
    let hindsight = Hindsight(Self.stream(rows, truths: [0, 0, 1]), seatCount: 2)
    #expect(hindsight.bestModel == Seat(0))
    #expect(hindsight.answered == [3, 1])
    #expect(abs(hindsight.regret(of: [0.5, 0.5, 0.5], to: Seat(1)) - (0.5 + log(0.9))) < 1e-12)
  }

  @Test(arguments: ConsensusRule.Kind.allCases)
  func `every mechanism says in a line what it does and what it promises`(kind: ConsensusRule.Kind) {
    #expect((10...110).contains(kind.summary.count))
    #expect((4...110).contains(kind.guarantee.count))
    #expect(kind.rawValue.allSatisfy { $0.isLowercase || $0 == "_" })
  }
}
