import Foundation
import Ledger
import ProtocolCore
import Quantities

/// The host's one consumer: decides wishes in memory, seals their events and hands them on to be committed.
///
/// It owns the running council, which goes ahead of the disk while earlier groups are flushed. The committed one is
/// moved on by the same events once they are on the disk, and is what readers see. If a commit fails, all that was
/// decided on top of it is refused, and the running council starts again from the committed one. Nothing was told, so
/// nothing needs to be taken back, and the next group tries the disk again.
struct HostLoop {
  private let settings: HostSettings
  private let shared: SharedState
  private let queue: WishQueue
  private let lane: CommitLane
  private var running: Council
  private var chain: Chain
  private var lastSnapshot: UInt64
  private var outstanding = 0
  private var group = CommitGroup()
  private var writer = CanonicalWriter()

  // How many questions and outcomes are decided before they are handed on, so that a flush can begin with them.
  private static let sliceMax = 8

  // How long to wait, in milliseconds, before the disk is tried again without a wish that asks for it.
  private static let retryDelay = 1_000

  init(settings: HostSettings, shared: SharedState, queue: WishQueue, lane: CommitLane) {
    self.settings = settings
    self.shared = shared
    self.queue = queue
    self.lane = lane
    let committed = shared.committed
    running = committed.council
    chain = Chain(head: committed.head)
    lastSnapshot = committed.lastSnapshot
  }

  /// Serves until the queue is closed and empty; then stores a last snapshot, and waits for all that is on its way.
  mutating func run() {
    while let taken = queue.take(max: Self.sliceMax, waiting: patience) {
      conclude(taken.returns)
      // Time is looked at when something is asked or the patience has ended, not when a group comes back: one that
      // failed would be tried again at once.
      if !taken.wishes.isEmpty || taken.returns.isEmpty { serve(taken.wishes) }
    }
    awaitReturns()
    if !queue.isAbandoned, running.founding != nil, running.position > lastSnapshot + 1 {
      finishWithSnapshot()
      awaitReturns()
    }
    lane.close()
  }

  private mutating func awaitReturns() {
    while outstanding > 0 { conclude(queue.take(max: 0, waiting: nil)?.returns ?? []) }
  }

  // How long to wait for wishes: until an open question passes its deadline.
  private var patience: Int? {
    guard let deadline = running.nextDeadline else { return nil }
    let now = settings.clock.now()
    guard deadline < now else { return Int(min(deadline.milliseconds - now.milliseconds + 1, 60_000)) }
    // Expired questions are settled at once, unless the disk refused just now.
    return shared.read { $0.figures.isStalled } ? Self.retryDelay : 0
  }

  // Time never goes back, and never beyond what can be recorded.
  private var tick: Tick { min(max(settings.clock.now(), running.now), .latest) }

  private mutating func serve(_ wishes: [Wish]) {
    let tick = tick
    if let deadline = running.nextDeadline, deadline < tick { _ = try? decide(.tick, at: tick) }
    for wish in wishes {
      group.weight += wish.weight
      decide(wish, at: tick)
    }
    if !group.records.isEmpty { addSnapshotIfDue(at: tick) }
    handOn()
  }

  private mutating func handOn() {
    guard !group.isEmpty else { return }
    outstanding += group.count
    lane.add(&group)
  }

  // What was stored is shown to readers and then told. What could not be stored never happened, and neither did what
  // was decided on top of it.
  private mutating func conclude(_ returns: [ReturnedGroup]) {
    for returned in returns {
      outstanding -= returned.group.count
      if let failure = returned.failure {
        shared.countFailure()
        fallBack(failure)
      } else {
        shared.take(returned.group)
      }
      returned.group.answer(returned.failure)
    }
  }

  private mutating func fallBack(_ failure: HostError) {
    var lost = CommitGroup()
    lane.resume(into: &lost)
    let committed = shared.committed
    running = committed.council
    chain = Chain(head: committed.head)
    lastSnapshot = committed.lastSnapshot
    outstanding -= lost.count
    queue.release(lost.weight)
    lost.answer(failure)
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
      group.answers.append { [results] failure in done(failure.map(Result.failure) ?? .success(results)) }
    case .report(let question, let outcome, let done):
      do throws(Rejection) {
        let receipt = try report(question, outcome, at: tick)
        group.answers.append { failure in done(failure.map(Result.failure) ?? .success(receipt)) }
      } catch {
        group.answers.append { failure in done(.failure(failure ?? .rejected(error))) }
      }
    case .open(let inputs, let done):
      do throws(Rejection) {
        for input in inputs { _ = try decide(input, at: tick) }
        group.answers.append { failure in done(failure.map(Result.failure) ?? .success(())) }
      } catch {
        group.answers.append { failure in done(.failure(failure ?? .rejected(error))) }
      }
    }
  }

  private mutating func ask(_ answers: Answers, at tick: Tick) throws(Rejection) -> AskReceipt {
    var table = PredictionTable(classCount: running.classCount, rowCapacity: answers.predictions.count)
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
    return AskReceipt(
      event: event, position: chain.head.position,
      balances: table.seats.map { running.registry.models[$0.index].balance },
      weights: running.weights(of: table.seats))
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
    group.facts.append((event, tick))
    group.records.append(chain.seal(event, at: tick, with: &writer))
  }

  private mutating func addSnapshotIfDue(at tick: Tick) {
    guard running.position - lastSnapshot >= settings.snapshotInterval else { return }
    addSnapshot(at: tick)
  }

  private mutating func addSnapshot(at tick: Tick) {
    let state = running.state
    let snapshot = StoredSnapshot(position: running.position, digest: Digest.sha256(state), state: state)
    take(.snapshotted(Snapshotted(position: snapshot.position, state: snapshot.digest)), at: tick)
    group.snapshot = snapshot
    lastSnapshot = snapshot.position
  }

  private mutating func finishWithSnapshot() {
    addSnapshot(at: tick)
    group.answers.append { [warn = settings.warn] failure in
      if let failure { warn("the last snapshot was not stored: \(failure)") }
    }
    handOn()
  }
}
