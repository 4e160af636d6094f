import Consensus
import Foundation
import Quantities
import Testing

/// Our mechanisms against numbers computed elsewhere. The files lie beside the project; where they are absent a copy of
/// a part of them, kept here, still is checked.
@Suite struct VectorTests {
  private static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    .appendingPathComponent("shared/vectors")

  private static func exists(_ name: String) -> Bool {
    FileManager.default.fileExists(atPath: folder.appendingPathComponent(name).path)
  }

  private static func read<Value: Decodable>(_ name: String) throws -> Value {
    try JSONDecoder().decode(Value.self, from: Data(contentsOf: folder.appendingPathComponent(name)))
  }

  // MARK: rules on half Brier losses

  private struct Rules: Decodable {
    struct Forecasts: Decodable { let forecasts: [[Double]] }
    struct Pools: Decodable {
      let linear: [Double]
      let log: [Double]
    }
    let probs: [[[Double]]]
    let labels: [Int]
    let losses: [[Double]]
    let hedge: [[Double]]
    let adaHedge: [[Double]]
    let adaptMLProd: [[Double]]
    let boa: [[Double]]
    let squint: [[Double]]
    let brierAggregating: Forecasts
    let pools: Pools
    enum CodingKeys: String, CodingKey {
      case probs, labels, boa
      case pools = "pool"
      case hedge = "hedge_anytime"
      case adaHedge = "adahedge"
      case adaptMLProd = "adapt_ml_prod"
      case losses = "losses_half_brier"
      case squint = "squint_improper"
      case brierAggregating = "aa_brier"
    }
  }

