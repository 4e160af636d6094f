import Hummingbird
import Learning
import LedgerSQLite
import Logging
import NIOCore
import ProtocolCore
import Quantities
import Runtime
import Server

/// What stands behind the load: the council, or the ceiling.
enum Served: String, CaseIterable {
  /// The server of Witan: three models, the pool, the council, the ledger.
  case council
  /// A bare Hummingbird server that decodes and encodes JSON with Foundation's coders and commits as many bytes.
  case echo

  /// Serves on a free port, with a ledger in `folder`, until SIGTERM; calls `onReady` with the port.
  ///
  /// - Parameter byteCount: the size of the ceiling's events.
  func run(folder: String, byteCount: Int, onReady: @escaping @Sendable (Int) async -> Void) async throws {
    let store = try SQLiteLedger.open(folder: folder, mode: .write)
    var logger = Logger(label: "benchmark")
    logger.logLevel = .error
    switch self {
    case .council: try await Self.council(store, logger, onReady)
    case .echo: try await Self.echo(try GroupCommit(store, byteCount: byteCount), logger, onReady)
    }
  }

  private static func council(
    _ store: SQLiteLedger, _ logger: Logger, _ onReady: @escaping @Sendable (Int) async -> Void
  ) async throws {
    let data = try DatasetManager.iris.split(seed: 1)
    let panel = Panel(try ModelPredictor(training: ModelKind.allCases, on: data, seed: 1, threads: 2))
    let purpose = HostPurpose(
      data: Digest.sha256([]), classes: panel.predictor.classNames,
      models: panel.ids.map { ($0, Digest.sha256(Array($0.name.utf8))) }, ledger: Array(0..<16))
    var hostSettings = HostSettings()
    // Fails so rarely that nobody is suspended in the middle of a run; the work is the same at any rate.
    hostSettings.failure = SimulatedFailure(rate: 50_000_000, seed: 1)
    let host = try Host(store, for: purpose, settings: hostSettings)
    var settings = ServerSettings()
    settings.port = 0
    try await CouncilServer(host: host, panel: panel, settings: settings, logger: logger).run(onReady: onReady)
    host.stop()
  }

  private struct Echo: ResponseCodable {
    let features: [Double]
  }

  private static func echo(
    _ commits: GroupCommit, _ logger: Logger, _ onReady: @escaping @Sendable (Int) async -> Void
  ) async throws {
    let router = Router()
    router.post("predict") { request, context in
      let echo = try await request.decode(as: Echo.self, context: context)
      await commits.commit()
      return echo
    }
    let application = Application(
      router: router, configuration: ApplicationConfiguration(address: .hostname("127.0.0.1", port: 0)),
      onServerRunning: { channel in await onReady(channel.localAddress?.port ?? 0) }, logger: logger)
    try await application.runService()
  }
}
