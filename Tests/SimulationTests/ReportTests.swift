import Charts
import Foundation
import Quantities
import Simulation
import Testing

#if canImport(FoundationXML)
  import FoundationXML
#endif

@Suite struct ReportTests {
  /// Names that would break a page, a chart or a table that takes them as they are.
  static let hostile = "</svg><script>alert(1)</script> & \"x\", 'y'\n=1+1 \u{0}"

  private func results(cells: Int, replicates: Int, questions: Int = 40) throws -> RunResults {
    var scenario = Scenario()
    scenario.name = "name \(Self.hostile)"
    scenario.about = Self.hostile
    scenario.questionCount = questions
    for (name, count) in [("honest", 4), (Self.hostile, 1)] {
      var group = Group(name: name)
      group.count = count
      scenario.groups.append(group)
    }
    scenario.replicates = replicates
    return RunResults(
      scenario: scenario,
      cells: try (0..<cells).map { cell in
        RunResults.Cell(
          label: cells == 1 ? "" : "cell \(cell) \(Self.hostile)", scenario: scenario,
          records: try (0..<replicates).map { try Simulator.run(scenario, replicate: $0, isDetailed: true) { _ in } })
      })
  }

  private func isWellFormed(_ page: String) -> Bool { XMLParser(data: Data(page.utf8)).parse() }

  @Test(arguments: [(1, 1, 40), (1, 3, 40), (2, 2, 40), (1, 1, 1)])
  func `a report is well-formed, in one file, and free of what was smuggled in`(
    cells: Int, replicates: Int, questions: Int
  ) throws {
    let results = try results(cells: cells, replicates: replicates, questions: questions)
    let page = SimulationReport(results, scenarioText: "name: \(Self.hostile)\n", version: "1").html
    #expect(isWellFormed(page))
    #expect(!page.contains("<script"))
    for mark in ["src=", "@import", "url(", "<link", "<iframe", "onload"] { #expect(!page.contains(mark)) }
    // Addresses: names of XML vocabularies alone.
    let addresses = page.split(separator: "\"").filter { $0.hasPrefix("http") }
    #expect(addresses.allSatisfy { $0.hasPrefix("http://www.w3.org/") })
    let links = page.components(separatedBy: "href=\"").dropFirst()
    #expect(links.allSatisfy { $0.hasPrefix("data:text/csv") })
    // Every picture has a title and words of its own, told apart by their ids.
    let ids = page.components(separatedBy: " id=\"").dropFirst().map { $0.prefix { $0 != "\"" } }
    #expect(Set(ids).count == ids.count)
    #expect(page.components(separatedBy: "<svg").count - 1 == page.components(separatedBy: "role=\"img\"").count - 1)
    #expect(
      page.components(separatedBy: "<figure>").count == page.components(separatedBy: "<summary>The numbers").count)
  }

  @Test func `one run alone claims no certainty`() throws {
    let page = SimulationReport(try results(cells: 1, replicates: 1), scenarioText: "", version: "1").html
    #expect(page.contains("This is a single run"))
    #expect(!page.contains("95 % interval"))
    let several = SimulationReport(try results(cells: 1, replicates: 3), scenarioText: "", version: "1").html
    #expect(several.contains("95 % interval"))
    #expect(!several.contains("This is a single run"))
  }

  @Test func `the table behind a chart is quoted as RFC 4180 says`() {
    var table = ReportTable(title: "t", columns: ["a,b", "c"])
    table.append([.text("say \"no\"\nnow"), .number(0.1)])
    table.append([.empty, .number(.nan)])
    #expect(table.csv == "\"a,b\",c\n\"say \"\"no\"\"\nnow\",0.1\n,\n")
  }

  @Test func `a run folder is read back as it was written, and replaces only run folders`() throws {
    let place = FileManager.default.temporaryDirectory.appendingPathComponent("witan-report-\(UUID().uuidString)")
    defer { try? FileManager.default.removeItem(at: place) }
    try FileManager.default.createDirectory(at: place, withIntermediateDirectories: true)
    let results = try results(cells: 2, replicates: 3)
    let folder = RunFolder(path: place.appendingPathComponent("run").path)
    try folder.write(results, scenarioText: "seed: 1\n", version: "1")
    try folder.write(results, scenarioText: "seed: 2\n", version: "1")
    let names = try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted()
    #expect(names == ["members.csv", "metrics.csv", "report.html", "run.json", "scenario.yaml"])
    #expect(try FileManager.default.contentsOfDirectory(atPath: place.path) == ["run"], "nothing is left beside it")
    #expect(try String(contentsOfFile: "\(folder.path)/scenario.yaml", encoding: .utf8) == "seed: 2\n")

    let saved = try SavedRun(path: folder.path)
    #expect(saved.hash == results.hash.hex)
    #expect(saved.sides.map(\.series) == results.cells.map { FigureSeries.all(of: $0.figures) })
    #expect(saved.sides.allSatisfy { $0.seed == results.scenario.seed })
    // Cells that are alike differ by nothing.
    #expect(RunComparison(sides: saved.sides).rows.allSatisfy { $0.verdict == .same })
    #expect(isWellFormed(ComparisonReport(saved.sides).html))

    let other = place.appendingPathComponent("letters").path
    try FileManager.default.createDirectory(atPath: other, withIntermediateDirectories: true)
    try Data("dear".utf8).write(to: URL(fileURLWithPath: "\(other)/mother.txt"))
    #expect(throws: RunFolderError.occupied(path: other)) {
      try RunFolder(path: other).write(results, scenarioText: "", version: "1")
    }
    #expect(throws: RunFolderError.missing(path: other)) { _ = try SavedRun(path: other) }
    try Data("{\"format\": 2}".utf8).write(to: URL(fileURLWithPath: "\(other)/run.json"))
    #expect(throws: RunFolderError.self) { _ = try SavedRun(path: other) }
  }

  @Test func `members and figures of a run agree`() throws {
    let results = try results(cells: 1, replicates: 1)
    let cell = results.cells[0]
    let (record, figures) = (cell.records[0], cell.figures[0])
    let honest = record.members.filter { $0.group == 0 }
    let (profit, staked) = honest.reduce((0.0, 0.0)) {
      ($0.0 + Double($1.profit.micro), $0.1 + Double($1.staked.micro))
    }
    #expect(staked > 0)
    #expect(abs(try #require(figures.value(.groupReturn, group: "honest")) - profit / staked) < 1e-12)
    #expect(abs(try #require(figures.value(.groupProfit, group: "honest")) - profit / 4e6) < 1e-9)
    let gain = try #require(figures.value(.gainOverUniform))
    let losses = (try #require(figures.value(.uniformLogLoss)), try #require(figures.value(.consensusLogLoss)))
    #expect(abs(gain - (losses.0 - losses.1)) < 1e-12)
  }
}
