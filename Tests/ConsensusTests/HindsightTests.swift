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
    let best = Hindsight(Self.stream(rows, truths: truths), seatCount: 2)
    let found =
      (0...1_000).map { step -> Double in
        let w = Double(step) / 1_000
        return zip(rows, truths).reduce(0) { sum, next in
          let p = w * Double(next.0[0] ?? 0) / 1e9 + (1 - w) * Double(next.0[1] ?? 0) / 1e9
          return sum - log(next.1 == 0 ? p : 1 - p)
        }
      }.min() ?? 0
    #expect(best.mixtureLoss <= found / 60 + 1e-6)
    #expect(abs(best.mixture.reduce(0, +) - 1) < 1e-12)
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
          // Who is absent is charged the uniform pool of those present.
          let there = rows[t].compactMap { $0 }.map { Double($0) / 1e9 }
          let p = rows[t][i].map { Double($0) / 1e9 } ?? there.reduce(0, +) / Double(there.count)
          loss -= log(truths[t] == 0 ? p : 1 - p)
        }
        least = min(least, loss)
      }
      #expect(abs(hindsight.switchingLoss(switches: switches) - least / 7) < 1e-9)
    }
  }

  @Test func `absence is no merit`() {
    // Model 1 answers once, and well; for the rest it is charged what the other one said.
    let rows: [[UInt32?]] = [[600_000_000, 900_000_000], [900_000_000, nil], [600_000_000, nil]]
    let hindsight = Hindsight(Self.stream(rows, truths: [0, 0, 1]), seatCount: 2)
    let losses = [-log(0.9), -log(0.9), -log(0.4)]
    #expect(zip(hindsight.losses(ofMember: 1), losses).allSatisfy { abs($0 - $1) < 1e-12 })
    #expect(hindsight.bestMember == 1)
    #expect(abs(hindsight.uniformLoss - (-log(0.75) - log(0.9) - log(0.4)) / 3) < 1e-12)
    #expect(abs(hindsight.switchingLoss(switches: 0) - losses.reduce(0, +) / 3) < 1e-12)
  }

  @Test(arguments: ConsensusRule.Kind.allCases)
  func `every mechanism says in a line what it does and what it promises`(kind: ConsensusRule.Kind) {
    #expect((10...110).contains(kind.summary.count))
    #expect((4...110).contains(kind.guarantee.count))
    #expect(kind.rawValue.allSatisfy { $0.isLowercase || $0 == "_" })
  }
}
