import Consensus
import Incentives
import ProtocolCore
import Quantities
import Testing

/// What comes from a file may be crafted by someone who can also compute hashes: it gives an error, never a trap.
@Suite struct HostileTests {
  /// Numbers at which arithmetic breaks.
  static let extremes = [
    "0", "1", "-1", "2", "4294967295", "4294967296", "1000000000", "1000000001", "4503599627370496", "4503599627370497",
    "9007199254740992", "9007199254740993", "9223372036854775807", "-9223372036854775808", "18446744073709551615",
    "99999999999999999999", "4611686018427387904", "-4611686018427387904", "1000000000000",
  ]

  /// Every number in `bytes`, replaced by each extreme, one or several at a time.
  static func mutations(_ bytes: [UInt8], count: Int, using random: inout CounterStream) -> [[UInt8]] {
    var runs: [Range<Int>] = []
    var place = 0
    while place < bytes.count {
      let start = place
      if bytes[place] == 0x2D { place += 1 }
      while place < bytes.count, (0x30...0x39).contains(bytes[place]) { place += 1 }
      if place > start { runs.append(start..<place) } else { place += 1 }
    }
    return (0..<count).map { _ in
      var changed = bytes
      switch random.below(4) {
      case 0:
        changed[random.below(changed.count)] = UInt8(random.below(128))
      case 1:
        let start = random.below(changed.count)
        changed.removeSubrange(start..<min(changed.count, start + 1 + random.below(20)))
      default:
        // From the back, so that earlier ranges stay where they are.
        let chosen = Set((0..<1 + random.below(3)).map { _ in random.below(runs.count) }).sorted(by: >)
        for index in chosen {
          changed.replaceSubrange(runs[index], with: Array(extremes[random.below(extremes.count)].utf8))
        }
      }
      return changed
    }
  }

  @Test(arguments: UInt64(0)..<10)
  func `no change of an event traps, in reading nor in the audit`(seed: UInt64) {
    let kinds = Incentive.Kind.allCases
    let rules = UnresolvedRule.Kind.allCases
    var history = History(
      seed: seed, isPoor: seed % 2 == 0, incentive: kinds[Int(seed) % kinds.count],
      unresolved: rules[Int(seed) % rules.count])
    let all = facts(&history, 250)
    var random = CounterStream(seed: seed, purpose: 30)
    var council = Council()
    var taken = 0
    for fact in all {
      for bytes in Self.mutations(fact.event.bytes, count: 25, using: &random) {
        guard let event = try? Event(kind: fact.event.kind, decoding: bytes) else { continue }
        #expect(event.bytes == bytes, "there is one spelling for each event")
        for tick in [fact.tick, .latest, Tick(0)] {
          var copy = council
          guard (try? copy.audit(event, at: tick)) != nil else {
            #expect(copy == council)
            continue
          }
          taken += 1
          copy.registry.checkInvariants()
          #expect((try? Council(decoding: copy.bytes)) == copy, "what was taken over can be stored and read back")
        }
      }
      council.apply(fact.event, at: fact.tick)
    }
    #expect(taken > 0, "some changes are legal, and the test sees them")
  }

  @Test(arguments: UInt64(0)..<20)
  func `no change of a state traps, in reading nor in going on with it`(seed: UInt64) {
    let kinds = Incentive.Kind.allCases
    let rules = UnresolvedRule.Kind.allCases
    var history = History(
      seed: seed, isPoor: seed % 2 == 0, incentive: kinds[Int(seed) % kinds.count],
      unresolved: rules[Int(seed) % rules.count])
    _ = facts(&history, 120 + Int(seed) * 20)
    let bytes = history.council.bytes
    var random = CounterStream(seed: seed, purpose: 31)
    var read = 0
    for changed in Self.mutations(bytes, count: 2_000, using: &random) {
      guard var council = try? Council(decoding: changed) else { continue }
      read += 1
      council.registry.checkInvariants()
      #expect(council.bytes == changed, "there is one spelling for each state")
      // Goes on: what is open is settled, then all with a voice are asked, at once and for later.
      let tick = council.now
      for id in council.open.keys.sorted().prefix(3) {
        if let decision = try? council.decide(.report(id, class: 0), at: tick) {
          council.apply(decision.events[0], at: tick)
        }
      }
      for judge in [true, false] {
        var table = PredictionTable(classCount: council.classCount)
        let prediction = Billionths.shares([UInt64](repeating: 1, count: council.classCount))
        for model in council.registry.models where council.status(model) == .active {
          table.append(model.seat, prediction)
        }
        let judgement = SimulatedJudgement(failureRate: 0, right: [Bool](repeating: true, count: table.rowCount))
        let asking = Asking(
          question: council.nextQuestion, features: .zero, origin: .caller, table: table,
          judgement: judge ? judgement : nil)
        if let decision = try? council.decide(.ask(asking), at: tick) { council.apply(decision.events[0], at: tick) }
      }
      if let expired = try? council.decide(.tick, at: .latest) {
        for event in expired.events { council.apply(event, at: .latest) }
      }
      council.registry.checkInvariants()
    }
    #expect(read > 0)
  }

