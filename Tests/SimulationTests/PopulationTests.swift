import Learning
import Quantities
import Simulation
import Testing

@Suite struct PopulationTests {
  private static var mixed: Scenario {
    var scenario = Scenario()
    scenario.seed = 11
    scenario.questionCount = 50
    scenario.outcomes.delay = .exponential(mean: 700)
    scenario.outcomes.neverShare = 0.2
    scenario.outcomes.falseShare = 0.3
    for (index, count) in [3, 0, 4].enumerated() {
      var group = Group(name: "g\(index)")
      group.count = count
      group.deposit = .uniform(500, 3_000)
      group.joins = .uniform(1, 20)
      group.leaves = .uniform(1, 60)
      scenario.groups.append(group)
    }
    return scenario
  }

  @Test func `members are numbered by group and place`() throws {
    let population = try Population(Self.mixed, replicate: 0)
    #expect(population.groups.map(\.members) == [0..<3, 3..<3, 3..<7])
    #expect((0..<7).map { population.group(of: $0) } == [0, 0, 0, 2, 2, 2, 2])
    #expect(population.memberCount == 7)
  }

  @Test func `nobody brings in less than the rules ask, and nobody leaves before joining`() throws {
    let population = try Population(Self.mixed, replicate: 3)
    #expect(population.deposits.allSatisfy { $0 >= Amount(credits: 1_000) && $0 <= Amount(credits: 3_000) })
    #expect(Set(population.deposits).count > 3)
    for member in 0..<7 {
      #expect((1...20).contains(population.joins[member]))
      #expect(population.leaves[member] >= population.joins[member])
    }
    #expect(try Population(Scenario.honest(count: 2), replicate: 0).leaves == [.max, .max])
  }

  @Test func `one seed and replicate give one world, others give others`() throws {
    func world(_ scenario: Scenario, _ replicate: Int) throws -> [[UInt32]] {
      let population = try Population(scenario, replicate: replicate)
      return (1...50).map { question in
        var row = [UInt32](repeating: 0, count: 3)
        return (0..<population.memberCount).flatMap { member in
          _ = population.honest(question, member, into: &row)
          return row
        }
      }
    }
    var other = Self.mixed
    other.seed = 12
    #expect(try world(Self.mixed, 0) == world(Self.mixed, 0))
    #expect(try world(Self.mixed, 0) != world(Self.mixed, 1))
    #expect(try world(Self.mixed, 0) != world(other, 0))
  }

  @Test func `one more member or question, other rules and strategies change no draw`() throws {
    var larger = Self.mixed
    larger.questionCount += 10
    larger.groups[2].count += 1
    larger.groups[0].strategy = Lazy(values: [1])
    larger.rules.isSealed = true
    let (small, large) = (try Population(Self.mixed, replicate: 0), try Population(larger, replicate: 0))
    #expect(small.deposits == Array(large.deposits.prefix(7)))
    #expect(small.joins == Array(large.joins.prefix(7)))
    for question in 1...50 {
      #expect(small.truth(question) == large.truth(question))
      #expect(small.outcome(question) == large.outcome(question))
      for member in 0..<7 {
        var (row, same) = ([UInt32](repeating: 0, count: 3), [UInt32](repeating: 0, count: 3))
        #expect(small.honest(question, member, into: &row) && large.honest(question, member, into: &same))
        #expect(row == same)
      }
    }
  }

  @Test func `outcomes are late, false and missing as often as planned`() throws {
    var scenario = Self.mixed
    scenario.questionCount = 20_000
    let population = try Population(scenario, replicate: 0)
    var (never, untrue, delays) = (0.0, 0.0, 0.0)
    for question in 1...20_000 {
      guard let outcome = population.outcome(question) else {
        never += 1
        continue
      }
      #expect(outcome.truth == population.truth(question))
      untrue += outcome.reported == outcome.truth ? 0 : 1
      delays += Double(outcome.delay)
    }
    #expect(abs(never / 20_000 - 0.2) < 0.015)  // 5 deviations of 0.003
    #expect(abs(untrue / (20_000 - never) - 0.3) < 0.02)
    #expect(abs(delays / (20_000 - never) - 700) < 30)
  }

  @Test func `what a group shares is what its first member believes, the prior where there is none`() throws {
    let population = try Population(Self.mixed, replicate: 0)
    var (shared, first) = ([UInt32](repeating: 0, count: 3), [UInt32](repeating: 0, count: 3))
    population.shared(5, group: 2, into: &shared)
    #expect(population.honest(5, 3, into: &first))
    #expect(shared == first)
    population.shared(5, group: 1, into: &shared)
    #expect(shared == population.prior)
  }

  @Test func `chance of members and groups is kept apart`() throws {
    let population = try Population(Self.mixed, replicate: 0)
    let streams = [
      population.answerChance(question: 1, member: 2), population.answerChance(question: 2, member: 1),
      population.sharedChance(question: 1, group: 2), population.moveChance(question: 1, member: 2),
      population.bribeChance(question: 1, group: 2),
    ]
    #expect(Set(streams).count == streams.count)
  }

  typealias Refusal = (edit: @Sendable (inout Scenario) -> Void, words: String)

