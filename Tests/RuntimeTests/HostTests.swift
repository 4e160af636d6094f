import Consensus
import Incentives
import Ledger
import ProtocolCore
import Quantities
import Runtime
import Synchronization
import Testing

@Suite struct HostTests {
  @Test func `a new ledger is founded, its models join, and a second start writes nothing`() throws {
    let store = TestStore()
    let first = try Host(store, for: purpose(), settings: settings())
    #expect(first.isNew)
    #expect(first.seats == [Seat(0), Seat(1), Seat(2)])
    #expect(first.read { $0.head.position } == 4)
    first.stop()
    let head = try store.head()
    let second = try Host(store, for: purpose(), settings: settings())
    #expect(!second.isNew)
    #expect(try store.head() == head)
    second.stop()
    #expect(try store.head() == head, "a stop without news writes nothing")
    let third = try Host(store, for: purpose(predictors: 1), settings: settings())
    #expect(third.read { $0.head.position } == head.position + 3, "retraining is an event of each model")
    third.stop()
  }

  @Test func `other data on an old ledger is refused and nothing is written`() throws {
    let store = TestStore()
    try Host(store, for: purpose(), settings: settings()).stop()
    let head = try store.head()
    let other = Digest.sha256([1])
    #expect(throws: HostError.otherData(given: other, recorded: .zero)) {
      try Host(store, for: purpose(data: other), settings: settings())
    }
    #expect(try store.head() == head)
  }

  @Test func `rules out of bounds begin no ledger`() throws {
    var rules = Rules()
    rules.deposit = Amount(micro: -1)
    let store = TestStore()
    let error = #expect(throws: HostError.self) { try Host(store, for: purpose(rules: rules), settings: settings()) }
    guard case .rejected(.misshapen)? = error else {
      Issue.record("refused with \(String(describing: error))")
      return
    }
    #expect(try store.head() == .empty)
  }

  @Test func `an answer is given only when its events are stored`() async throws {
    let store = TestStore()
    let host = try Host(store, for: purpose(), settings: settings())
    store.setHeld(true)
    defer { store.setHeld(false) }
    let isAnswered = Mutex(false)
    let question = Task {
      let receipt = try await ask(host, answers(1))
      isAnswered.withLock { $0 = true }
      return receipt
    }
    await eventually { store.holding == 1 }
    // The event is decided, sealed and on its way; neither the answer nor any reader knows of it.
    #expect(!isAnswered.withLock { $0 })
    #expect(host.read { $0.council.nextQuestion } == QuestionID(1))
    store.setHeld(false)
    let receipt = try await question.value
    #expect(receipt.event.question == QuestionID(1))
    #expect(try store.head().position >= receipt.position)
    #expect(host.read { $0.council.nextQuestion } == QuestionID(2))
    host.stop()
  }

  @Test func `a commit that fails changes nothing, fails all who waited for it, and needs no restart`() async throws {
    let store = TestStore()
    let host = try Host(store, for: purpose(), settings: settings(failing: 300_000_000))
    _ = try await ask(host, answers(1))
    let before = host.read { $0.council }
    store.setHeld(true)
    defer { store.setHeld(false) }
    store.setFailing(true)
    // The first is held in its commit; the others are decided on top of it and share its fate.
    @Sendable func failure(_ i: Int) async -> HostError? {
      do throws(HostError) {
        if i == 8 {
          _ = try await host.report(QuestionID(999), class: 0)
        } else {
          _ = try await host.ask([answers(UInt64(i))])
        }
        return nil
      } catch { return error }
    }
    let first = Task { await failure(0) }
    await eventually { store.holding == 1 }
    let tasks = [first] + (1..<9).map { i in Task { await failure(i) } }
    await eventually { host.waiting == 8 }
    store.setHeld(false)
    for task in tasks { #expect(await task.value == .ledger(.diskFull(path: "memory"))) }
    #expect(host.read { $0.council } == before)
    #expect(host.read { $0.figures.isStalled })
    #expect(host.read { $0.figures.failedCommits } >= 1)
    #expect(try store.head() == host.read { $0.head })
    store.setFailing(false)
    let receipt = try await ask(host, answers(5))
    #expect(receipt.event.question == QuestionID(2), "no number was lost")
    #expect(!host.read { $0.figures.isStalled })
    host.stop()
    #expect(try Replay.latest(of: store).council == host.read { $0.council })
  }

  @Test func `so many questions wait and no more`() async throws {
    let store = TestStore()
    let host = try Host(store, for: purpose(), settings: settings { $0.waitingMax = 5 })
    store.setHeld(true)
    defer { store.setHeld(false) }
    let first = Task { try await ask(host, answers(0)) }
    await eventually { store.holding == 1 }
    let waiting = (1...5).map { i in Task { try await ask(host, answers(UInt64(i))) } }
    await eventually { host.waiting == 5 }
    await #expect(throws: HostError.busy(waiting: 5, limit: 5)) { try await host.ask([answers(9)]) }
    store.setHeld(false)
    _ = try await first.value
    for task in waiting { _ = try await task.value }
    _ = try await ask(host, answers(10))
    host.stop()
  }

  @Test func `stopping serves those who wait and refuses those who come`() async throws {
    let store = TestStore()
    let host = try Host(store, for: purpose(), settings: settings())
    store.setHeld(true)
    defer { store.setHeld(false) }
    let first = Task { try await ask(host, answers(0)) }
    await eventually { store.holding == 1 }
    let waiting = (1...4).map { i in Task { try await ask(host, answers(UInt64(i))) } }
    await eventually { host.waiting == 4 }
    let isStopped = Mutex(false)
    stopAside(host) { isStopped.withLock { $0 = true } }
    // Until the stop has begun, questions line up behind the held commit; from then on they are refused.
    let latecomers = Latecomers(host: host)
    var late: [Task<Bool, Never>] = []
    while latecomers.refusedCount == 0, late.count < 10_000 {
      late.append(Task { await latecomers.isServed() })
      await pause()
    }
    #expect(latecomers.refusedCount > 0)
    store.setHeld(false)
    await eventually { isStopped.withLock { $0 } }
    _ = try await first.value
    for task in waiting { _ = try await task.value }
    var served = 5
    for task in late { served += await task.value ? 1 : 0 }
    await #expect(throws: HostError.stopping) { try await host.report(QuestionID(1), class: 0) }
    #expect(try Replay.latest(of: store).council.open.count == served)
  }

  @Test func `refusals are told one by one and cost the others nothing`() async throws {
    let store = TestStore()
    let host = try Host(store, for: purpose(), settings: settings())
    let nobody = Answers(features: .zero, origin: .caller, model: nil, predictions: [])
    let results = try await host.ask([answers(1), nobody, answers(2)])
    #expect(try results[0].get().event.question == QuestionID(1))
    #expect(throws: Rejection.nobodyThere) { try results[1].get() }
    #expect(try results[2].get().event.question == QuestionID(2))
    #expect(try results[2].get().position == results[0].get().position + 1)
    let settled = try await host.report(QuestionID(1), class: 2)
    #expect(settled.balances == host.read { $0.council.registry.models.map(\.balance) })
    await #expect(throws: HostError.rejected(.alreadySettled(QuestionID(1)))) {
      try await host.report(QuestionID(1), class: 2)
    }
    await #expect(throws: HostError.rejected(.unknownQuestion(QuestionID(3)))) {
      try await host.report(QuestionID(3), class: 2)
    }
    #expect(host.read { $0.figures.refusals } == 3)
    host.stop()
  }

  @Test func `sixty-four callers get receipts that agree with the ledger`() async throws {
    let store = TestStore()
    let host = try Host(store, for: purpose(), settings: settings(failing: 300_000_000) { $0.snapshotInterval = 50 })
    let receipts = try await withThrowingTaskGroup(of: [AskReceipt].self) { group in
      for caller in 0..<64 {
        group.addTask {
          var receipts: [AskReceipt] = []
          for i in 0..<10 {
            receipts.append(
              try await ask(host, answers(UInt64(caller * 10 + i), model: caller % 4 == 3 ? nil : caller % 4)))
          }
          return receipts
        }
      }
      return try await group.reduce(into: []) { $0 += $1 }
    }
    host.stop()
    #expect(Set(receipts.map(\.event.question)).count == 640)
    #expect(Set(receipts.map(\.position)).count == 640)
    let council = host.read { $0.council }
    council.registry.checkInvariants()
    #expect(council.nextQuestion == QuestionID(641))
    for receipt in receipts {
      let record = try #require(try store.records(after: receipt.position - 1, limit: 1).first)
      let envelope = try Envelope(reading: record)
      #expect(try Event(kind: envelope.kind, decoding: envelope.data) == .asked(receipt.event))
    }
    let verification = Verification(of: store, view: nil)
    #expect(verification.faults == [])
    #expect(verification.council == council)
    #expect(try store.snapshots().count == 2)
  }

  @Test func `snapshots come as often as they should, and a start needs no more than the tail`() async throws {
    let store = TestStore()
    let host = try Host(store, for: purpose(), settings: settings(failing: 1) { $0.snapshotInterval = 20 })
    for i in UInt64(0)..<70 { _ = try await ask(host, answers(i)) }
    let positions = try store.snapshots().map(\.position)
    #expect(positions.count == 2)
    #expect(positions[0] - positions[1] >= 20 && positions[0] - positions[1] <= 22)
    let before = host.read { $0.head.position }
    #expect(before - positions[0] <= 21)
    host.stop()
    let replay = try Replay.latest(of: store)
    #expect(replay.start == before)
    #expect(replay.council == host.read { $0.council })
    let never = try Host(store, for: purpose(), settings: settings { $0.snapshotInterval = .max })
    _ = try await ask(never, answers(0))
    never.stop()
  }

  @Test func `open questions end by themselves when their deadline passes`() async throws {
    let clock = ManualClock()
    let store = TestStore()
    var rules = Rules()
    rules.outcomeDeadline = 1_000
    let host = try Host(store, for: purpose(rules: rules), settings: settings { $0.clock = clock.clock })
    _ = try await ask(host, answers(1))
    #expect(host.read { $0.council.registry.models[0].reserved } == Amount(credits: 20))
    clock.advance(1_001)
    // The host looks at its clock at the latest when the deadline should have come, 1,001 milliseconds of real time.
    await eventually { host.read { $0.council.open.isEmpty } }
    #expect(host.read { $0.council.registry.models[0].reserved } == .zero)
    await #expect(throws: HostError.rejected(.alreadySettled(QuestionID(1)))) {
      try await host.report(QuestionID(1), class: 0)
    }
    host.stop()
  }

  @Test func `a question that cannot be ended for want of room is tried again now and then, not all the time`()
    async throws
  {
    let clock = ManualClock()
    let store = TestStore()
    var rules = Rules()
    rules.outcomeDeadline = 1
    let host = try Host(store, for: purpose(rules: rules), settings: settings { $0.clock = clock.clock })
    _ = try await ask(host, answers(1))
    store.setFailing(true)
    let before = store.commits
    let began = ContinuousClock.now
    clock.advance(1_000)
    await eventually { store.commits > before }
    // A question of its own wakes the host and is refused; without the pause thousands of attempts lie between.
    for i in UInt64(0)..<20 {
      await #expect(throws: HostError.ledger(.diskFull(path: "memory"))) { try await host.ask([answers(i)]) }
      await pause()
    }
    // One for each question, and one a second while the test lasts.
    let seconds = (ContinuousClock.now - began).components.seconds
    #expect(store.commits - before <= 20 + 3 + Int(seconds))
    store.setFailing(false)
    await eventually { host.read { $0.council.open.isEmpty } }
    host.stop()
  }

  @Test func `a clock that goes back or runs away does no harm`() async throws {
    let clock = ManualClock()
    let store = TestStore()
    let host = try Host(store, for: purpose(), settings: settings(failing: 1) { $0.clock = clock.clock })
    let before = host.read { $0.council.now }
    clock.set(5)
    _ = try await ask(host, answers(1))
    #expect(host.read { $0.council.now } == before)
    clock.set(.max)
    _ = try await ask(host, answers(2))
    #expect(host.read { $0.council.now } == .latest)
    host.stop()
    #expect(Verification(of: store, view: nil).faults == [])
  }
}

/// Callers who ask while a host is being stopped: each is served or refused.
private final class Latecomers: Sendable {
  private let host: Host
  private let refused = Mutex(0)

  init(host: Host) { self.host = host }

  var refusedCount: Int { refused.withLock { $0 } }

  func isServed() async -> Bool {
    do throws(HostError) { _ = try await host.ask([answers(7)]) } catch {
      #expect(error == .stopping)
      refused.withLock { $0 += 1 }
      return false
    }
    return true
  }
}
