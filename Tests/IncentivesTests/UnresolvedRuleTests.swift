import Consensus
import Incentives
import Quantities
import Testing

/// Batches of questions without an outcome, settled among those who answered them.
@Suite struct UnresolvedRuleTests {
  static func rule(_ kind: UnresolvedRule.Kind) -> UnresolvedRule {
    var rule = UnresolvedRule()
    rule.kind = kind
    return rule
  }

  @Test(arguments: UnresolvedRule.Kind.allCases, UInt64(0)..<30)
  func `each question's payments add up to zero and stay within stakes`(kind: UnresolvedRule.Kind, seed: UInt64) {
    var random = CounterStream(seed: seed, purpose: 70)
    let classCount = 1 + random.below(4)
    let members = 1 + random.below(14)
    let batch = (0..<1 + random.below(25)).map { _ -> StakedQuestion in
      var table = PredictionTable(classCount: classCount)
      for seat in 0..<members where random.below(4) > 0 {
        table.append(Seat(3 * seat), someReport(classCount, using: &random))
      }
      let terms = (0..<table.rowCount).map { _ in
        Terms(stake: Amount(micro: Int64(random.below(1_000_000_001))), reward: Amount(micro: 5))
      }
      let closed = ClosedQuestion(
        id: QuestionID(1), table: table,
        consensus: Billionths.shares([UInt64](repeating: 1, count: classCount)),
        weights: Billionths.shares([UInt64](repeating: 1, count: table.rowCount)))
      return StakedQuestion(closed: closed, terms: terms, outcome: .never)
    }
    let settlements = Self.rule(kind).settle(batch)
    #expect(settlements.count == batch.count)
    for (settlement, question) in zip(settlements, batch) {
      #expect(settlement.treasury == .zero)
      #expect(settlement.payments.reduce(.zero, +) == .zero)
      for (payment, terms) in zip(settlement.payments, question.terms) { #expect(payment >= -terms.stake) }
    }
    #expect(Self.rule(kind).settle(batch) == settlements)
  }

  /// Questions of two classes that three models answer, each right with its accuracy; what they say of what they see
  /// is `maps`, and class 0 comes with probability `prior`. Enumerates truths and errors; returns each model's expected
  /// pay in micro-credits.
  static func expectation(
    _ kind: UnresolvedRule.Kind, tasks: Int, maps: [[Int]], prior: Double = 2 / 3,
    accuracies: [Double] = [0.8, 0.8, 0.8]
  ) -> [Double] {
    let stake: Int64 = 4_000_000_000
    let count = maps.count
    var sums = [Double](repeating: 0, count: count)
    let bits = tasks * (count + 1)
    for code in 0..<(1 << bits) {
      var chance = 1.0
      let batch = (0..<tasks).map { task -> StakedQuestion in
        let word = code >> (task * (count + 1))
        let truth = word & 1
        chance *= truth == 0 ? prior : 1 - prior
        let reports = (0..<count).map { i -> [UInt32] in
          let isRight = word >> (i + 1) & 1 == 1
          chance *= isRight ? accuracies[i] : 1 - accuracies[i]
          return maps[i][isRight ? truth : 1 - truth] == 0 ? [1_000_000_000, 0] : [0, 1_000_000_000]
        }
        return question(reports, stakes: [Int64](repeating: stake, count: count), outcome: .never)
      }
      guard chance > 0 else { continue }
      for settlement in rule(kind).settle(batch) {
        for (i, payment) in settlement.payments.enumerated() { sums[i] += chance * Double(payment.micro) }
      }
    }
    return sums
  }

  static let honest = [0, 1]
  static let maps = [[0, 1], [0, 0], [1, 1], [1, 0]]

  @Test(arguments: [UnresolvedRule.Kind.peerTruthSerum, .correlatedAgreement])
  func `against honest models honesty earns more money than any other answers`(kind: UnresolvedRule.Kind) {
    for seat in 0..<3 {
      func pay(_ map: [Int]) -> Double {
        var maps = [Self.honest, Self.honest, Self.honest]
        maps[seat] = map
        return Self.expectation(kind, tasks: 3, maps: maps)[seat]
      }
      let best = pay(Self.honest)
      for map in Self.maps.dropFirst() { #expect(pay(map) < best - 1_000_000) }
    }
  }

  @Test func `by determinants honesty earns the most, and its mirror image as much`() {
    func pay(_ map: [Int]) -> Double {
      Self.expectation(.dmi, tasks: 4, maps: [map, Self.honest, Self.honest], accuracies: [0.8, 1, 1])[0]
    }
    let best = pay(Self.honest)
    // Each outcome rounds to whole micro-credits.
    #expect(abs(pay([1, 0]) - best) < 4)
    #expect(pay([0, 0]) < best - 1_000_000)
  }

  @Test(arguments: [UnresolvedRule.Kind.outputAgreement, .peerTruthSerum, .correlatedAgreement])
  func `where one class is common it pays to say it without looking, by output agreement alone`(
    kind: UnresolvedRule.Kind
  ) {
    func pay(_ map: [Int]) -> Double {
      Self.expectation(kind, tasks: 3, maps: [map, Self.honest, Self.honest], prior: 0.9)[0]
    }
    #expect((pay([0, 0]) > pay(Self.honest)) == (kind == .outputAgreement))
  }

  static let scores: [(kind: UnresolvedRule.Kind, score: any PeerScore)] = [
    (.peerTruthSerum, PeerTruthSerum()), (.correlatedAgreement, CorrelatedAgreement()),
    (.dmi, DeterminantMutualInformation()), (.surrogate, SurrogateScoring()), (.outputAgreement, OutputAgreement()),
  ]

  @Test(arguments: 0..<5, UInt64(0)..<10)
  func `one wagers half a stake by scores against a third of the models, on which one's answers have no effect`(
    which: Int, seed: UInt64
  ) throws {
    let (kind, score) = Self.scores[which]
    var random = CounterStream(seed: seed, purpose: 71)
    let stake: Int64 = 4_000_000_000
    let truths = (0..<12).map { _ in random.below(2) }
    let tops = (0..<9).map { _ in truths.map { random.below(5) > 0 ? $0 : 1 - $0 } }
    func sheet(_ tops: [Int]) -> AnswerSheet { AnswerSheet(tops, classCount: 2) }
    // The first two alone have stakes, so they wager against each other where the third group is the crowd, and there
    // alone.
    let stakes = [stake, stake] + [Int64](repeating: 0, count: 7)
    let crowd = Crowd([sheet(tops[2]), sheet(tops[5]), sheet(tops[8])], taskCount: 12, classCount: 2)
    for own in [tops[0], tops[0].map { 1 - $0 }, [Int](repeating: 0, count: 12)] {
      let batch = (0..<12).map { task in
        question(
          ([own[task]] + tops[1...].map { $0[task] }).map { $0 == 0 ? [1_000_000_000, 0] : [0, 1_000_000_000] },
          stakes: stakes, outcome: .never)
      }
      let expected = score.scores(of: [sheet(own), sheet(tops[1])], against: crowd)
      for (task, settlement) in Self.rule(kind).settle(batch).enumerated() {
        // Half of the stake, half of it against oneself, scores halved onto [0, 1].
        let difference = try #require(expected[0][task]) - #require(expected[1][task])
        let payment = Double(settlement.payments[0].micro)
        // The scores are rounded to a billionth of 2e9 micro-credits each.
        #expect(abs(payment - Double(stake) / 8 * difference) <= 4)
        #expect(settlement.payments[2...].allSatisfy { $0 == .zero })
      }
    }
  }

  @Test func `fewer than three models have their stakes back`() {
    for kind in UnresolvedRule.Kind.allCases {
      let batch = (0..<9).map { _ in question([[1, 999_999_999], [999_999_999, 1]], stakes: [5, 7], outcome: .never) }
      for settlement in Self.rule(kind).settle(batch) { #expect(settlement.payments == [.zero, .zero]) }
    }
    #expect(Self.rule(.peerTruthSerum).settle([]).isEmpty)
  }

  @Test(arguments: UnresolvedRule.Kind.allCases)
  func `a rule reads back from its bytes, and out of bounds it does not`(kind: UnresolvedRule.Kind) throws {
    func read(_ rule: UnresolvedRule) -> UnresolvedRule? {
      var writer = CanonicalWriter()
      rule.encode(into: &writer)
      var reader = CanonicalReader(writer.bytes)
      return try? UnresolvedRule(decoding: &reader)
    }
    var rule = Self.rule(kind)
    rule.batch = 17
    rule.wait = 0
    #expect(read(rule) == rule)
    rule.batch = 1
    #expect(rule.fault != nil)
    #expect(read(rule) == nil)
    rule.batch = UnresolvedRule.batchMax + 1
    #expect(read(rule) == nil)
  }
}
