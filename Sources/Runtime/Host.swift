import Foundation
import Ledger
import ProtocolCore
import Quantities
import Synchronization

/// The local host: carries one council into the world, in one process.
///
/// Callers wait here while one thread decides and another commits and answers, in groups (group commit): the next group
/// is decided while the last one is flushed. An answer is given only when its events are on the disk.
public final class Host: Sendable {
  /// How the host works.
  public let settings: HostSettings
  /// Whether the ledger was begun by this host.
  public let isNew: Bool
  /// The seat of each model that answers here, in the order of `HostPurpose.models`.
  public let seats: [Seat]
  private let store: any LedgerStore
  private let shared: SharedState
  private let queue: WishQueue
  private let ended = DispatchGroup()

  /// Opens a ledger, or begins one, and lets its models join.
  ///
  /// - Throws: `HostError.otherData`, `.viewAhead`, and what the ledger says; nothing is written then.
  public init(_ store: some LedgerStore, for purpose: HostPurpose, settings: HostSettings) throws(HostError) {
    let replay: Replay
    do throws(LedgerError) { replay = try Replay.latest(of: store) } catch { throw .ledger(error) }
    replay.warnings.forEach(settings.warn)
    if let founding = replay.council.founding, founding.data != purpose.data {
      throw .otherData(given: purpose.data, recorded: founding.data)
    }
    try Self.checkView(settings, store, head: replay.chain.head)
    self.settings = settings
    self.store = store
    isNew = replay.council.founding == nil
    shared = SharedState(
      Committed(council: replay.council, head: replay.chain.head, lastSnapshot: replay.start))
    queue = WishQueue(limit: settings.waitingMax)
    let lane = CommitLane(max: settings.batchMax)
    // Each is handed over whole: a second reference would keep the council of the start alive for good.
    let loop = HostLoop(settings: settings, shared: shared, queue: queue, lane: lane)
    Self.start("witan-host", ended, loop) { loop in loop.run() }
    let committer = Committer(store: store, settings: settings, shared: shared, queue: queue, lane: lane)
    Self.start("witan-commit", ended, committer) { committer in committer.run() }
    if let failure = Self.open(Self.opening(purpose, replay.council), queue) {
      queue.close(isAbandoned: true)
      ended.wait()
      throw failure
    }
    seats = shared.read { committed in purpose.models.compactMap { committed.council.registry[$0.id]?.seat } }
  }

  private static func start<Worker: Sendable>(
    _ name: String, _ ended: DispatchGroup, _ worker: consuming Worker,
    _ run: @escaping @Sendable (inout Worker) -> Void
  ) {
    let handover = Mutex<Worker?>(worker)
    let thread = Thread {
      if var worker = handover.withLock({ $0.take() }) { run(&worker) }
      ended.leave()
    }
    thread.name = name
    thread.stackSize = 1 << 20
    ended.enter()
    thread.start()
  }

  // Waits until the ledger is up to the purpose; says why if it cannot be brought there.
  private static func open(_ inputs: [Input], _ queue: WishQueue) -> HostError? {
    let done = DispatchSemaphore(value: 0)
    let failure = Mutex<HostError?>(nil)
    do throws(HostError) {
      try queue.push(
        .open(inputs) { result in
          if case .failure(let error) = result { failure.withLock { $0 = error } }
          done.signal()
        })
    } catch { return error }
    done.wait()
    return failure.withLock { $0 }
  }

  // What brings the ledger up to the purpose: its founding, models that are new, predictors that have changed.
  private static func opening(_ purpose: HostPurpose, _ council: Council) -> [Input] {
    var inputs: [Input] = []
    if council.founding == nil {
      inputs.append(
        .found(
          Founding(ledger: purpose.ledger, data: purpose.data, classes: purpose.classes, rules: purpose.rules)))
    }
    for (id, predictor) in purpose.models {
      inputs.append(
        council.registry[id] == nil ? .register(id, predictor: predictor) : .retrain(id, predictor: predictor))
    }
    return inputs
  }

  // A view that knows more than the ledger tells of a lost tail. One that cannot be read tells nothing.
  private static func checkView(
    _ settings: HostSettings, _ store: some LedgerStore, head: LedgerHead
  ) throws(HostError) {
    guard let path = settings.viewPath, let bytes = RegistryFile(path: path).read() else { return }
    guard let view = RegistryView.head(in: bytes) else {
      settings.warn("\(path) is not a registry and is written anew")
      return
    }
    guard view.position > 0 else { return }
    let recorded: [LedgerRecord]
    do throws(LedgerError) { recorded = try store.records(after: view.position - 1, limit: 1) } catch {
      throw .ledger(error)
    }
    guard recorded.first?.hash == view.hash else { throw .viewAhead(view: view, head: head) }
  }

  /// Puts questions with their answers into the ledger, each numbered, pooled and perhaps judged; they share a
  /// transaction. The result has one entry for each, in the same order.
  public func ask(_ questions: [Answers]) async throws(HostError) -> [Result<AskReceipt, Rejection>] {
    try await wait { done in .ask(questions, done) }
  }

  /// Puts the outcome of a question into the ledger and settles it.
  public func report(_ question: QuestionID, class outcome: Int) async throws(HostError) -> SettlementReceipt {
    try await wait { done in .report(question, class: outcome, done) }
  }

  /// Reads the council as it stands on the disk. Keep `body` short: commits wait for it.
  public func read<Value: Sendable>(_ body: (borrowing Committed) -> Value) -> Value { shared.read(body) }

  /// Up to `limit` events after `position`, as they are in the ledger.
  public func records(after position: UInt64, limit: Int) throws(LedgerError) -> [LedgerRecord] {
    try store.records(after: position, limit: limit)
  }

  /// How many questions and outcomes wait to be decided.
  public var waiting: Int { queue.waiting }

  /// Takes nothing new, finishes what waits, stores a snapshot and the exact view, and closes the ledger.
  public func stop() {
    queue.close()
    ended.wait()
    store.close()
  }

  private func wait<Value: Sendable>(
    _ wish: (@escaping @Sendable (Result<Value, HostError>) -> Void) -> Wish
  ) async throws(HostError) -> Value {
    let result = await withCheckedContinuation { (continuation: CheckedContinuation<Result<Value, HostError>, Never>) in
      do throws(HostError) {
        try queue.push(wish { continuation.resume(returning: $0) })
      } catch {
        continuation.resume(returning: .failure(error))
      }
    }
    return try result.get()
  }
}
