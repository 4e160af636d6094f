import Foundation
import Quantities
import Simulation
import Testing

@Suite struct RecordedMembersTests {
  private static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    .appendingPathComponent("shared/data/streams")
  private static let areThere = FileManager.default.fileExists(atPath: folder.path)

  private static func scenario(_ path: String, names: [String] = [], questions: Int) throws -> Scenario {
    var scenario = Scenario()
    scenario.questionCount = questions
    scenario.questions = .stream(StreamQuestions(path: path))
    scenario.groups = [Group(name: "models")]
    scenario.groups[0].source = .recorded(names)
    return try scenario.readingData()
  }

  /// Three questions, two models; `bob` has nothing to say to the second, and nobody knows what the third was.
  private static func withStream(_ body: (String) throws -> Void) throws {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent(
      "witan-\(UInt64.random(in: 0...UInt64.max))")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let predictions = """
      question,model,class,probability
      a,ada,0,0.75
      a,ada,1,0.25
      a,bob,1,1
      b,ada,0,0.5
      b,ada,1,0.5
      c,ada,1,1
      c,bob,0,1
      """
    let outcomes = """
      question,class,delay
      a,1,1
      b,0,3
      """
    try predictions.write(to: folder.appendingPathComponent("predictions.csv"), atomically: true, encoding: .utf8)
    try outcomes.write(to: folder.appendingPathComponent("outcomes.csv"), atomically: true, encoding: .utf8)
    try body(folder.path)
  }

  @Test func `truths, delays and rows are those of the stream, and what is absent stays absent`() throws {
    try Self.withStream { path in
      let scenario = try Self.scenario(path, questions: 3)
      #expect(scenario.groups[0].count == 2)
      #expect(scenario.classCount == 2)
      let population = try Population(scenario, replicate: 0)
      #expect((1...3).map { population.truth($0) } == [1, 0, nil])
      #expect((1...3).map { population.outcome($0)?.delay } == [1_000, 3_000, nil])
      var row: [UInt32] = [1, 2]
      #expect(population.honest(1, 0, into: &row))
      #expect(row == [750_000_000, 250_000_000])
      row = [1, 2]
      #expect(!population.honest(2, 1, into: &row))
      #expect(row == [1, 2])
      var rows = [UInt32](repeating: 9, count: 4)
      population.rows(2, group: 0, places: 0..<2, into: &rows)
      #expect(rows == [500_000_000, 500_000_000, 0, 0])
      #expect(population.groups[0].canBeAbsent)
    }
  }

  @Test func `models are taken by name, in the order named`() throws {
    try Self.withStream { path in
      let population = try Population(Self.scenario(path, names: ["bob", "ada"], questions: 3), replicate: 0)
      var row: [UInt32] = [0, 0]
      #expect(population.honest(1, 0, into: &row))
      #expect(row == [0, 1_000_000_000])
      #expect(throws: PopulationError.unknownModel(group: "models", name: "bib", nearest: "bob")) {
        try Population(Self.scenario(path, names: ["bib"], questions: 3), replicate: 0)
      }
    }
  }

  @Test func `more questions or members than were recorded are refused`() throws {
    try Self.withStream { path in
      #expect(throws: PopulationError.tooManyQuestions(asked: 4, recorded: 3)) {
        try Population(Self.scenario(path, questions: 4), replicate: 0)
      }
      var scenario = try Self.scenario(path, questions: 3)
      scenario.groups[0].count = 3
      #expect(throws: PopulationError.tooManyMembers(group: "models", count: 3, available: 2)) {
        try Population(scenario, replicate: 0)
      }
    }
  }

  @Test(.enabled(if: areThere, "the streams lie outside of the project and are absent"))
  func `a shared stream has the accuracy of its best model on record`() throws {
    let scenario = try Self.scenario(Self.folder.appendingPathComponent("magic_shards").path, questions: 6_000)
    let population = try Population(scenario, replicate: 0)
    #expect(population.memberCount == 20)
    var right = [Int](repeating: 0, count: 20)
    var answered = [Int](repeating: 0, count: 20)
    var row: [UInt32] = [0, 0]
    for question in 1...6_000 {
      let truth = try #require(population.truth(question))
      for member in 0..<20 where population.honest(question, member, into: &row) {
        answered[member] += 1
        right[member] += Billionths.top(row) == truth ? 1 : 0
      }
    }
    let whole = zip(right, answered).filter { $0.1 == 6_000 }.map { Double($0.0) / 6_000 }
    // 0.7703 is the accuracy of the model with the least log loss in the reference table.
    #expect(whole.contains { abs($0 - 0.7703) < 0.0001 })
    #expect(answered.contains { $0 < 6_000 })
  }
}