  @Test(arguments: 0..<14)
  func `what cannot be drawn is refused by name`(index: Int) throws {
    func skill(_ edit: (inout Skill) -> Void, _ scenario: inout Scenario) {
      var skill = Skill()
      edit(&skill)
      scenario.groups[0].source = .skill(skill)
    }
    func learner(_ edit: (inout LearnerShare) -> Void, _ scenario: inout Scenario) {
      scenario.questions = .dataset(DatasetQuestions())
      var share = LearnerShare()
      edit(&share)
      scenario.groups[0].source = .learner(share)
    }
    let refusals: [(edit: (inout Scenario) -> Void, words: String)] = [
      ({ skill({ $0.correlation = 1.5 }, &$0) }, "groups.g0.correlation is 1.5"),
      ({ skill({ $0.confusion = [[1, 0]] }, &$0) }, "must have one for each of the 3 classes"),
      (
        { skill({ $0.confusion = [[1, 0, 0], [0, 1, 0], [0.5, 0.4, 0]] }, &$0) }, "row 3, is a list that adds up to 0.9"
      ),
      ({ skill({ $0.accuracy = .beta(0, 1) }, &$0) }, "groups.g0.accuracy is a beta distribution"),
      ({ $0.outcomes.neverShare = -1 }, "outcomes.never"),
      ({ $0.groups[0].source = .learner(LearnerShare()) }, "need questions from a data set"),
      ({ $0.groups[0].source = .recorded([]) }, "need questions from a recorded stream"),
      ({ learner({ $0.learner = "random_forrest" }, &$0) }, "did you mean \"random_forest\"?"),
      ({ learner({ $0.partition = .features(share: 0) }, &$0) }, "above 0 and at most 1"),
      ({ learner({ $0.partition = .quantity(concentration: 0) }, &$0) }, "must be above 0"),
      (
        {
          learner({ _ in }, &$0); $0.groups[0].count = 106
        }, "105 rows are too few for 106 members"
      ),
      ({ $0.questions = .dataset(DatasetQuestions.from("no/such.csv")) }, "no/such.csv"),
      ({ $0.questions = .stream(StreamQuestions(path: "no/such")) }, "predictions.csv"),
      (
        {
          var drawn = DrawnQuestions(); drawn.prior = [0.5, 0.5]; $0.questions = .drawn(drawn)
        }, "one for each of the 3"
      ),
    ]
    var scenario = Self.mixed
    refusals[index].edit(&scenario)
    let error = #expect(throws: PopulationError.self) { try Population(scenario, replicate: 0) }
    #expect("\(try #require(error))".contains(refusals[index].words))
  }
}

extension DatasetQuestions {
  fileprivate static func from(_ path: String) -> DatasetQuestions {
    var source = DatasetQuestions()
    source.path = path
    return source
  }
}

extension Scenario {
  fileprivate static func honest(count: Int) -> Scenario {
    var scenario = Scenario()
    scenario.groups = [Group(name: "a")]
    scenario.groups[0].count = count
    return scenario
  }
}

/// Everything that a population draws, taken down once: any machine, build mode or faster way must come to the same.
@Suite struct PopulationPinTests {
  @Test(
    arguments: [
      (false, 14_688_471_938_994_723_188), (true, 14_794_025_698_038_656_930),
    ] as [(Bool, UInt64)])
  func `a world has the same numbers everywhere`(isHard: Bool, hash: UInt64) throws {
    var scenario = Scenario()
    scenario.seed = 2_026
    scenario.outcomes.delay = .normal(mean: 500, deviation: 300, least: 0, most: 9_000)
    scenario.outcomes.falseShare = 0.1
    var drawn = DrawnQuestions()
    if isHard {
      drawn.prior = [0.5, 0.3, 0.2]
      drawn.difficulty = .beta(0.5, 2)
    }
    scenario.questions = .drawn(drawn)
    var skills = [Skill(), Skill(), Skill()]
    skills[0].accuracy = .beta(8, 3)
    skills[0].calibration = .normal(mean: 1, deviation: 0.5, least: 0.1, most: 4)
    skills[1].report = .labels
    skills[1].correlation = 0.3
    skills[2].confusion = [[0.8, 0.1, 0.1], [0.2, 0.7, 0.1], [0, 0.4, 0.6]]
    for (index, skill) in skills.enumerated() {
      var group = Group(name: "g\(index)")
      group.count = 5
      group.source = .skill(skill)
      group.deposit = .exponential(mean: 2_000)
      group.joins = .choice([1, 4, 9])
      scenario.groups.append(group)
    }
    let population = try Population(scenario, replicate: 4)
    var found: UInt64 = 0xCBF2_9CE4_8422_2325  // FNV-1a, eight bytes at a time
    func add(_ value: UInt64) { found = (found ^ value) &* 0x100_0000_01B3 }
    for member in 0..<15 {
      add(UInt64(population.deposits[member].micro))
      add(UInt64(population.joins[member]))
    }
    var row = [UInt32](repeating: 0, count: 3)
    for question in 1...100 {
      let outcome = try #require(population.outcome(question))
      for value in [UInt64(outcome.truth), UInt64(outcome.reported), outcome.delay] { add(value) }
      for member in 0..<15 {
        #expect(population.honest(question, member, into: &row))
        for share in row { add(UInt64(share)) }
      }
    }
    #expect(found == hash)
  }
}
