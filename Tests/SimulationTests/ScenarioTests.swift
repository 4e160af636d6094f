import Simulation
import Testing

@Suite struct ScenarioTests {
  @Test func `scenarios with equal strategies are equal`() {
    var one = Scenario()
    one.groups = [Group(name: "a")]
    var other = one
    #expect(one == other)
    other.groups[0].count = 2
    #expect(one != other)
  }
}
