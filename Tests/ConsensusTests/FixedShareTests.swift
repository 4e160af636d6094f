import Consensus
import Foundation
import Quantities
import Testing

@Suite struct FixedShareTests {
  /// A prediction that gives no class less than a part in a thousand or so, so that log losses are finite.
  static func positive(_ classCount: Int, using random: inout CounterStream) -> [UInt32] {
    Billionths.shares((0..<classCount).map { _ in UInt64(1 + random.below(1_000)) })
  }

  static func loss(_ prediction: some RandomAccessCollection<UInt32>, _ truth: Int) -> Double {
    -log(Double(prediction[prediction.index(prediction.startIndex, offsetBy: truth)]) / 1e9)
  }

  /// The exact mixture at the mechanism's own weights, without the grid.
  static func mixtureLoss(_ mechanism: FixedShare, _ table: PredictionTable, _ truth: Int) -> Double {
    var (mass, mixed) = (0.0, 0.0)
    for (row, seat) in table.seats.enumerated() {
      mass += mechanism.weights[seat.index]
      mixed += mechanism.weights[seat.index] * Double(table.values[row * table.classCount + truth]) / 1e9
    }
    return -log(mixed / mass)
  }

  static func learn(_ mechanism: inout FixedShare, _ table: PredictionTable, _ truth: Int) {
    let pooled = mechanism.pool(table)
    mechanism.learn(closed(table, pooled), memo: pooled.memo, outcome: .class(truth))
  }

  static func founded(_ count: Int, share: Double) -> FixedShare {
    var mechanism = FixedShare(share: share)
    for seat in 0..<count { mechanism.join(Seat(seat)) }
    return mechanism
  }

  @Test(arguments: UInt64(0)..<10)
  func `without a share it is the Bayes mixture, whose loss is known exactly`(seed: UInt64) {
    var random = CounterStream(seed: seed, purpose: 10)
    var mechanism = Self.founded(5, share: 0)
    var losses = [Double](repeating: 0, count: 5)
    var total = 0.0
    for _ in 0..<300 {
      let rows = (0..<5).map { _ in Self.positive(3, using: &random) }
      let truth = random.below(3)
      total += Self.mixtureLoss(mechanism, table(rows), truth)
      for (i, row) in rows.enumerated() { losses[i] += Self.loss(row, truth) }
      Self.learn(&mechanism, table(rows), truth)
    }
    let least = losses.min() ?? 0
    let identity = least - log(losses.reduce(0) { $0 + exp(least - $1) } / 5)
    #expect(abs(total - identity) <= 1e-12 * abs(identity) * 300)  // a few roundings of each of 300 rounds
    #expect(total <= least + log(5) + 1e-9)
  }

  @Test(arguments: UInt64(0)..<10, [0.001, 0.01, 0.1])
  func `its loss exceeds that of no sequence of models by more than the bound`(seed: UInt64, share: Double) {
    var random = CounterStream(seed: seed, purpose: 11)
    let (count, length) = (4, 240)
    var mechanism = Self.founded(count, share: share)
    var (total, sequence) = (0.0, 0.0)
    var (switches, good) = (0, 0)
    for t in 0..<length {
      // Every 60 questions another model is the good one: even seeds at random, odd ones always the worst so far.
      if t > 0, t % 60 == 0 {
        let next = seed % 2 == 0 ? random.below(count) : mechanism.weights.firstIndex(of: mechanism.weights.min() ?? 0)!
        switches += next == good ? 0 : 1
        good = next
      }
      let truth = random.below(3)
      let rows = (0..<count).map { i -> [UInt32] in
        let right = i == good ? random.below(10) > 0 : random.below(3) == 0
        let top = right ? truth : (truth + 1) % 3
        return (0..<3).map { $0 == top ? 900_000_000 : 50_000_000 }
      }
      total += Self.mixtureLoss(mechanism, table(rows), truth)
      sequence += Self.loss(rows[good], truth)
      Self.learn(&mechanism, table(rows), truth)
    }
    let m = Double(switches)
    let bound = log(4) + m * log(4 / share) + (Double(length) - m - 1) * log(1 / (1 - share))
    #expect(total <= sequence + bound + 1e-9)
  }