  @Test func `rules out of bounds are refused when a council begins and when a ledger is read`() {
    let changes: [(inout Rules) -> Void] = [
      { $0.deposit = Amount(micro: -1) }, { $0.deposit = Amount(credits: 1_000_001) },
      { $0.endowment = Amount(micro: .max) },
      { $0.endowment = Amount(micro: -1) }, { $0.outcomeDeadline = Tick.latest.milliseconds + 1 },
      { $0.openQuestionsMax = 0 }, { $0.consensus.rate = Billionths.one + 1 }, { $0.consensus.share = .max },
      { $0.unresolved.batch = 1 }, { $0.unresolved.batch = UnresolvedRule.batchMax + 1 },
      { $0.unresolved.wait = Tick.latest.milliseconds + 1 },
      { $0.judging.slash = .zero }, { $0.judging.suspendedAfter = 0 },
      {
        $0.incentive = Incentive(.weightedScore)
        $0.judging.slash = .zero
      },
    ]
    for change in changes {
      var rules = Rules()
      change(&rules)
      let founding = History.founding(rules)
      #expect(throws: Rejection.self) { try Council().decide(.found(founding), at: Tick(0)) }
      #expect(throws: CanonicalError.self) { try Event(kind: "founded", decoding: Event.founded(founding).bytes) }
    }
  }

  @Test func `too many classes are refused, as many as allowed are not`() throws {
    func founding(_ count: Int) -> Founding {
      Founding(ledger: [UInt8](0..<16), data: .zero, classes: (0..<count).map { "c\($0)" }, rules: Rules())
    }
    #expect(throws: Rejection.self) {
      try Council().decide(.found(founding(Founding.classesMax + 1)), at: Tick(0))
    }
    let most = founding(Founding.classesMax)
    #expect(try Event(kind: "founded", decoding: Event.founded(most).bytes) == .founded(most))
  }

  @Test func `at the last moment there is a question still opens, and its deadline can be written`() throws {
    var rules = Rules()
    rules.outcomeDeadline = Tick.latest.milliseconds
    var council = Council()
    try council.take(.found(History.founding(rules)), at: .latest)
    try council.take(.register(History.model(0), predictor: .zero), at: .latest)
    var table = PredictionTable(classCount: 3)
    table.append(Seat(0), [1_000_000_000, 0, 0])
    let asking = Asking(question: QuestionID(1), features: .zero, origin: .caller, table: table, judgement: nil)
    try council.take(.ask(asking), at: .latest)
    #expect(council.nextDeadline == .latest)
    #expect(try Council(decoding: council.bytes) == council)
    #expect(throws: Rejection.self) { try council.decide(.tick, at: Tick(Tick.latest.milliseconds + 1)) }
    #expect(throws: Rejection.self) { try council.decide(.tick, at: Tick(.max)) }
  }

  // A thousand questions that expired together took a million decisions to audit.
  @Test func `questions that expired together are audited one by one`() throws {
    var rules = Rules()
    rules.judging.slash = Amount(micro: 1)
    var council = Council()
    try council.take(.found(History.founding(rules)), at: Tick(0))
    try council.take(.register(History.model(0), predictor: .zero), at: Tick(0))
    var table = PredictionTable(classCount: 3)
    table.append(Seat(0), [1_000_000_000, 0, 0])
    for number in UInt64(1)...20_000 {
      try council.take(
        .ask(Asking(question: QuestionID(number), features: .zero, origin: .caller, table: table, judgement: nil)),
        at: Tick(0))
    }
    let late = Tick(rules.outcomeDeadline + 1)
    let events = try council.decide(.tick, at: late).events
    #expect(events.count == 20_000)
    for event in events { try council.audit(event, at: late) }
    #expect(council.open.isEmpty)
    #expect(council.nextDeadline == nil)
    #expect(council.registry.models[0].reserved == .zero)
  }
}

extension Council {
  /// Decides and applies.
  mutating func take(_ input: Input, at tick: Tick) throws(Rejection) {
    for event in try decide(input, at: tick).events { apply(event, at: tick) }
  }
}
