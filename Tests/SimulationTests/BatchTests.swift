import Foundation
import Quantities
import Simulation
import Testing

@Suite struct BatchTests {
  private static let scenario = """
    questions: {count: 60}
    groups:
      - {name: honest, count: 4}
      - {name: sybils, count: 2, strategy: sybil_split}
    replicates: 3
    sweep: {over: {rules.incentive: [weighted_score, equal_split], groups.sybils.count: [0, 3]}}
    """

  private func inFolder(_ body: (String) throws -> Void) throws {
    let folder = FileManager.default.temporaryDirectory.path + "/witan-batch-\(UUID().uuidString)"
    defer { try? FileManager.default.removeItem(atPath: folder) }
    try body(folder)
  }

  @Test func `any number of threads comes to the same`() throws {
    let batch = try Batch(Scenario(yaml: Self.scenario))
    #expect(batch.runCount == 12)
    let one = try batch.run(threads: 1)
    #expect(one.cells.map(\.records.count) == [3, 3, 3, 3])
    for threads in [2, 3, 16] { #expect(try batch.run(threads: threads) == one) }
    #expect(Set(one.cells.flatMap(\.records).map(\.hash)).count == 12)
  }

  @Test func `replicates are the same whatever runs beside them`() throws {
    let all = try Batch(Scenario(yaml: Self.scenario)).run(threads: 2)
    let single = try Scenario(
      yaml: Self.scenario,
      changes: [
        Scenario.Change(path: "sweep", value: "null"), Scenario.Change(path: "rules.incentive", value: "equal_split"),
        Scenario.Change(path: "groups.sybils.count", value: "3"),
      ])
    #expect(try Batch(single).run().cells[0].records == all.cells[3].records)
  }

  @Test func `a batch goes on where it stopped, and comes to the same`() throws {
    try inFolder { folder in
      let batch = try Batch(Scenario(yaml: Self.scenario))
      let store = RunStore(folder: folder, version: "1")
      let whole = try batch.run(threads: 2, store: store)
      #expect(store.count == 12)
      for name in ["run-0-1.json", "run-3-2.json"] { try FileManager.default.removeItem(atPath: "\(folder)/\(name)") }
      let kept = try FileManager.default.attributesOfItem(atPath: "\(folder)/run-2-0.json")[.modificationDate] as? Date
      #expect(try batch.run(threads: 1, store: store) == whole)
      #expect(store.count == 12)
      let after = try FileManager.default.attributesOfItem(atPath: "\(folder)/run-2-0.json")[.modificationDate] as? Date
      #expect(after == kept)
      store.remove()
      #expect(store.count == 0)
    }
  }

  @Test func `more replicates keep those that are there`() throws {
    try inFolder { folder in
      let store = RunStore(folder: folder, version: "1")
      _ = try Batch(Scenario(yaml: Self.scenario)).run(store: store)
      let more = try Scenario(yaml: Self.scenario, changes: [Scenario.Change(path: "replicates", value: "4")])
      #expect(try Batch(more).run(store: store) == Batch(more).run())
      #expect(store.count == 16)
    }
  }

  @Test func `a kept run of another scenario or version is refused, and so is a damaged one`() throws {
    try inFolder { folder in
      let scenario = try Scenario(yaml: Self.scenario)
      let store = RunStore(folder: folder, version: "1")
      _ = try Batch(scenario).run(store: store)
      let other = try scenario.changing([Scenario.Change(path: "seed", value: "2")])
      #expect(throws: RunStoreError.foreign(file: "\(folder)/run-0-0.json", folder: folder)) {
        try Batch(other).run(store: store)
      }
      #expect(throws: RunStoreError.foreign(file: "\(folder)/run-0-0.json", folder: folder)) {
        try Batch(scenario).run(store: RunStore(folder: folder, version: "2"))
      }
      let file = URL(fileURLWithPath: "\(folder)/run-0-0.json")
      let bytes = try Data(contentsOf: file)
      for length in [0, 1, bytes.count / 2, bytes.count - 1] {
        try bytes.prefix(length).write(to: file)
        #expect(throws: RunStoreError.self) { try Batch(scenario).run(store: store) }
      }
      let text = String(decoding: bytes, as: UTF8.self)
      try Data(text.replacing("\"program\":\"1\"", with: "\"program\":\"1\",\"x\":1").utf8).write(to: file)
      #expect(throws: RunStoreError.self) { try Batch(scenario).run(store: store) }
    }
  }

  @Test func `progress comes to the end`() throws {
    let done = ProgressProbe()
    _ = try Batch(Scenario(yaml: Self.scenario, changes: [Scenario.Change(path: "questions.count", value: "4000")]))
      .run(threads: 2) { done.note($0) }
    for progress in done.all {
      #expect(progress.runCount == 12)
      #expect(progress.questionsDone <= progress.questionCount)
      #expect(progress.questionCount == 48_000)
      #expect(progress.line.contains("of 12 runs"))
    }
    let progress = BatchProgress(
      runsDone: 3, runCount: 40, questionsDone: 1_000_000, questionsKept: 0, questionCount: 9_000_000, seconds: 10)
    #expect(progress.line == "3 of 40 runs, 11 %, 100,000 questions/s, 80 s left")
  }

  @Test func `a summary has a row for each group of each cell`() throws {
    let summary = BatchSummary(try Batch(Scenario(yaml: Self.scenario)).run(threads: 2))
    #expect(summary.groups.rows.count == 8)
    #expect(summary.consensus.rows.count == 4)
    #expect(summary.groups.rows[0][0] == .text("rules.incentive=weighted_score, groups.sybils.count=0"))
    let document = try #require(
      try JSONSerialization.jsonObject(with: Data(summary.json.rendered().utf8)) as? [String: Any])
    #expect((document["hash"] as? String)?.count == 64)
    #expect((document["cells"] as? [Any])?.count == 4)
  }
}

/// Remembers the news of a batch.
private final class ProgressProbe: @unchecked Sendable {
  private let lock = NSLock()
  private var seen: [BatchProgress] = []
  func note(_ progress: BatchProgress) { lock.withLock { seen.append(progress) } }
  var all: [BatchProgress] { lock.withLock { seen } }
}
