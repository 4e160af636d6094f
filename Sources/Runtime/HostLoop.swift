import Foundation
import Ledger
import ProtocolCore
import Quantities

/// The host's one consumer: decides a batch in memory, commits its events as one transaction, and only then answers.
///
/// It owns the running council. The committed one stands beside it, is moved on by the same events once they are on the
/// disk, and is what readers see; if a commit fails, the running one starts again from there. Nothing was told, so
/// nothing needs to be taken back, and the next batch tries the disk again.
struct HostLoop {
  private let store: any LedgerStore
  private let settings: HostSettings
  private let shared: SharedState
  private let file: RegistryFile?
  private var running: Council
  private var chain: Chain
  private var lastSnapshot: UInt64
  private var facts: [(event: Event, tick: Tick)] = []
  private var records: [LedgerRecord] = []
  private var answers: [@Sendable (HostError?) -> Void] = []
  private var viewWritten: DispatchTime = .now()
  private var isViewBehind = true
  private var isStalled = false
  private var isViewStalled = false

  // How long to wait, in milliseconds, before the disk is tried again without a wish that asks for it.
  private static let retryDelay = 1_000

  init(store: any LedgerStore, settings: HostSettings, shared: SharedState, lastSnapshot: UInt64) {
    self.store = store
    self.settings = settings
    self.shared = shared
    self.lastSnapshot = lastSnapshot
    file = settings.viewPath.map(RegistryFile.init)
    let committed = shared.committed
    running = committed.council
    chain = Chain(head: committed.head)
  }

  /// Serves until the queue is closed and empty; then stores a last snapshot and the exact view.
  mutating func run(_ queue: WishQueue) {
    while let wishes = queue.take(max: settings.batchMax, waiting: patience) {
      serve(wishes)
      writeView()
    }
    if running.founding != nil, running.position > lastSnapshot + 1 { finishWithSnapshot() }
    writeView(isFinal: true)
  }

  // How long to wait for wishes: until the view is due, or an open question passes its deadline.
  private var patience: Int? {
    if isViewBehind, file != nil { return viewPause }
    guard let deadline = running.nextDeadline else { return nil }
    let now = settings.clock.now()
    guard deadline < now else { return Int(min(deadline.milliseconds - now.milliseconds + 1, 60_000)) }
    // Expired questions are settled at once, unless the disk refused just now.
    return isStalled ? Self.retryDelay : 0
  }

  // How long after the last attempt the view is due, in milliseconds.
  private var viewPause: Int { isViewStalled ? max(settings.viewDelay, Self.retryDelay) : settings.viewDelay }

  // Time never goes back, and never beyond what can be recorded.
  private var tick: Tick { min(max(settings.clock.now(), running.now), .latest) }

  /// Decides, commits and answers one batch.
  mutating func serve(_ wishes: [Wish]) {
    let tick = tick
    if let deadline = running.nextDeadline, deadline < tick { _ = try? decide(.tick, at: tick) }
    for wish in wishes { decide(wish, at: tick) }
    guard !records.isEmpty || !answers.isEmpty else { return }
    let snapshot = records.isEmpty ? nil : snapshotIfDue(at: tick)
    let failure = commit(snapshot)
    for answer in answers { answer(failure) }
    facts.removeAll(keepingCapacity: true)
    records.removeAll(keepingCapacity: true)
    answers.removeAll(keepingCapacity: true)
  }

  private mutating func decide(_ wish: Wish, at tick: Tick) {
    switch wish {
    case .ask(let questions, let done):
      var results: [Result<AskReceipt, Rejection>] = []
      results.reserveCapacity(questions.count)
      for question in questions {
        do throws(Rejection) { results.append(.success(try ask(question, at: tick))) } catch {
          results.append(.failure(error))
        }
      }
      answers.append { [results] failure in done(failure.map(Result.failure) ?? .success(results)) }
    case .report(let question, let outcome, let done):
      do throws(Rejection) {
        let receipt = try report(question, outcome, at: tick)
        answers.append { failure in done(failure.map(Result.failure) ?? .success(receipt)) }
      } catch {
        answers.append { failure in done(.failure(failure ?? .rejected(error))) }
      }
    case .note(let input, let done):
      do throws(Rejection) {
        _ = try decide(input, at: tick)
        answers.append { failure in done(failure.map(Result.failure) ?? .success(())) }
      } catch {
        answers.append { failure in done(.failure(failure ?? .rejected(error))) }
      }
    }
  }

