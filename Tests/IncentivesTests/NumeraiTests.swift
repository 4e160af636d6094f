import Foundation
import Incentives
import Quantities
import Testing

@Suite struct NumeraiTests {
  static let up: [Double] = [0, 1, 2, 3, 4]
  static let upDown: [Double] = [1, 0, 1, 0, 1]

  static func close(_ a: [Double], _ b: [Double], _ tolerance: Double = 1e-12) -> Bool {
    a.count == b.count && zip(a, b).allSatisfy { $0 == $1 || abs($0 - $1) <= tolerance }
  }

  // The numbers of Numerai's own tests, a part of them.
  @Test func `ranks, quantiles and projections are those of Numerai's tools`() {
    #expect(Self.close(NumeraiScoring.rank(Self.upDown, keepsTies: false), [0.5, 0.1, 0.7, 0.3, 0.9]))
    #expect(Self.close(NumeraiScoring.rank(Self.upDown), [0.7, 0.2, 0.7, 0.2, 0.7]))
    let quarters = [0, 0.25, 0.5, 0.75, 1]
    let normal = 0.674_489_750_196_081_7
    #expect(Self.close(NumeraiScoring.gaussianised(quarters), [-.infinity, -normal, 0, normal, .infinity], 1e-15))
    #expect(
      Self.close(
        NumeraiScoring.shaped(quarters),
        [-1.450_788_579_685_422, -0.379_747_270_907_126_3, 0, 0.379_747_270_907_126_1, 1.450_788_579_685_422]))
    #expect(NumeraiScoring.orthogonalised(Self.up, to: Self.upDown) == [-2, 1, 0, 3, 2])
    #expect(abs(NumeraiScoring.tieBrokenRankCorrelation(Self.upDown, targets: Self.up) - 0.5) < 1e-15)
    #expect(abs(NumeraiScoring.rankCorrelation(Self.up, Self.up.reversed()) + 1) < 1e-15)
  }

  @Test func `quantiles are right on all three ranges`() {
    // From tables: 1 - Φ(1.959963984540054) = 0.025, and far tails.
    for (p, x) in [
      (0.025, -1.959_963_984_540_054), (0.975, 1.959_963_984_540_054), (1e-10, -6.361_340_902_404_056),
      (1e-20, -9.262_340_089_798_408), (0.5, 0), (0.075, -1.439_531_470_938_456),
    ] {
      #expect(abs(NumeraiScoring.gaussianised([p])[0] - x) < 1e-13 * max(1, abs(x)))
    }
  }

  struct Vectors: Decodable {
    struct Case: Decodable {
      let test: String
      let input: String?
      let vector: String?
      let onto: String?
      let exponent: Double?
      let expected: Expected?
      let pairs: [[Part]]?
      let submission: [Double]?
      let submissions: [[Double]]?
      let stakes: [Double]?
      let neutralizers: [[Double]]?
      let sampleWeights: [Double]?
      let target: [Double]?

      enum CodingKeys: String, CodingKey {
        case test, input, vector, onto, exponent, expected, pairs, submission, submissions, stakes, neutralizers, target
        case sampleWeights = "sample_weights"
      }
    }
    /// A number, or the word for an infinite one.
    enum Part: Decodable {
      case number(Double)
      case word(String)

      init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        if let number = try? container.decode(Double.self) {
          self = .number(number)
        } else {
          self = .word(try container.decode(String.self))
        }
      }

      var value: Double {
        switch self {
        case .number(let number): number
        case .word(let word): word == "-inf" ? -.infinity : .infinity
        }
      }
      var name: String { if case .word(let word) = self { word } else { "" } }
    }
    enum Expected: Decodable {
      case one(Double)
      case many([Double])

      init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        if let number = try? container.decode(Double.self) {
          self = .one(number)
        } else {
          self = .many(try container.decode([Part].self).map(\.value))
        }
      }

      var values: [Double] {
        switch self {
        case .one(let number): [number]
        case .many(let numbers): numbers
        }
      }
    }
    let series: [String: [Double]]
    let cases: [Case]

    /// What we make of a case.
    func ours(_ item: Case) throws -> [Double] {
      let input = try item.input.map { try #require(series[$0]) } ?? []
      let neutralizers = item.neutralizers ?? []
      let weights = item.sampleWeights ?? []
      switch (item.test, item.input) {
      case ("test_tie_broken_rank", _): return NumeraiScoring.rank(input, keepsTies: false)
      case ("test_tie_kept_rank", _): return NumeraiScoring.rank(input)
      case ("test_gaussian", _): return NumeraiScoring.gaussianised(input)
      case ("test_variance_normalize", _): return NumeraiScoring.varianceNormalised(input)
      case ("test_power", _): return NumeraiScoring.power(input, try #require(item.exponent))
      case ("test_tie_kept_rank__gaussianize__pow_1_5", _): return NumeraiScoring.shaped(input)
      case ("test_orthoganalize", _):
        return NumeraiScoring.orthogonalised(
          try #require(series[item.vector ?? ""]), to: try #require(series[item.onto ?? ""]))
      case ("test_alpha", _):
        return [
          NumeraiScoring.alpha(
            try #require(item.submission), neutralizers: neutralizers, sampleWeights: weights,
            targets: try #require(item.target))
        ]
      case ("test_meta_portfolio_contribution", _):
        return NumeraiScoring.portfolioContributions(
          try #require(item.submissions), stakes: try #require(item.stakes), neutralizers: neutralizers,
          sampleWeights: weights, targets: try #require(item.target))
      default:
        return try (item.pairs ?? []).map { pair in
          let (a, b) = (try #require(series[pair[0].name]), try #require(series[pair[1].name]))
          return item.test == "test_spearman_correlation"
            ? NumeraiScoring.rankCorrelation(a, b) : NumeraiScoring.tieBrokenRankCorrelation(b, targets: a)
        }
      }
    }
  }

  @Test func `the portfolio contribution is that of Numerai's documented formula`() {
    // The numbers of numerai-tools' own test for its documented formula; see decision 0008 for a later one.
    let ours = NumeraiScoring.portfolioContributions(
      [[1, 2, 3, 4, 5], [1, 2, 1, 2, 1]], stakes: [0.6, 0.4],
      neutralizers: [[1, 5], [2, 4], [3, 3], [4, 2], [5, 1]], sampleWeights: [3, 2, 1, 2, 3], targets: [1, 2, 3, 2, 1])
    #expect(Self.close(ours, [-0.04329786867021718, 0.06494680300532589]))
  }

  @Test(.enabled(if: SharedVectors.has("numerai_scoring_vectors.json"), Comment(rawValue: SharedVectors.absent)))
  func `every number of Numerai's tests comes out`() throws {
    let vectors = try SharedVectors.read("numerai_scoring_vectors.json", as: Vectors.self)
    #expect(vectors.cases.count == 13)
    // The portfolio contribution is left to the next test: decision 0008.
    for item in vectors.cases where item.test != "test_meta_portfolio_contribution" {
      let expected = item.expected?.values ?? (item.pairs ?? []).map { $0[2].value }
      #expect(!expected.isEmpty)
      #expect(try Self.close(vectors.ours(item), expected), "\(item.test)")
    }
  }

  @Test func `the contribution is what predictions hold beyond the meta model`() {
    let targets = [0, 0.25, 0.5, 0.75, 1]
    let meta = NumeraiScoring.metaModel([Self.up, Self.upDown], stakes: [3, 1])
    #expect(meta == [0.25, 0.75, 1.75, 2.25, 3.25])
    // The same order as the meta model has, so nothing beyond it.
    #expect(abs(NumeraiScoring.contribution(Self.up, metaModel: meta, targets: targets)) < 1e-15)
    #expect(NumeraiScoring.contribution(Self.up, metaModel: Self.upDown, targets: targets) > 0.5)
    #expect(abs(NumeraiScoring.score(Self.up, targets: targets) - 1) < 0.01)
  }

  // Numerai's documented clips: 5 % for the tournament and crypto, 1.7 % for signals, and thresholds in their currency.
  @Test(arguments: [(clip: UInt32(50_000_000), threshold: Int64(72_000)), (17_000_000, 36_000), (50_000_000, 10_000)])
  func `payouts are clipped and shrink with what is at risk in total`(clip: UInt32, threshold: Int64) {
    var rule = StakeAndBurn()
    rule.clip = clip
    rule.threshold = Amount(credits: threshold)
    rule.contributionWeight = 0
    rule.wager.limit = Amount(credits: 1_000_000)
    let reports = [report([1, 0]), report([0, 1])]
    func paid(_ credits: Int64) -> [Amount] {
      let members = (0..<2).map { _ in Member(standing: Standing(), free: Amount(credits: credits)) }
      let terms = rule.terms(for: members, classCount: 2)
      return rule.settle(
        question(
          reports, stakes: terms.map(\.stake.micro), rewards: terms.map(\.reward.micro), outcome: .class(0)),
        standings: newcomers(2)
      ).payments
    }
    let most = Amount(credits: 1_000).scaled(Int64(clip), over: 1_000_000_000)
    #expect(paid(1_000) == [most, -most])  // a score of 0.25 and of -0.75 beyond uniform, both clipped
    // A hundred times the threshold at risk: 0.25 / 100 and 0.75 / 100 of what is at risk, within the clip.
    let each = threshold * 50
    rule.wager.limit = Amount(credits: each)
    #expect(paid(each) == [Amount(credits: each / 400), -Amount(micro: each * 7_500)])
  }
}
