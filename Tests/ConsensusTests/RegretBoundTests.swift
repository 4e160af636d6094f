import Consensus
import Foundation
import Quantities
import Testing

/// Published bounds, held against random losses and against an adversary who hits whoever weighs most.
@Suite struct RegretBoundTests {
  struct Run {
    var weights: [[Double]] = []
    var losses: [[Double]] = []
    var regrets: [Double]
    var squares: [Double]
    var variance = 0.0
  }

  static func run<Rule: RegretRule>(
    _ rule: Rule, seed: UInt64, count: Int = 5, rounds: Int = 1_500, scale: Double = 1, shift: Double = 0
  ) -> Run {
    var random = CounterStream(seed: seed, purpose: 31)
    var weights = RegretWeights(rule, count: count)
    var run = Run(regrets: [Double](repeating: 0, count: count), squares: [Double](repeating: 0, count: count))
    for t in 0..<rounds {
      let now = weights.weights
      let heaviest = now.firstIndex(of: now.max() ?? 0) ?? 0
      let losses = (0..<count).map { i -> Double in
        switch seed % 3 {
        case 0: random.unit()
        case 1: i == heaviest ? 1 : 0
        // One is better for long, then another.
        default: (t / 300) % count == i ? 0.2 * random.unit() : random.unit()
        }
      }.map { scale * $0 + shift * Double(t % 7) }
      let mean = zip(now, losses).reduce(0) { $0 + $1.0 * $1.1 }
      run.weights.append(now)
      run.losses.append(losses)
      for i in 0..<count {
        run.regrets[i] += mean - losses[i]
        run.squares[i] += (mean - losses[i]) * (mean - losses[i])
        run.variance += now[i] * (losses[i] - mean) * (losses[i] - mean)
      }
      weights.learn(losses.map { mean - $0 })
    }
    return run
  }

  @Test(arguments: UInt64(0)..<12)
  func `exponential weights keep within their bound`(seed: UInt64) {
    let run = Self.run(Hedge(), seed: seed)
    let logCount = log(5.0)
    #expect((run.regrets.max() ?? 0) <= 2 * (1_500 / 2 * logCount).squareRoot() + (logCount / 8).squareRoot())
    let constant = Self.run(Hedge(rate: 0.1), seed: seed)
    #expect((constant.regrets.max() ?? 0) <= logCount / 0.1 + 0.1 * 1_500 / 8)
  }

  @Test(arguments: UInt64(0)..<12)
  func `AdaHedge keeps within its bound, and shifts and scales change nothing`(seed: UInt64) {
    let run = Self.run(AdaHedge(), seed: seed)
    let logCount = log(5.0)
    let bound = 2 * (run.variance * logCount).squareRoot() + (4.0 / 3 * logCount + 2)
    #expect((run.regrets.max() ?? 0) <= bound)
    // Which losses are dealt does not depend on the weights where seed % 3 is not 1.
    guard seed % 3 != 1 else { return }
    let moved = Self.run(AdaHedge(), seed: seed, scale: 1_000, shift: 17)
    for (a, b) in zip(run.weights, moved.weights) {
      for i in 0..<5 { #expect(abs(a[i] - b[i]) < 1e-6) }  // rounding of shifted sums, times the rate
    }
  }

  static func isSecondOrder(_ run: Run, factor: Double) -> Bool {
    let logCount = log(5.0)
    return (0..<5).allSatisfy { i in
      run.regrets[i] <= factor * (run.squares[i] * logCount).squareRoot() + 6 * logCount + 6
    }
  }

  // The theorems bound the regret by a small multiple of √(Σ r² ln N) and a term in ln N; 3 covers ln ln T here.
  @Test(arguments: UInt64(0)..<12)
  func `second-order rules are bounded by the regrets that were met`(seed: UInt64) {
    #expect(Self.isSecondOrder(Self.run(AdaptMLProd(), seed: seed), factor: 3))
    #expect(Self.isSecondOrder(Self.run(BOA(), seed: seed), factor: 3))
    #expect(Self.isSecondOrder(Self.run(Squint(), seed: seed), factor: 3))
  }

  // One member with the regrets at hand beside one without any: the ratio of their weights is that of two integrals.
  @Test(arguments: [
    [1e-9], [0.5], [-0.5], [0.01, 0.01], [0.9, -0.9, 0.3], [Double](repeating: 0.05, count: 40),
    [Double](repeating: -0.05, count: 40), [Double](repeating: 0.9, count: 60), [Double](repeating: -0.9, count: 60),
    (0..<400).map { $0 % 2 == 0 ? 1 : -1 }, (0..<3_000).map { $0 % 3 == 0 ? -1 : 0.6 }, [1e-3, 1e-3, -2e-3, 1e-3],
    [Double](repeating: 1e-3, count: 5_000),
  ])
  func `Squint weighs by its integral, in whatever range it falls`(regrets: [Double]) {
    var weights = RegretWeights(Squint(), count: 2)
    for regret in regrets { weights.learn([regret, 0]) }
    let (sum, squares) = (regrets.reduce(0, +), regrets.reduce(0) { $0 + $1 * $1 })
    // Simpson's rule on 200,000 pieces, against the largest exponent.
    let peak = min(0.5, max(0, sum / (2 * squares)))
    let most = peak * sum - peak * peak * squares
    var integral = 0.0
    for i in 0...200_000 {
      let rate = Double(i) / 400_000
      integral += exp(rate * sum - rate * rate * squares - most) * (i == 0 || i == 200_000 ? 1 : i % 2 == 1 ? 4 : 2)
    }
    let expected = log(integral / 3 / 400_000) + most - log(0.5)
    let found = weights.weights
    guard abs(expected) < 600 else { return }
    #expect(abs(log(found[0] / found[1]) - expected) < 1e-8 * max(1, abs(expected)))
  }

  @Test(arguments: UInt64(0)..<10)
  func `the Brier game is lost to nobody by more than the logarithm of their number`(seed: UInt64) throws {
    let stream = EvaluationTests.stream(300, seed: seed).map { question in
      // All present, and now and then somebody is sure.
      var random = CounterStream(seed: seed, purpose: 32, question.table.values.reduce(0) { $0 &* 31 &+ UInt64($1) })
      return RecordedQuestion(
        table: table((0..<5).map { _ in somePrediction(3, using: &random) }), truth: question.truth)
    }
    let run = try Evaluation(ConsensusRule(.brierAggregating), seatCount: 5, classCount: 3, stream: stream)
    func brier(_ row: [Double], _ truth: Int) -> Double {
      row.enumerated().reduce(0) {
        $0 + ($1.element - ($1.offset == truth ? 1 : 0)) * ($1.element - ($1.offset == truth ? 1 : 0))
      }
    }
    var (own, members) = (0.0, [Double](repeating: 0, count: 5))
    for (t, question) in stream.enumerated() {
      guard let truth = question.truth else { continue }
      own += brier(Array(run.forecast(t)), truth)
      for i in 0..<5 { members[i] += brier(question.table.row(i).map { Double($0) / 1e9 }, truth) }
    }
    #expect(own <= (members.min() ?? 0) + log(5) + 1e-9)
  }
}