  private mutating func ask(_ answers: Answers, at tick: Tick) throws(Rejection) -> AskReceipt {
    var table = PredictionTable(classCount: running.classCount)
    for (seat, shares) in answers.predictions {
      // One model asked by name is refused with its status; of all, those without a voice are left out.
      let isVoiced = running.status(running.registry.models[seat.index]) == .active
      if answers.model != nil || isVoiced { table.append(seat, shares) }
    }
    let question = running.nextQuestion
    let asking = Asking(
      question: question, features: answers.features, origin: answers.origin, table: table,
      judgement: settings.failure?.judgement(question, table.seats))
    guard case .asked(let event) = try decide(.ask(asking), at: tick)[0] else {
      preconditionFailure("asking leads to an asked event")
    }
    let weights = running.weights
    return AskReceipt(
      event: event, position: chain.head.position,
      balances: table.seats.map { running.registry.models[$0.index].balance },
      weights: table.seats.map { weights[$0.index] })
  }

  private mutating func report(
    _ question: QuestionID, _ outcome: Int, at tick: Tick
  ) throws(Rejection) -> SettlementReceipt {
    guard case .settled(let event) = try decide(.report(question, class: outcome), at: tick)[0] else {
      preconditionFailure("an outcome leads to a settled event")
    }
    return SettlementReceipt(
      event: event, position: chain.head.position,
      balances: event.seats.map { running.registry.models[$0.index].balance })
  }

  private mutating func decide(_ input: Input, at tick: Tick) throws(Rejection) -> [Event] {
    let events: [Event]
    do throws(Rejection) { events = try running.decide(input, at: tick).events } catch {
      shared.countRefusal()
      throw error
    }
    for event in events { take(event, at: tick) }
    return events
  }

  private mutating func take(_ event: Event, at tick: Tick) {
    running.apply(event, at: tick)
    facts.append((event, tick))
    records.append(chain.seal(event, at: tick))
  }

  private mutating func snapshotIfDue(at tick: Tick) -> StoredSnapshot? {
    guard running.position - lastSnapshot >= settings.snapshotInterval else { return nil }
    return snapshot(at: tick)
  }

  private mutating func snapshot(at tick: Tick) -> StoredSnapshot {
    let state = running.state
    let snapshot = StoredSnapshot(position: running.position, digest: Digest.sha256(state), state: state)
    take(.snapshotted(Snapshotted(position: snapshot.position, state: snapshot.digest)), at: tick)
    return snapshot
  }

  private mutating func finishWithSnapshot() {
    let snapshot = snapshot(at: tick)
    if let failure = commit(snapshot) { settings.warn("the last snapshot was not stored: \(failure)") }
    facts.removeAll()
    records.removeAll()
  }

  private mutating func commit(_ snapshot: StoredSnapshot?) -> HostError? {
    guard !records.isEmpty else { return nil }
    let began = DispatchTime.now()
    do throws(LedgerError) { try store.append(records, snapshot: snapshot) } catch {
      isStalled = true
      shared.countFailure()
      let committed = shared.committed
      running = committed.council
      chain = Chain(head: committed.head)
      return .ledger(error)
    }
    if let snapshot { lastSnapshot = snapshot.position }
    let nanoseconds = DispatchTime.now().uptimeNanoseconds - began.uptimeNanoseconds
    shared.take(facts, head: chain.head, nanoseconds: nanoseconds)
    isStalled = false
    isViewBehind = true
    return nil
  }

  private mutating func writeView(isFinal: Bool = false) {
    guard let file, isViewBehind || isFinal else { return }
    let due = viewWritten + .milliseconds(viewPause)
    guard isFinal || DispatchTime.now() >= due else { return }
    viewWritten = .now()
    do {
      try file.write(RegistryView(running, head: chain.head), isFinal: isFinal)
      isViewBehind = false
      isViewStalled = false
    } catch {
      if !isViewStalled || isFinal {
        settings.warn("\(file.path) could not be written (\(error.localizedDescription)): it is tried again")
      }
      isViewStalled = true
    }
  }
}