  /// Plain regrets r = w·l - l, as the vectors have them.
  private static func check<Rule: RegretRule>(
    _ rule: Rule, _ losses: [[Double]], _ expected: [[Double]], _ tolerance: Double
  ) {
    var weights = RegretWeights(rule, count: losses[0].count)
    for (round, losses) in losses.enumerated() {
      let now = weights.weights
      for i in losses.indices { #expect(abs(now[i] - expected[round][i]) < tolerance, "round \(round)") }
      let mean = zip(now, losses).reduce(0) { $0 + $1.0 * $1.1 }
      weights.learn(losses.map { mean - $0 })
    }
  }

  @Test(.enabled(if: exists("mechanism_vectors.json"), "the vectors lie outside of the project and are absent"))
  func `weights before each round are those of a separate program`() throws {
    let vectors: Rules = try Self.read("mechanism_vectors.json")
    let exact = 1e-12  // a few roundings in each of twelve rounds
    Self.check(Hedge(), vectors.losses, vectors.hedge, exact)
    Self.check(AdaHedge(), vectors.losses, vectors.adaHedge, exact)
    Self.check(AdaptMLProd(), vectors.losses, vectors.adaptMLProd, exact)
    Self.check(BOA(), vectors.losses, vectors.boa, exact)
    // Its author's own figures lose digits in differences of error functions.
    Self.check(Squint(), vectors.losses, vectors.squint, 1e-8)
  }

  // Rounds 1 to 3 of the same file.
  @Test func `the first weights are those of a separate program`() {
    let losses = [
      [0.56292721, 0.64758988, 0.19754329, 0.35367556], [0.01791067, 0.82239067, 0.55520409, 0.37525033],
      [0.04061001, 0.04965057, 0.64013941, 0.38454973],
    ]
    let boa = [
      [0.25, 0.25, 0.25, 0.25], [0.06349110086219868, 0.03754288384316073, 0.2365936108535309, 0.6623724044411096],
      [0.004539302718859726, 0.0016707303424527403, 0.09812070030950444, 0.8956692666291831],
    ]
    let prod = [
      [0.25, 0.25, 0.25, 0.25], [0.23468834687499998, 0.22410551312500002, 0.280361336875, 0.260844803125],
      [0.284458105905118, 0.18148679599924072, 0.2644986996196212, 0.2695563984760201],
    ]
    let squint = [
      [0.25, 0.25, 0.25, 0.25], [0.24252072076971193, 0.23697721677676822, 0.2648240397143091, 0.2556780227392107],
      [0.26663445532459196, 0.2145628618886729, 0.2579656613462739, 0.2608370214404614],
    ]
    let adaHedge = [
      [0.25, 0.25, 0.25, 0.25], [0.0771245762208739, 0.04757042718488197, 0.6206977643230636, 0.2546072322711805],
      [0.47274384962170185, 0.015507971377991439, 0.24416937233934904, 0.2675788066609579],
    ]
    let hedge = [
      [0.25, 0.25, 0.25, 0.25], [0.17181541527373181, 0.14075986891154071, 0.40619531383814855, 0.2812294019765789],
      [0.37711569827829206, 0.06823756257548709, 0.27097354718945865, 0.28367319195676216],
    ]
    Self.check(BOA(), losses, boa, 1e-12)
    Self.check(AdaptMLProd(), losses, prod, 1e-12)
    Self.check(Squint(), losses, squint, 1e-8)
    Self.check(AdaHedge(), losses, adaHedge, 1e-12)
    Self.check(Hedge(), losses, hedge, 1e-12)
  }

  @Test(.enabled(if: exists("mechanism_vectors.json"), "the vectors lie outside of the project and are absent"))
  func `the Brier game is played as a separate program plays it`() throws {
    let vectors: Rules = try Self.read("mechanism_vectors.json")
    let stream = try zip(vectors.probs, vectors.labels).map { rows, label in
      RecordedQuestion(table: table(try rows.map { try Billionths.prediction($0, classCount: 3) }), truth: label)
    }
    let run = try Evaluation(ConsensusRule(.brierAggregating), seatCount: 4, classCount: 3, stream: stream)
    for (t, forecast) in vectors.brierAggregating.forecasts.enumerated() {
      for k in 0..<3 { #expect(abs(run.forecast(t)[t * 3 + k] - forecast[k]) < 1e-12) }
    }
  }

  @Test(.enabled(if: exists("mechanism_vectors.json"), "the vectors lie outside of the project and are absent"))
  func `pools by stake are those of a separate program`() throws {
    let vectors: Rules = try Self.read("mechanism_vectors.json")
    // Stakes of 10, 20, 30 and 40: so many copies of each report, since equal pools count heads.
    let rows = try vectors.probs[0].map { try Billionths.prediction($0, classCount: 3) }
    let copies = (0..<4).flatMap { i in [[UInt32]](repeating: rows[i], count: i + 1) }
    for (kind, expected) in [(ConsensusRule.Kind.linearPool, vectors.pools.linear), (.logPool, vectors.pools.log)] {
      let pooled = mechanism(kind, 10, 3).pool(table(copies))
      for k in 0..<3 { #expect(abs(Double(pooled.consensus[k]) / 1e9 - expected[k]) < 2e-9) }  // the grid
    }
  }

  // MARK: opera, numbers and the square loss

  private struct Opera: Decodable {
    struct Result: Decodable {
      let model: String?
      let gradient: Bool?
      let second: [Double]?
      let tenth: [Double]?
      let last: [Double]?
      let final: [Double]?
      enum CodingKeys: String, CodingKey {
        case model
        case gradient = "loss_gradient"
        case second = "weights_round_2"
        case tenth = "weights_round_10"
        case last = "weights_round_112"
        case final = "final_coefficients"
      }
    }
    let outcomes: [Double]
    let experts: [[Double]]
    let results: [Result]
    enum CodingKeys: String, CodingKey {
      case outcomes = "Y"
      case experts = "X"
      case results
    }
  }

  private static func weights<Rule: RegretRule>(_ rule: Rule, _ opera: Opera, gradient: Bool) -> [[Double]] {
    var weights = RegretWeights(rule, count: 4)
    var result = [weights.weights]
    for (x, y) in zip(opera.experts, opera.outcomes) {
      let prediction = zip(weights.weights, x).reduce(0) { $0 + $1.0 * $1.1 }
      weights.learn(
        x.map {
          gradient
            ? 2 * (prediction - y) * (prediction - $0)
            : (prediction - y) * (prediction - y) - ($0 - y) * ($0 - y)
        })
      result.append(weights.weights)
    }
    return result
  }

  @Test(
    .enabled(
      if: exists("opera_expert_aggregation_vectors.json"), "the vectors lie outside of the project and are absent"))
  func `the recurrences of opera come out to ten digits`() throws {
    let opera: Opera = try Self.read("opera_expert_aggregation_vectors.json")
    var checked: Set<String> = []
    for result in opera.results {
      guard let model = result.model, let gradient = result.gradient else { continue }
      let run: [[Double]]
      switch model {
      case "EWA": run = Self.weights(Hedge(rate: 0.01), opera, gradient: gradient)
      case "MLpol": run = Self.weights(MLPol(), opera, gradient: gradient)
      case "BOA": run = Self.weights(BOA(.opera), opera, gradient: gradient)
      case "MLprod": run = Self.weights(AdaptMLProd(.opera), opera, gradient: gradient)
      case "OGD":
        var descent = GradientDescent(count: 4)
        var all = [descent.weights]
        for (x, y) in zip(opera.experts, opera.outcomes) {
          let prediction = zip(descent.weights, x).reduce(0) { $0 + $1.0 * $1.1 }
          descent.learn(x.map { 2 * (prediction - y) * $0 })
          all.append(descent.weights)
        }
        run = all
      default:
        Issue.record("no recurrence for \(model)")
        continue
      }
      checked.insert(model)
      for (round, expected) in [(1, result.second), (9, result.tenth), (111, result.last), (112, result.final)] {
        guard let expected else { continue }
        for i in 0..<4 { #expect(abs(run[round][i] - expected[i]) < 1e-10, "\(model) after \(round)") }
      }
    }
    #expect(checked.isSuperset(of: ["EWA", "MLpol", "BOA", "OGD"]))
  }

  // MARK: Allora

  // Rows of the chain's own unit test: normalised regret, the largest of all, weight; p = 3, c = 0.75.
  @Test(arguments: [
    [-24.5, -24.5, 0.0007835709572871582], [-20.0, -19.5, 0.00017487379698341595],
    [-1.0, -0.5, 0.015660377080675192], [0.0, 0.0, 0.28604839469732846], [1.0, 1.0, 2.037536097526179],
    [-1.32345, 0.1238729, 0.00595380787049663],
  ])
  func `weights from regrets are those of the Allora chain`(row: [Double]) {
    #expect(abs(RegretInformed().weight(of: row[0], largest: row[1]) - row[2]) < 1e-9)
  }

  @Test func `an implied inference of the Allora chain comes out`() {
    let weights = RegretInformed(steepness: 2, epsilon: 1e-4).weights(regrets: [0.5 - 3, 0.5 - 4])
    #expect(abs(weights[0] * 1 + weights[1] * 2 - 1.0558412537421773) < 1e-4)
    #expect(abs(RegretInformed(steepness: 2).slope(1) - 1.2449186624037092) < 1e-5)
    #expect(abs(RegretInformed(steepness: 10).slope(3) - 9.999999998308102) < 1e-5)
  }

  private struct Allora: Decodable {
    struct Case: Decodable {
      let function: String?
      let rows: [[Double]]?
    }
    let cases: [Case]
  }

  @Test(.enabled(if: exists("allora_unit_vectors.json"), "the vectors lie outside of the project and are absent"))
  func `all weight rows of the Allora chain come out`() throws {
    let allora: Allora = try Self.read("allora_unit_vectors.json")
    var count = 0
    for rows in allora.cases.filter({ $0.function == "CalcWeightFromNormalizedRegret" }).compactMap(\.rows) {
      for row in rows {
        #expect(abs(RegretInformed().weight(of: row[0], largest: row[1]) - row[2]) < 1e-9)
        count += 1
      }
    }
    #expect(count >= 13)
  }
}
