import Foundation
import Ledger
import ProtocolCore
import Quantities
import Runtime
import Synchronization
import Testing

@Suite struct ViewTests {
  private func read(_ path: String) -> [UInt8] { FileManager.default.contents(atPath: path).map { [UInt8]($0) } ?? [] }

  @Test func `the view follows soon and is exact at the stop`() async throws {
    try await withFolder { folder in
      let path = folder + "/model_registry.json"
      let store = TestStore()
      let host = try Host(store, for: purpose(), settings: settings(failing: 300_000_000) { $0.viewPath = path })
      await eventually { RegistryView.head(in: read(path)) == host.read { $0.head } }
      for i in UInt64(0)..<20 { _ = try await ask(host, answers(i)) }
      await eventually { RegistryView.head(in: read(path)) == host.read { $0.head } }
      for i in UInt64(0)..<20 { _ = try await ask(host, answers(i)) }
      host.stop()
      let (council, head) = host.read { ($0.council, $0.head) }
      #expect(read(path) == Array(RegistryView(council, head: head).text.utf8))
      #expect(head.position == council.position)
      #expect(Verification(of: store, view: read(path)).faults == [])
      #expect(try FileManager.default.contentsOfDirectory(atPath: folder) == ["model_registry.json"])
    }
  }

  @Test func `a view ahead of the ledger is refused, one behind it is not`() async throws {
    try await withFolder { folder in
      let path = folder + "/model_registry.json"
      let store = TestStore()
      let host = try Host(store, for: purpose(), settings: settings(failing: 1) { $0.viewPath = path })
      for i in UInt64(0)..<5 { _ = try await ask(host, answers(i)) }
      host.stop()
      let view = read(path)
      let records = try store.records(after: 0, limit: .max)
      let cut = MemoryLedger()
      try cut.append(Array(records[..<6]), snapshot: nil)
      let error = #expect(throws: HostError.self) {
        try Host(TestStore(cut), for: purpose(), settings: settings { $0.viewPath = path })
      }
      guard case .viewAhead(let noted, let head)? = error else {
        Issue.record("refused with \(String(describing: error))")
        return
      }
      #expect(noted.position == UInt64(records.count))
      #expect(head.position == 6)
      #expect(read(path) == view, "nothing is written")
      #expect(try cut.head().position == 6)
      // Another history at the same position is no better.
      let other = TestStore()
      let another = try Host(other, for: purpose(predictors: 9), settings: settings(failing: 1))
      for i in UInt64(0)..<9 { _ = try await ask(another, answers(i)) }
      another.stop()
      #expect(throws: HostError.self) {
        try Host(other, for: purpose(predictors: 9), settings: settings { $0.viewPath = path })
      }
      // The ledger has gone on without the view.
      let further = try Host(store, for: purpose(), settings: settings(failing: 1))
      _ = try await ask(further, answers(1))
      further.stop()
      try Host(store, for: purpose(), settings: settings { $0.viewPath = path }).stop()
    }
  }

  @Test func `a file that is no view is replaced, with a word`() async throws {
    try await withFolder { folder in
      let path = folder + "/model_registry.json"
      try Data("{\"half".utf8).write(to: URL(fileURLWithPath: path))
      let warnings = Mutex<[String]>([])
      let host = try Host(
        TestStore(), for: purpose(),
        settings: settings {
          $0.viewPath = path
          $0.warn = { text in warnings.withLock { $0.append(text) } }
        })
      host.stop()
      #expect(warnings.withLock { $0.count } == 1)
      #expect(RegistryView.head(in: read(path)) == host.read { $0.head })
    }
  }

  @Test func `a view that cannot be written stops nothing and is complained about once`() async throws {
    try await withFolder { folder in
      let warnings = Mutex<[String]>([])
      let host = try Host(
        TestStore(), for: purpose(),
        settings: settings(failing: 1) {
          $0.viewPath = folder + "/absent/model_registry.json"
          $0.viewDelay = 1
          $0.warn = { text in warnings.withLock { $0.append(text) } }
        })
      await eventually { warnings.withLock { $0.count } == 1 }
      for i in UInt64(0)..<20 {
        _ = try await ask(host, answers(i))
        await pause()
      }
      #expect(warnings.withLock { $0.count } == 1)
      host.stop()
      #expect(warnings.withLock { $0.count } == 2, "once more at the stop, since it is the last chance")
    }
  }
}