  @Test(arguments: UInt64(0)..<10)
  func `over its waking rounds a sleeper loses at most the logarithm of its start to the mixture`(seed: UInt64) {
    var random = CounterStream(seed: seed, purpose: 12)
    var mechanism = Self.founded(6, share: 0)
    var excess = [Double](repeating: 0, count: 6)
    for _ in 0..<300 {
      var rows: [[UInt32]?] = (0..<6).map { _ in random.below(2) == 0 ? nil : Self.positive(3, using: &random) }
      rows[random.below(6)] = Self.positive(3, using: &random)
      let truth = random.below(3)
      let mixed = Self.mixtureLoss(mechanism, table(rows), truth)
      for (i, row) in rows.enumerated() { if let row { excess[i] += mixed - Self.loss(row, truth) } }
      Self.learn(&mechanism, table(rows), truth)
      #expect(abs(mechanism.weights.reduce(0, +) - 1) < 1e-12)
    }
    for value in excess { #expect(value <= log(6) + 1e-9) }
  }

  @Test(arguments: [0, 1e-9, 0.01])
  func `weights stay finite and whole over a million rounds`(share: Double) {
    var mechanism = Self.founded(3, share: share)
    let rows = table([[999_999_998, 1, 1], [0, 1_000_000_000, 0], [1, 499_999_999, 500_000_000]])
    let pooled = mechanism.pool(rows)
    let question = closed(rows, pooled)
    for round in 0..<1_000_000 {
      // A long run for one model, then for another, then in turns.
      let truth = round < 300_000 ? 0 : round < 600_000 ? 2 : round % 3
      mechanism.learn(question, memo: Memo(), outcome: .class(truth))
    }
    #expect(mechanism.weights.allSatisfy { $0.isFinite && $0 >= 0 && $0 <= 1 })
    #expect(abs(mechanism.weights.reduce(0, +) - 1) < 1e-12)
    #expect(mechanism.pool(rows).consensus.reduce(0, +) == Billionths.one)
  }

  // Found by reading: 1 / mixed is infinite here, and infinity over infinity took all weights with it.
  @Test func `a right answer of next to no weight does not divide by nothing`() {
    var mechanism = Self.founded(2, share: 0)
    let sure = table([[1_000_000_000, 0], [1, 999_999_999]])
    for _ in 0..<35 { Self.learn(&mechanism, sure, 0) }
    #expect(mechanism.weights[1] > 0)
    #expect(mechanism.weights[1] < 1e-309)
    Self.learn(&mechanism, sure, 1)
    #expect(mechanism.weights == [0, 1])
  }

  private struct Vectors: Decodable {
    struct Mixture: Decodable {
      let before: [[Double]]
      let forecasts: [[Double]]
      let after: [Double]
      enum CodingKeys: String, CodingKey {
        case before = "weights_before_round"
        case forecasts
        case after = "weights_after"
      }
    }
    let probs: [[[Double]]]
    let labels: [Int]
    let bayes: Mixture
    let shared: Mixture
    enum CodingKeys: String, CodingKey {
      case probs, labels
      case bayes = "bayes_mixture"
      case shared = "fixed_share_0.05"
    }
  }

  private static let vectors: URL = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    .appendingPathComponent("shared/vectors/mechanism_vectors.json")

  @Test(
    .enabled(
      if: FileManager.default.fileExists(atPath: vectors.path), "the vectors lie outside of the project and are absent")
  )
  func `weights and forecasts are those of a separate program`() throws {
    let vectors = try JSONDecoder().decode(Vectors.self, from: Data(contentsOf: Self.vectors))
    for (share, expected) in [(0.0, vectors.bayes), (0.05, vectors.shared)] {
      var mechanism = Self.founded(4, share: share)
      for (round, reports) in vectors.probs.enumerated() {
        let rows = table(try reports.map { try Billionths.prediction($0, classCount: 3) })
        for i in 0..<4 { #expect(abs(mechanism.weights[i] - expected.before[round][i]) < 1e-12) }
        let consensus = mechanism.pool(rows).consensus
        // Three billionths: the grid of the weights, and of the consensus.
        for k in 0..<3 { #expect(abs(Double(consensus[k]) / 1e9 - expected.forecasts[round][k]) < 3e-9) }
        Self.learn(&mechanism, rows, vectors.labels[round])
      }
      for i in 0..<4 { #expect(abs(mechanism.weights[i] - expected.after[i]) < 1e-12) }
    }
  }
}
