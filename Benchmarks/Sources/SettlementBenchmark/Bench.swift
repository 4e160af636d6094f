import Dispatch
import Learning
import Ledger
import LedgerSQLite
import ProtocolCore
import Quantities
import Runtime

/// The two things that this benchmark does, with the same models as `witan run` on Iris.
struct Bench: Sendable {
  private let data: PreparedData
  private let panel: Panel
  private let digest: Digest

  init() throws {
    data = try DatasetManager.iris.split(seed: 1)
    panel = Panel(try ModelPredictor(training: ModelKind.allCases, on: data, seed: 1, threads: 2))
    digest = Digest.sha256(DatasetManager.iris.canonicalBytes)
  }

  private func host(_ folder: String) throws -> Host {
    var settings = HostSettings()
    settings.failure = SimulatedFailure(rate: 300_000_000, seed: 1)
    settings.viewPath = folder + "/" + RegistryView.fileName
    settings.waitingMax = 1 << 20
    let models = try zip(panel.ids, panel.predictor.files).map { (id: $0, predictor: Digest.sha256(try $1.json())) }
    let purpose = HostPurpose(
      data: digest, classes: data.classNames, models: models, ledger: [UInt8](repeating: 7, count: 16))
    return try Host(SQLiteLedger.open(folder: folder, mode: .write), for: purpose, settings: settings)
  }

  private func answers(_ host: Host, _ i: Int) -> Answers {
    let row = Array(data.test.features.row(i % data.test.rowCount))
    return panel.answers(row, model: nil, seats: host.seats, origin: .caller).answers
  }

  /// Fills a state folder until its ledger has `events` events.
  func fill(_ folder: String, events: UInt64) async throws {
    let host = try host(folder)
    let questions = (0..<1_000).map { answers(host, $0) }
    while host.read({ $0.head.position }) < events { _ = try await host.ask(questions) }
    print("\(host.read { $0.head.position }) events")
    host.stop()
  }

  /// Sixty-four callers settle for a while; then SQLite stores records of the same size in groups of 64; and again.
  func compare(_ folder: String, seconds: Double, rounds: Int) async throws {
    var ratios: [Double] = []
    var cpuRatios: [Double] = []
    for round in 1...rounds {
      let ours = try await settle("\(folder)/witan-\(round)", seconds: seconds)
      let bare = try BareStore(path: "\(folder)/bare-\(round).sqlite").run(
        seconds: seconds, bytes: ours.bytesPerEvent, group: 64)
      ratios.append(ours.rate / bare.rate)
      cpuRatios.append(ours.cpuMicroseconds / bare.cpuMicroseconds)
      print(
        "round \(round): host \(Int(ours.rate))/s, \(fixed(ours.cpuMicroseconds)) µs CPU, group "
          + "\(fixed(ours.group)); bare SQLite \(Int(bare.rate))/s, \(fixed(bare.cpuMicroseconds)) µs CPU; "
          + "\(ours.bytesPerEvent) bytes; ratio \(fixed(ratios[ratios.count - 1]))")
    }
    ratios.sort()
    cpuRatios.sort()
    print("median ratio of rates \(fixed(ratios[ratios.count / 2])), of CPU \(fixed(cpuRatios[cpuRatios.count / 2]))")
  }

  private func settle(_ folder: String, seconds: Double) async throws -> Figures {
    let host = try host(folder)
    let before = host.read { ($0.figures.events, $0.figures.commits) }
    let cpu = cpuSeconds()
    let start = DispatchTime.now().uptimeNanoseconds
    let end = start + UInt64(seconds * 1e9)
    // Answers are made beforehand: this measures deciding, sealing, storing and paying.
    let prepared = (0..<64).map { answers(host, $0) }
    await withTaskGroup(of: Void.self) { group in
      for caller in 0..<64 {
        group.addTask {
          while DispatchTime.now().uptimeNanoseconds < end { _ = try? await host.ask([prepared[caller]]) }
        }
      }
    }
    let elapsed = Double(DispatchTime.now().uptimeNanoseconds - start) / 1e9
    let spent = cpuSeconds() - cpu
    let after = host.read { ($0.figures.events, $0.figures.commits) }
    let count = Double(after.0 - before.0)
    let bytes = try host.records(after: 10, limit: 1_000).map { $0.body.count }
    host.stop()
    return Figures(
      rate: count / elapsed, cpuMicroseconds: spent / count * 1e6, group: count / Double(after.1 - before.1),
      bytesPerEvent: bytes.reduce(0, +) / max(1, bytes.count))
  }
}
