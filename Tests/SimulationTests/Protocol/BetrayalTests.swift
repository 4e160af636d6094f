import Quantities
import Simulation
import Testing

@Suite struct BetrayalTests {
  private func run(_ betrayal: Betrayal?) throws {
    var scenario = Scenario()
    scenario.questionCount = 8
    scenario.groups = [Group(name: "members")]
    scenario.groups[0].count = 4
    let population = try Population(scenario, replicate: 0)
    var recorder = Recorder(scenario: scenario, isDetailed: false)
    var run = ProtocolRun(population: population, scenario: scenario, replicate: 0, betrayal: betrayal)
    _ = try run.run(recorder: &recorder) { _ in }
  }

  @Test func `an honest host is found to be honest`() throws { try run(nil) }

  @Test(arguments: Betrayal.allCases)
  func `a host that lies is found out`(betrayal: Betrayal) throws {
    #expect(throws: BrokenInvariant.self) { try run(betrayal) }
  }

  @Test func `what is found says how to see it again`() throws {
    do {
      try run(.forgedAnswer)
      Issue.record("a forged answer passed")
    } catch let broken as BrokenInvariant {
      #expect(broken.what.contains("that its node never gave"))
      #expect(broken.command.contains("--seed 1"))
      #expect(broken.trace.count == 64)
      let place = try #require(broken.description.firstRange(of: "\n\n"))
      #expect(try Scenario(yaml: String(broken.description[place.upperBound...])) == broken.scenario)
    }
  }
}
