import Consensus
import Foundation
import Incentives
import ProtocolCore
import Quantities
import Testing

@Suite struct HistoryTests {
  /// The kinds of history: whether money is short, models come and go, answers are sealed.
  enum Life: String, CaseIterable, Sendable { case plain, poor, lively, sealed }

  @Test(arguments: UInt64(0)..<12, Life.allCases)
  func `an auditor with books of its own agrees after every event, and refusals change nothing`(
    seed: UInt64, life: Life
  ) throws {
    let isPoor = life == .poor
    var history = History(
      seed: seed, isPoor: isPoor, isLively: life == .lively || life == .sealed, isSealed: life == .sealed)
    var auditor = Auditor()
    var audited = Council()
    var refusals = 0
    for step in 0..<2_000 {
      let (input, tick) = history.input()
      let before = history.council
      do {
        let decision = try history.council.decide(input, at: tick)
        #expect(try history.council.decide(input, at: tick) == decision)
        #expect(history.council == before, "deciding changes nothing")
        for event in decision.events {
          history.council.apply(event, at: tick)
          try audited.audit(event, at: tick)
          auditor.read(event, at: tick)
        }
      } catch is Rejection {
        refusals += 1
        #expect(history.council == before)
      }
      if step % 20 == 0 {
        auditor.compare(history.council)
        #expect(audited == history.council)
      }
    }
    auditor.compare(history.council)
    #expect(audited == history.council)
    #expect(refusals > 100)
    #expect(auditor.seen["expired", default: 0] > 0)
    #expect(auditor.seen["late", default: 0] > 0)
    if history.isLively {
      for word in ["withdrawn", "left", "equivocal"] { #expect(auditor.seen[word, default: 0] > 0, "\(word)") }
      if history.rules.unbonding > 0 { #expect(auditor.seen["released", default: 0] > 0) }
    }
    if life == .sealed { for word in ["withheld", "void"] { #expect(auditor.seen[word, default: 0] > 0, "\(word)") } }
    if isPoor {
      // Otherwise the history would not show what happens when money runs out.
      #expect(auditor.seen["shortfall", default: 0] > 0)
      #expect(auditor.seen["part", default: 0] > 0)
      #expect(auditor.seen["emptied", default: 0] + auditor.seen["suspended", default: 0] > 0)
    }
  }

  @Test(arguments: UInt64(0)..<12)
  func `replaying the events gives the same bytes, and a state read back behaves the same`(seed: UInt64) throws {
    let rules = UnresolvedRule.Kind.allCases
    var history = History(
      seed: seed, isPoor: seed % 2 == 1, unresolved: rules[Int(seed) % rules.count], isLively: seed > 3,
      isSealed: seed > 5)
    let all = facts(&history, 900)
    var replayed = Council()
    var reloaded = Council()
    for (index, fact) in all.enumerated() {
      replayed.apply(fact.event, at: fact.tick)
      reloaded.apply(fact.event, at: fact.tick)
      if index % 40 == 39 {
        reloaded = try Council(decoding: reloaded.bytes)
        #expect(reloaded == replayed)
      }
    }
    #expect(replayed == history.council)
    #expect(reloaded.bytes == history.council.bytes)
    #expect(try Council(decoding: history.council.bytes) == history.council)
  }

  @Test(arguments: UInt64(0)..<4)
  func `every event reads back from its bytes, whose keys ascend`(seed: UInt64) throws {
    var kinds: Set<String> = []
    for (rule, isSealed) in [(UnresolvedRule.Kind.returnStakes, true), (.peerTruthSerum, false)] {
      var history = History(seed: 3 * seed + 1, isPoor: true, unresolved: rule, isLively: true, isSealed: isSealed)
      for (event, _) in facts(&history, 600) {
        kinds.insert(event.kind)
        #expect(try Event(kind: event.kind, decoding: event.bytes) == event)
        try checkKeysAscend(event.bytes)
      }
      try checkKeysAscend(history.council.bytes)
    }
    #expect(kinds == Set(Event.kinds))
  }

  /// Foundation, writing the same content with sorted keys, must come to the same bytes.
  private func checkKeysAscend(_ bytes: [UInt8]) throws {
    let value = try JSONSerialization.jsonObject(with: Data(bytes))
    let again = try JSONSerialization.data(withJSONObject: value, options: [.sortedKeys, .withoutEscapingSlashes])
    #expect(String(decoding: again, as: UTF8.self) == String(decoding: bytes, as: UTF8.self))
  }

  @Test func `an event with another number, or spelt otherwise, is found`() throws {
    var history = History(seed: 2)
    let all = facts(&history, 300)
    let place = try #require(
      all.firstIndex { if case .asked(let asked) = $0.event { asked.judged != nil } else { false } })
    var council = Council()
    for fact in all[..<place] { council.apply(fact.event, at: fact.tick) }
    guard case .asked = all[place].event else { return }
    let text = String(decoding: all[place].event.bytes, as: UTF8.self)
    for (old, new) in [
      ("\"10000000\"", "\"10000001\""), ("\"-20000000\"", "\"-19999999\""), ("\"stakes\":[\"2", "\"stakes\":[\"1"),
    ]
    where text.contains(old) {
      let range = try #require(text.range(of: old))
      let forged = try Event(kind: "asked", decoding: Array(text.replacingCharacters(in: range, with: new).utf8))
      var copy = council
      #expect(throws: AuditFault.self) { try copy.audit(forged, at: all[place].tick) }
      #expect(copy == council)
    }
    let spelt = text.replacingOccurrences(of: "\"stakes\"", with: "\"shortfall\":\"0\",\"stakes\"")
    #expect(throws: CanonicalError.self) { try Event(kind: "asked", decoding: Array(spelt.utf8)) }
  }

  // So that any later change of the encoding or the rules is noticed, and then is a decision: it makes old ledgers unreadable.
  @Test func `one seed, one state, for good`() {
    var history = History(seed: 4, isPoor: true, kind: .fixedShare)
    _ = facts(&history, 1_500)
    var hash: UInt64 = 0xCBF2_9CE4_8422_2325  // FNV-1a, for want of SHA-256 at this depth
    for byte in history.council.bytes { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3 }
    #expect(hash == 13_178_247_844_701_167_477)
  }
}
