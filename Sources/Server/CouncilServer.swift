import Hummingbird
import Logging
import NIOCore
import Runtime
import ServiceLifecycle

/// Serves one host's council over HTTP: predictions, outcomes, the registry, the ledger.
///
/// ```swift
/// let server = CouncilServer(host: host, panel: panel, settings: ServerSettings(), logger: logger)
/// try await server.run { port in print("http://127.0.0.1:\(port)") }
/// host.stop()
/// ```
///
/// All bodies are JSON; a refusal is `{"error": …, "code": …}` and changes nothing. An answer leaves only when what it
/// tells is on the disk. Several servers may stand before one host.
public struct CouncilServer: Sendable {
  private let settings: ServerSettings
  private let logger: Logger
  private let answering: Answering
  private let gate: ConnectionGate

  /// A server for `host`, whose models answer through `panel`.
  ///
  /// - Parameters:
  ///   - host: has been opened for the models of `panel`, in the same order.
  ///   - settings: where to listen, and the limits.
  ///   - logger: hears of start and stop at level info, of each request at level debug.
  public init(host: Host, panel: Panel, settings: ServerSettings, logger: Logger) {
    precondition(host.seats.count == panel.ids.count, "the host must have a seat for each model of the panel")
    self.settings = settings
    self.logger = logger
    gate = ConnectionGate(limit: settings.connectionsMax)
    let names = Names(panel, seats: host.seats)
    let traffic = Traffic()
    answering = Answering(
      settings: settings, traffic: traffic,
      predicting: Predicting(host: host, panel: panel, names: names, instancesMax: settings.instancesMax),
      reporting: Reporting(host: host, panel: panel, names: names), registry: RegistryPages(host: host),
      watching: Watching(host: host, traffic: traffic, gate: gate),
      description: APIDescription(panel: panel, settings: settings).bytes)
  }

  /// Serves until SIGTERM or SIGINT; then takes no new request, finishes what it has, and returns.
  ///
  /// The host goes on: stop it afterwards.
  /// - Parameter onReady: called with the port once connections are taken.
  /// - Throws: what the system says if the address cannot be listened on.
  public func run(onReady: @escaping @Sendable (_ boundPort: Int) async -> Void = { _ in }) async throws {
    try await application(onReady: onReady).runService(gracefulShutdownSignals: [.sigterm, .sigint])
  }

  /// The server as a service, for a program that has a `ServiceGroup` of its own.
  public func application(
    onReady: @escaping @Sendable (_ boundPort: Int) async -> Void = { _ in }
  ) -> some ApplicationProtocol {
    let settings = settings
    let gate = gate
    return Application(
      responder: answering,
      server: .http1(
        configuration: HTTP1Channel.Configuration(
          additionalChannelHandlers: [ConnectionGuard(settings: settings, gate: gate)],
          httpDecoderConfiguration: HTTP1Channel.Configuration.DecoderConfiguration(
            maxHeaderFieldSize: settings.headerBytesMax, maxHeaderListSize: settings.headerBytesMax,
            maxHeaderFieldCount: settings.headerFieldsMax))),
      configuration: ApplicationConfiguration(
        address: .hostname(settings.host, port: settings.port),
        availableConnectionsDelegate: .maximum(settings.connectionsMax + ServerSettings.turnedAwayMax, logger: logger)),
      onServerRunning: { channel in await onReady(channel.localAddress?.port ?? settings.port) },
      logger: logger)
  }
}
