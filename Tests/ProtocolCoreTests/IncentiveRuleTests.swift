import Consensus
import Incentives
import ProtocolCore
import Quantities
import Testing

/// The council under every mechanism that its rules can name.
@Suite struct IncentiveRuleTests {
  @Test(arguments: Incentive.Kind.allCases, [false, true])
  func `the books balance and an audit agrees under every mechanism`(kind: Incentive.Kind, isPoor: Bool) throws {
    var history = History(seed: 40, isPoor: isPoor, incentive: kind)
    var audited = Council()
    var moved = 0
    for step in 0..<1_500 {
      let (input, tick) = history.input()
      guard let decision = try? history.council.decide(input, at: tick) else { continue }
      for event in decision.events {
        let before = history.council
        history.council.apply(event, at: tick)
        try audited.audit(event, at: tick)
        history.council.registry.checkInvariants()
        guard case .settled(let settled) = event, let question = before.open[settled.question] else { continue }
        if settled.payments.contains(where: { $0 != .zero }) { moved += 1 }
        for (payment, terms) in zip(settled.payments, question.terms) { #expect(payment >= -terms.stake) }
        let paid = settled.payments.reduce(Amount.zero, +)
        #expect(paid <= question.terms.reduce(.zero) { $0 + $1.reward })
        #expect(history.council.registry.treasury == before.registry.treasury - paid)
      }
      if step % 100 == 0 {
        #expect(audited == history.council)
        #expect(try Council(decoding: audited.bytes) == audited)
      }
    }
    #expect(audited == history.council)
    #expect(moved > 20)
  }

  @Test(arguments: [Incentive.Kind.weightedScore, .noArbitrage, .kelly])
  func `where models wager among themselves the treasury owes nothing`(kind: Incentive.Kind) {
    var history = History(seed: 41, incentive: kind)
    for (event, _) in facts(&history, 1_500) {
      guard case .asked(let asked) = event, asked.judged == nil else { continue }
      #expect(asked.terms.allSatisfy { $0.reward == .zero })
    }
    #expect(history.council.registry.treasuryReserved == .zero)
  }

  @Test func `a judged question is paid by reward and slash whatever the rules name`() throws {
    var rules = Rules()
    rules.incentive = Incentive(.weightedScore)
    rules.judging.reward = Amount(credits: 3)
    var council = Council()
    try council.take(.found(History.founding(rules)), at: Tick(0))
    for number in 0..<2 { try council.take(.register(History.model(number), predictor: .zero), at: Tick(0)) }
    var table = PredictionTable(classCount: 3)
    for seat in 0..<2 { table.append(Seat(seat), [1_000_000_000, 0, 0]) }
    let judgement = SimulatedJudgement(failureRate: 0, right: [true, false])
    try council.take(
      .ask(Asking(question: QuestionID(1), features: .zero, origin: .caller, table: table, judgement: judgement)),
      at: Tick(0))
    #expect(council.registry.models.map(\.balance) == [Amount(credits: 1_003), Amount(credits: 980)])
    #expect(try Council(decoding: council.bytes) == council)
  }

  @Test func `the default rules are written as they were before there was a choice`() {
    var writer = CanonicalWriter()
    Rules().encode(into: &writer)
    let text = String(decoding: writer.bytes, as: UTF8.self)
    #expect(!text.contains("judging"))
    #expect(text.contains("\"kind\":\"reward_and_slash\""))
    var rules = Rules()
    rules.incentive = Incentive(.kelly)
    rules.judging.suspendedAfter = 7
    rules.incentive = Incentive(.rewardAndSlash)
    #expect(rules == Rules(), "nothing is left of settings that no longer count")
  }
}
