import Consensus
import Foundation
import Incentives
import Ledger
import ProtocolCore
import Quantities
import Runtime
import Synchronization
import Testing

// Foundation has a `Host` too.
typealias Host = Runtime.Host

/// A clock that a test sets.
final class ManualClock: Sendable {
  private let milliseconds = Mutex<UInt64>(1_700_000_000_000)
  var clock: HostClock { HostClock { [self] in Tick(milliseconds.withLock { $0 }) } }
  func advance(_ by: UInt64) { milliseconds.withLock { $0 += by } }
  func set(_ to: UInt64) { milliseconds.withLock { $0 = to } }
}

/// Lets others run for about a millisecond.
func pause() async { try? await Task.sleep(for: .milliseconds(1)) }

/// Waits until `condition` holds, a minute at most: other tests may keep all threads busy for a while.
func eventually(
  _ location: SourceLocation = #_sourceLocation, _ condition: () throws -> Bool
) async rethrows {
  let deadline = ContinuousClock.now + .seconds(60)
  while try !condition() {
    guard ContinuousClock.now < deadline else {
      Issue.record("it did not happen within a minute", sourceLocation: location)
      return
    }
    await pause()
  }
}

/// Stops `host` on a thread of its own, since that waits; then calls `done`.
func stopAside(_ host: Host, _ done: @escaping @Sendable () -> Void) {
  Thread.detachNewThread {
    host.stop()
    done()
  }
}

let modelNames = ["ada", "bob", "cid"]

/// A purpose of three models and three classes.
func purpose(data: Digest = .zero, predictors: UInt8 = 0, rules: Rules = Rules()) -> HostPurpose {
  var purpose = HostPurpose(
    data: data, classes: ["a", "b", "c"],
    models: modelNames.compactMap { name in
      ModelID(name).map { ($0, Digest.sha256(Array(name.utf8) + [predictors])) }
    }, ledger: [UInt8](repeating: 7, count: 16))
  purpose.rules = rules
  return purpose
}

/// An answer of all three models.
func answers(_ seed: UInt64, model: Int? = nil) -> Answers {
  var random = CounterStream(seed: seed, purpose: 50)
  let predictions = (model.map { [$0] } ?? [0, 1, 2]).map { seat in
    (seat: Seat(seat), shares: Billionths.shares((0..<3).map { _ in UInt64(1 + random.below(100)) }))
  }
  return Answers(
    features: .sha256([UInt8(truncatingIfNeeded: seed)]), origin: .caller,
    model: model.flatMap { ModelID(modelNames[$0]) },
    predictions: predictions)
}

func settings(failing rate: UInt32 = 0, seed: UInt64 = 1, _ change: (inout HostSettings) -> Void = { _ in })
  -> HostSettings
{
  var settings = HostSettings()
  settings.failure = SimulatedFailure(rate: rate, seed: seed)
  change(&settings)
  return settings
}

/// Asks one question; the receipt or the refusal.
func ask(_ host: Host, _ answers: Answers) async throws -> AskReceipt {
  try await host.ask([answers])[0].get()
}

/// A folder that goes when the body ends.
func withFolder(_ body: (String) async throws -> Void) async throws {
  let folder = FileManager.default.temporaryDirectory.appendingPathComponent("witan-\(UUID().uuidString)")
  try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
  defer { try? FileManager.default.removeItem(at: folder) }
  try await body(folder.path)
}
