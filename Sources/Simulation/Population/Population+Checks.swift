import Learning
import Quantities

extension Population {
  /// Refuses settings that nothing can be drawn from: the first one, in the order of the scenario.
  static func check(_ scenario: Scenario) throws(PopulationError) {
    let K = scenario.classCount
    try require((2...1_000).contains(K), "questions.classes", "\(K), but must lie between 2 and 1,000")
    try require(
      (0...1_000_000_000).contains(scenario.questionCount), "questions.count",
      "\(scenario.questionCount), but must lie between 0 and 1,000,000,000")
    if case .drawn(let drawn) = scenario.questions {
      try check(drawn.difficulty, "questions.difficulty")
      if !drawn.prior.isEmpty { try check(row: drawn.prior, count: K, "questions.prior") }
    }
    try check(scenario.outcomes.delay, "outcomes.delay")
    try check(share: scenario.outcomes.neverShare, "outcomes.never")
    try check(share: scenario.outcomes.falseShare, "outcomes.false")
    for group in scenario.groups { try check(group, classCount: K, questions: scenario.questions) }
  }

  private static func check(_ group: Group, classCount: Int, questions: QuestionSource) throws(PopulationError) {
    let path = "groups.\(group.name)"
    try require(
      (0...100_000_000).contains(group.count), "\(path).count",
      "\(group.count), but must lie between 0 and 100,000,000")
    if let deposit = group.deposit { try check(deposit, "\(path).deposit") }
    try check(group.joins, "\(path).joins")
    if let leaves = group.leaves { try check(leaves, "\(path).leaves") }
    switch group.source {
    case .skill(let skill): try check(skill, path, classCount: classCount)
    case .learner(let share):
      guard case .dataset = questions else { throw .noSource(group: group.name, needed: "questions from a data set") }
      do { _ = try ModelKind(named: share.learner) } catch { throw .data(path: "\(path).learner", error) }
      switch share.partition {
      case .uniform: break
      case .dirichletLabels(let concentration), .quantity(let concentration):
        try require(
          concentration > 0 && concentration.isFinite, "\(path).partition.concentration",
          "\(concentration), but must be above 0")
      case .features(let part):
        try require(part > 0 && part <= 1, "\(path).partition.share", "\(part), but must be above 0 and at most 1")
      case .noisyLabels(let part): try check(share: part, "\(path).partition.share")
      }
    case .recorded:
      guard case .stream = questions else {
        throw .noSource(group: group.name, needed: "questions from a recorded stream")
      }
    }
  }

  private static func check(_ skill: Skill, _ path: String, classCount: Int) throws(PopulationError) {
    try check(skill.accuracy, "\(path).accuracy")
    try check(skill.calibration, "\(path).calibration")
    try check(share: skill.correlation, "\(path).correlation")
    guard !skill.confusion.isEmpty else { return }
    try require(
      skill.confusion.count == classCount, "\(path).confusion",
      "\(skill.confusion.count) rows, but must have one for each of the \(classCount) classes")
    for (truth, row) in skill.confusion.enumerated() {
      try check(row: row, count: classCount, "\(path).confusion, row \(truth + 1),")
    }
  }

  private static func check(_ distribution: Distribution, _ path: String) throws(PopulationError) {
    if let fault = distribution.fault { throw .setting(path: path, fault: fault) }
  }

  private static func check(share: Double, _ path: String) throws(PopulationError) {
    try require((0...1).contains(share), path, "\(share), but must lie between 0 and 1")
  }

  private static func check(row: [Double], count: Int, _ path: String) throws(PopulationError) {
    try require(
      row.count == count, path, "\(row.count) numbers, but must be one for each of the \(count) classes")
    try require(row.allSatisfy { $0 >= 0 }, path, "a list with a number below 0: give chances from 0 to 1")
    let sum = row.reduce(0, +)
    try require(abs(sum - 1) <= 1e-6, path, "a list that adds up to \(sum), but must add up to 1")
  }

  private static func require(_ isMet: Bool, _ path: String, _ fault: String) throws(PopulationError) {
    guard isMet else { throw .setting(path: path, fault: fault) }
  }
}
