import Foundation
import Quantities
import Simulation
import Testing

@Suite struct LearningMembersTests {
  private static func population(
    _ learner: String = "logistic_regression", _ partition: LearnerShare.Partition = .uniform, count: Int = 6,
    questions: Int = 90, replicate: Int = 0, threads: Int = 1
  ) throws -> Population {
    var share = LearnerShare()
    share.learner = learner
    share.partition = partition
    var scenario = Scenario()
    scenario.questionCount = questions
    scenario.questions = .dataset(DatasetQuestions())
    scenario.groups = [Group(name: "shards")]
    scenario.groups[0].count = count
    scenario.groups[0].source = .learner(share)
    return try Population(scenario, replicate: replicate, threads: threads)
  }

  private static func answers(_ population: Population) -> [[UInt32]] {
    (1...population.questionCount).map { question in
      [UInt32](unsafeUninitializedCapacity: population.memberCount * 3) { buffer, count in
        population.rows(question, group: 0, places: 0..<population.memberCount, into: buffer.baseAddress!)
        count = population.memberCount * 3
      }
    }
  }

  private static func report(_ population: Population) throws -> DecentralisationReport {
    try #require(population.decentralisation(council: AnswerScore(accuracy: 0.9, logLoss: 0.3)))
  }

  static let partitions: [LearnerShare.Partition] = [
    .uniform, .dirichletLabels(concentration: 0.1), .quantity(concentration: 0.2), .features(share: 0.5),
    .noisyLabels(share: 0.5),
  ]

  @Test(arguments: ["random_forest", "gradient_boosting", "logistic_regression"])
  func `every learner answers with rows on the grid, the same with any number of threads`(learner: String) throws {
    let answers = Self.answers(try Self.population(learner, count: 3))
    #expect(answers == Self.answers(try Self.population(learner, count: 3, threads: 2)))
    for rows in answers {
      for place in 0..<3 { #expect(rows[place * 3..<place * 3 + 3].reduce(0, +) == Billionths.one) }
    }
  }

  @Test(arguments: 0..<partitions.count)
  func `every division makes members that differ, the same again for the same replicate`(index: Int) throws {
    let partition = Self.partitions[index]
    let answers = Self.answers(try Self.population(partition))
    #expect(answers == Self.answers(try Self.population(partition)))
    #expect(answers != Self.answers(try Self.population(partition, replicate: 1)))
    let first = answers.map { Array($0[0..<3]) }
    #expect(first != answers.map { Array($0[3..<6]) })
  }

  private static func population(_ partition: LearnerShare.Partition, replicate: Int = 0) throws -> Population {
    try population("logistic_regression", partition, replicate: replicate)
  }

  @Test func `each row that is held out is asked once before any is asked again, in a new order`() throws {
    let population = try Self.population(questions: 135)
    let truths = (1...135).compactMap { population.truth($0) }
    let answers = Self.answers(population)
    // 45 of 150 irises are asked, 15 of each kind.
    for round in 0..<3 {
      let part = truths[round * 45..<round * 45 + 45]
      for k in 0..<3 { #expect(part.count { $0 == k } == 15) }
    }
    func round(_ number: Int) -> [[UInt32]] { Array(answers[number * 45..<number * 45 + 45]) }
    func sorted(_ rows: [[UInt32]]) -> [[UInt32]] { rows.sorted { $0.lexicographicallyPrecedes($1) } }
    #expect(round(0) != round(1) && round(1) != round(2))
    #expect(sorted(round(0)) == sorted(round(1)))
    #expect(sorted(round(0)) == sorted(round(2)))
  }

  @Test func `skewed labels and noise cost members what uniform shards do not`() throws {
    func alone(_ partition: LearnerShare.Partition) throws -> Double {
      let scores = try (0..<5).flatMap { replicate in
        try Self.report(Self.population("logistic_regression", partition, replicate: replicate)).alone.map(
          \.score.accuracy)
      }
      return scores.reduce(0, +) / Double(scores.count)
    }
    let uniform = try alone(.uniform)
    #expect(uniform > 0.75)
    #expect(try alone(.dirichletLabels(concentration: 0.1)) < uniform - 0.1)
    #expect(try alone(.noisyLabels(share: 0.6)) < uniform - 0.1)
    #expect(try alone(.features(share: 1)) > uniform)
  }

  @Test func `members with all rows and columns are the central model`() throws {
    let report = try Self.report(Self.population("logistic_regression", .features(share: 1), count: 2))
    #expect(report.central.map(\.learner) == ["logistic_regression"])
    for member in report.alone { #expect(member.score == report.central[0].score) }
    #expect(abs(report.average.logLoss - report.central[0].score.logLoss) < 1e-9)
    #expect(report.average.accuracy == report.central[0].score.accuracy)
  }

  @Test func `the report sets the council beside the central model`() throws {
    let report = try Self.report(Self.population(.uniform))
    #expect(report.alone.map(\.member) == Array(0..<6))
    #expect(report.central[0].score.accuracy > 0.9)
    #expect(report.accuracyCost == report.central[0].score.accuracy - 0.9)
    #expect(report.logLossCost == 0.3 - report.central[0].score.logLoss)
    #expect(report.average.accuracy >= (report.alone.map(\.score.accuracy).min() ?? 1))
  }

  @Test func `a file is learnt from by its last column, with gaps filled`() throws {
    let path = FileManager.default.temporaryDirectory.appendingPathComponent(
      "witan-\(UInt64.random(in: 0...UInt64.max)).csv")
    defer { try? FileManager.default.removeItem(at: path) }
    var text = "size,colour,kind\n"
    for row in 0..<120 {
      let kind = row % 4
      text += "\(row == 7 ? "?" : "\(kind * 10 + row % 3)"),\(kind < 2 ? "red" : "blue"),k\(kind)\n"
    }
    try text.write(to: path, atomically: true, encoding: .utf8)
    var scenario = Scenario()
    scenario.questionCount = 40
    var source = DatasetQuestions()
    source.path = path.path
    scenario.questions = .dataset(source)
    scenario.groups = [Group(name: "a")]
    scenario.groups[0].count = 3
    scenario.groups[0].source = .learner(LearnerShare())
    #expect(throws: PopulationError.wrongClassCount(path: path.path, found: 4, expected: 3)) {
      try Population(scenario, replicate: 0)
    }
    let filled = try scenario.readingData()
    #expect(filled.classCount == 4)
    let report = try Self.report(Population(filled, replicate: 0))
    #expect(report.average.accuracy >= 0.9)  // the row with the gap got a mean that belongs to no kind
  }
}
