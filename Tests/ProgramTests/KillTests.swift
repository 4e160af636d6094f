import Foundation
import Ledger
import LedgerSQLite
import ProtocolCore
import Quantities
import Synchronization
import Testing

/// The server is killed under load, again and again, and what it had acknowledged must be there.
@Suite struct KillTests {
  private static let kills = 200
  private static let callers = 4

  /// What one run of the server acknowledged.
  private struct Acknowledged {
    /// Question, and where the answer said it stands.
    var asked: [String: UInt64] = [:]
    /// Questions whose settlement was told.
    var settled: Set<String> = []
    /// Questions that were sent, answered or not.
    var sent = 0
  }

  @Test(.timeLimit(.minutes(15)))
  func `two hundred kills under load lose no acknowledged settlement and invent none`() throws {
    try Program.withFolder { folder in
      var known = Acknowledged()
      var random = CounterStream(seed: 7)
      for round in 0..<Self.kills {
        // By turns failures are simulated, so that asking settles, and outcomes come from the callers.
        let rate = round % 2 == 0 ? "0.3" : "0"
        let server = try Serving("--failure-rate", rate, "--models", "logistic_regression", folder: folder)
        let answers = UInt64(5 + random.below(120))
        let news = Self.load(server.port, reportsOutcomes: rate == "0", killAfter: answers) { server.kill() }
        known.asked.merge(news.asked) { _, new in new }
        known.settled.formUnion(news.settled)
        known.sent += news.sent
      }
      try Self.check(known, folder)
      let verified = try Program.run("verify", "--json", folder: folder)
      #expect(verified.status == 0, "\(verified.output)")
    }
  }

  // Callers ask, and perhaps report, until the server is dead; it dies when `killAfter` answers have come.
  private static func load(
    _ port: UInt16, reportsOutcomes: Bool, killAfter: UInt64, kill: () -> Void
  ) -> Acknowledged {
    let shared = Mutex(Acknowledged())
    let answered = Atomic<UInt64>(0)
    let ended = DispatchGroup()
    let due = DispatchSemaphore(value: 0)
    for _ in 0..<callers {
      let thread = Thread {
        defer {
          due.signal()
          ended.leave()
        }
        guard let caller = Caller(port: port) else { return }
        while true {
          shared.withLock { $0.sent += 1 }
          guard let ask = caller.post("/predict", #"{"features": [5.9, 3.0, 5.1, 1.8]}"#) else { return }
          guard ask.status == 200, let question = ask.object["question"] as? String,
            let position = ask.object["position"] as? UInt64
          else {
            Issue.record("asking was answered with \(ask)")
            return
          }
          shared.withLock { $0.asked[question] = position }
          if reportsOutcomes {
            let body = #"{"question": "\#(question)", "class": "virginica"}"#
            guard let outcome = caller.post("/outcomes", body) else { return }
            #expect(outcome.status == 200)
          }
          shared.withLock { _ = $0.settled.insert(question) }
          if answered.add(1, ordering: .relaxed).newValue >= killAfter { due.signal() }
        }
      }
      ended.enter()
      thread.start()
    }
    due.wait()
    kill()
    ended.wait()
    return shared.withLock { $0 }
  }

  private static func check(_ known: Acknowledged, _ folder: URL) throws {
    let store = try SQLiteLedger.open(folder: folder.path, mode: .read)
    defer { store.close() }
    var replay = Replay()
    var positions: [String: UInt64] = [:]
    var settled: Set<String> = []
    var byCallers = 0
    try replay.run(through: store) { _, head, event, _ in
      switch event {
      case .asked(let asked):
        positions[asked.question.description] = head.position + 1
        if asked.judged != nil { settled.insert(asked.question.description) }
        if asked.origin == .caller { byCallers += 1 }
      case .settled(let event): settled.insert(event.question.description)
      default: break
      }
    }
    #expect(known.asked.count > KillTests.kills)
    for (question, position) in known.asked { #expect(positions[question] == position) }
    for question in known.settled { #expect(settled.contains(question)) }
    #expect(byCallers <= known.sent, "no question stands in the ledger that nobody asked")
    replay.council.registry.checkInvariants()
  }
}
