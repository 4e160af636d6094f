import Dispatch
import Learning
import Ledger
import Logging
import ProtocolCore
import Quantities
import Runtime
import Server
import ServiceLifecycle
import Synchronization

/// A ledger in memory that can be told to refuse or to hold back what is appended.
final class TroubledLedger: LedgerStore {
  private let base = MemoryLedger()
  private let trouble = Mutex<LedgerError?>(nil)
  private let held = Mutex<DispatchSemaphore?>(nil)

  /// Whether appending fails as on a full disk.
  func setFull(_ isFull: Bool) { trouble.withLock { $0 = isFull ? .diskFull(path: "ledger") : nil } }

  /// Holds every transaction back until `release`.
  func hold() { held.withLock { $0 = DispatchSemaphore(value: 0) } }

  /// Lets what was held back and all that follows through.
  func release() {
    held.withLock { held in
      held?.signal()
      held = nil
    }
  }

  func head() throws(LedgerError) -> LedgerHead { try base.head() }

  func append(_ records: [LedgerRecord], snapshot: StoredSnapshot?) throws(LedgerError) {
    if let held = held.withLock({ $0 }) { held.wait() }
    if let error = trouble.withLock({ $0 }) { throw error }
    try base.append(records, snapshot: snapshot)
  }

  func records(after position: UInt64, limit: Int) throws(LedgerError) -> [LedgerRecord] {
    try base.records(after: position, limit: limit)
  }

  func snapshots() throws(LedgerError) -> [StoredSnapshot] { try base.snapshots() }
  func checkFile() throws(LedgerError) { try base.checkFile() }
  func close() { base.close() }
}

/// A council on Iris behind a server on a free port, for as long as one test takes.
struct TestCouncil: Sendable {
  let host: Host
  let ledger: TroubledLedger
  let port: Int
  private let group: ServiceGroup

  static let panel: Panel = {
    do {
      var settings = ModelSettings()
      settings.randomForest.estimatorCount = 10
      settings.gradientBoosting.iterationsMax = 10
      let data = try DatasetManager.iris.split(seed: 1)
      return Panel(
        try ModelPredictor(training: ModelKind.allCases, settings: settings, on: data, seed: 1, threads: 1))
    } catch {
      preconditionFailure("Iris trains: \(error)")
    }
  }()

  /// Runs `body` against a server, then stops it.
  static func with(
    failureRate: Double = 0, rules: Rules = Rules(), waitingMax: Int = 16_384,
    settings: ServerSettings = ServerSettings(), _ body: @Sendable (TestCouncil) async throws -> Void
  ) async throws {
    let ledger = TroubledLedger()
    var hostSettings = HostSettings()
    hostSettings.failure = SimulatedFailure(rate: UInt32(failureRate * 1e9), seed: 1)
    hostSettings.waitingMax = waitingMax
    var purpose = HostPurpose(
      data: Digest.sha256([1]), classes: panel.predictor.classNames,
      models: panel.ids.map { ($0, Digest.sha256(Array($0.name.utf8))) }, ledger: Array(0..<16))
    purpose.rules = rules
    let host = try Host(ledger, for: purpose, settings: hostSettings)
    var settings = settings
    settings.port = 0
    var logger = Logger(label: "test")
    logger.logLevel = .critical
    let server = CouncilServer(host: host, panel: panel, settings: settings, logger: logger)
    let (ports, ready) = AsyncStream.makeStream(of: Int.self)
    let group = ServiceGroup(
      services: [server.application { ready.yield($0) }], logger: logger)
    try await withThrowingTaskGroup(of: Void.self) { tasks in
      tasks.addTask { try await group.run() }
      guard let port = await ports.first(where: { _ in true }) else { return }
      do {
        try await body(TestCouncil(host: host, ledger: ledger, port: port, group: group))
      } catch {
        ledger.release()
        await group.triggerGracefulShutdown()
        throw error
      }
      ledger.release()
      await group.triggerGracefulShutdown()
      try await tasks.waitForAll()
    }
    host.stop()
  }

  /// Begins a graceful stop, as SIGTERM does.
  func stop() async { await group.triggerGracefulShutdown() }

  /// A new connection.
  func connect() throws -> RawConnection { try RawConnection(port: port) }

  /// One request on a connection of its own; the reply has status 0 where there is no connection.
  func exchange(
    _ method: String, _ path: String, _ body: String? = nil, type: String? = "application/json", headers: [String] = []
  ) async -> Reply {
    guard let connection = try? connect() else { return Reply() }
    return await connection.exchange(method, path, body, type: type, headers: headers)
  }

  /// What may not change when something is refused.
  var state: [UInt8] { host.read { $0.council.state + $0.head.hash.bytes } }
}

/// Rows of Iris as a request has them.
enum Row {
  static let setosa = "[5.1, 3.5, 1.4, 0.2]"
  static let virginica = "[6.3, 3.3, 6.0, 2.5]"
}
