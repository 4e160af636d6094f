import Foundation
import Simulation
import Testing

@Suite struct ExampleTests {
  private static let root = URL(fileURLWithPath: #filePath).resolvingSymlinksInPath()
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

  static let names: [String] = {
    let folder = root.appendingPathComponent("Examples").path
    let files = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
    return files.filter { $0.hasSuffix(".yaml") }.sorted()
  }()

  @Test func `there is an example for each of the classic stories`() {
    let stories = [
      "cartel", "copycats", "drift", "hedged_pairs", "honest_majority", "iris", "partition", "payout_griefing",
      "sleeper", "sybils", "whitewashing", "yuma_cabal",
    ]
    #expect(Set(stories.map { "\($0).yaml" }).isSubset(of: Self.names))
  }

  @Test(arguments: names)
  func `each example reads, is a page, and uses keys of the schema`(name: String) throws {
    let path = Self.root.appendingPathComponent("Examples/\(name)").path
    let text = try String(contentsOfFile: path, encoding: .utf8)
    #expect(text.split(separator: "\n", omittingEmptySubsequences: false).count <= 70)
    #expect(text.contains("# What to look for"))
    let schema = try #require(
      try JSONSerialization.jsonObject(with: Data(ScenarioSchema.json.utf8)) as? [String: Any])
    for key in ScenarioRoundTripTests.paths(text) {
      #expect(ScenarioRoundTripTests.knows(schema, key), "the schema does not know \(key.joined(separator: "."))")
    }
    switch try ScenarioFile(path: path) {
    case .cabal(let game):
      #expect(try ScenarioFile(yaml: game.yaml) == .cabal(game))
    case .council(let scenario):
      #expect(scenario.name == String(name.dropLast(5)))
      #expect(try Scenario(yaml: scenario.yaml) == scenario)
      // A short run of every cell, so that no example is refused by an engine.
      let short = try scenario.changing([
        Scenario.Change(path: "questions.count", value: "20"), Scenario.Change(path: "replicates", value: "1"),
      ])
      let results = try Batch(short).run(threads: 2)
      #expect(results.cells.allSatisfy { $0.records[0].questionsClosed > 0 })
    }
  }

  @Test func `the template reads as it stands, and with its sweep`() throws {
    let scenario = try Scenario(yaml: ScenarioTemplate.text)
    #expect(scenario.groups.map(\.name) == ["honest", "careless"])
    let whole = ScenarioTemplate.text.replacing("# sweep:", with: "sweep:").replacing("\n#   ", with: "\n  ")
      .replacing("\n#     ", with: "\n    ")
    #expect(try Scenario(yaml: whole).cells().count == 9)
  }

  @Test func `the reference names every key of the schema`() throws {
    let text = try String(contentsOf: Self.root.appendingPathComponent("docs/scenarios.md"), encoding: .utf8)
    let schema = try JSONSerialization.jsonObject(with: Data(ScenarioSchema.json.utf8))
    func keys(_ value: Any) -> Set<String> {
      if let list = value as? [Any] { return list.reduce(into: []) { $0.formUnion(keys($1)) } }
      guard let object = value as? [String: Any] else { return [] }
      let own = (object["properties"] as? [String: Any]).map { Set($0.keys) } ?? []
      let inner = (object["properties"] as? [String: Any]).map { Array($0.values) } ?? []
      let others = ["items", "anyOf", "additionalProperties"].compactMap { object[$0] }
      return (inner + others).reduce(into: own) { $0.formUnion(keys($1)) }
    }
    let all = keys(schema)
    #expect(all.count > 100)
    for key in all.sorted() { #expect(text.contains("`\(key)`"), "docs/scenarios.md does not name `\(key)`") }
  }
}
