import Consensus
import Incentives
import ProtocolCore
import Quantities
import Testing

/// Questions whose outcome never comes, settled together by what their answers say of each other.
@Suite struct UnresolvedTests {
  @Test(
    arguments: UnresolvedRule.Kind.allCases.filter { $0 != .returnStakes }, [Incentive.Kind.weightedScore, .market])
  func `every question that expires waits, is settled with others and costs the treasury nothing`(
    kind: UnresolvedRule.Kind, incentive: Incentive.Kind
  ) throws {
    var history = History(seed: 50, incentive: incentive, unresolved: kind)
    let batch = Int(history.rules.unresolved.batch)
    var audited = Council()
    var sizes: Set<Int> = []
    var waiting = 0
    for step in 0..<2_500 {
      let (input, tick) = history.input()
      guard let decision = try? history.council.decide(input, at: tick) else { continue }
      for event in decision.events {
        let before = history.council
        history.council.apply(event, at: tick)
        try audited.audit(event, at: tick)
        history.council.registry.checkInvariants()
        switch event {
        case .expired(let expired):
          let question = try #require(before.open[expired.question])
          #expect(question.deadline < tick)
          #expect(history.council.waiting == before.waiting + [question])
          waiting += 1
        case .resolved(let resolved):
          sizes.insert(resolved.questions.count)
          waiting -= resolved.questions.count
          #expect(resolved.questions.map(\.question) == before.waiting.map(\.closed.id))
          #expect(history.council.registry.treasury == before.registry.treasury)
          for (question, settled) in zip(before.waiting, resolved.questions) {
            #expect(settled.payments.reduce(.zero, +) == .zero)
            for (payment, terms) in zip(settled.payments, question.terms) { #expect(payment >= -terms.stake) }
          }
          #expect(history.council.waiting.isEmpty)
        default: break
        }
        #expect(history.council.waiting.count == waiting)
        #expect(waiting <= batch)
      }
      if step % 50 == 0 {
        #expect(audited == history.council)
        #expect(try Council(decoding: audited.bytes) == audited)
      }
    }
    #expect(audited == history.council)
    #expect(sizes.contains(batch), "some batches fill")
    #expect(sizes.contains { $0 < batch }, "others have waited long enough")
  }

  /// A council of six models under `kind`, each question answered by all, with nobody to tell the outcome.
  private static func council(_ kind: UnresolvedRule.Kind, questions: Int) throws -> Council {
    var rules = Rules()
    rules.incentive = Incentive(.weightedScore)
    rules.unresolved.kind = kind
    rules.unresolved.batch = 40
    rules.unresolved.wait = 100
    rules.outcomeDeadline = 1_000
    var council = Council()
    try council.take(.found(History.founding(rules)), at: Tick(0))
    for number in 0..<6 { try council.take(.register(History.model(number), predictor: .zero), at: Tick(0)) }
    var random = CounterStream(seed: 9, purpose: 51)
    for number in 1...questions {
      let truth = random.below(3)
      var table = PredictionTable(classCount: 3)
      for seat in 0..<6 {
        // The last two answer without looking.
        let top = seat >= 4 ? 0 : random.below(10) < 8 ? truth : random.below(3)
        table.append(Seat(seat), (0..<3).map { $0 == top ? 1_000_000_000 : 0 })
      }
      try council.take(
        .ask(
          Asking(
            question: QuestionID(UInt64(number)), features: .zero, origin: .caller, table: table, judgement: nil)),
        at: Tick(UInt64(number)))
    }
    return council
  }

  @Test(arguments: [UnresolvedRule.Kind.peerTruthSerum, .correlatedAgreement, .dmi])
  func `models that look earn from models that answer without looking`(kind: UnresolvedRule.Kind) throws {
    var council = try Self.council(kind, questions: 40)
    try council.take(.tick, at: Tick(5_000))
    #expect(council.waiting.isEmpty && council.open.isEmpty)
    let balances = council.registry.models.map(\.balance)
    #expect(balances.reduce(.zero, +) == Amount(credits: 6_000))
    for lazy in 4..<6 { for keen in 0..<4 { #expect(balances[lazy] < balances[keen]) } }
  }

  @Test func `the next deadline is that of a question, or the end of the wait`() throws {
    var council = try Self.council(.peerTruthSerum, questions: 2)
    #expect(council.nextDeadline == Tick(1_001))
    try council.take(.tick, at: Tick(1_002))
    #expect(council.waiting.count == 1)
    #expect(council.nextDeadline == Tick(1_002))
    try council.take(.tick, at: Tick(1_003))
    #expect(council.waiting.count == 2)
    #expect(council.nextDeadline == Tick(1_101))
    #expect(try council.decide(.tick, at: Tick(1_101)).events.isEmpty)
    try council.take(.tick, at: Tick(1_102))
    #expect(council.nextDeadline == nil)
    #expect(council.registry.models.allSatisfy { $0.reserved == .zero })
  }

  @Test func `more classes than a rule can settle are refused when a council begins`() {
    var rules = Rules()
    rules.unresolved.kind = .dmi
    let founding = Founding(
      ledger: [UInt8](0..<16), data: .zero, classes: (0..<9).map { "c\($0)" }, rules: rules)
    #expect(founding.fault != nil)
    #expect(throws: Rejection.self) { try Council().decide(.found(founding), at: Tick(0)) }
  }
}
