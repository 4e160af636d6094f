import Quantities

/// What becomes of a question.
public struct PlannedOutcome: Hashable, Sendable {
  /// What it really was.
  public let truth: Int
  /// What is reported, where nobody bribes the reporter: the truth, or with the scenario's chance another class.
  public let reported: Int
  /// Virtual milliseconds from its opening, at most 2^52.
  public let delay: UInt64
}

extension Population {
  /// What question `question` really is; `nil` where a recorded stream does not say.
  public func truth(_ question: Int) -> Int? {
    if let cases = questions.cases {
      let truth = Int(cases.truths[Int(cases.order[question - 1])])
      return truth < 0 ? nil : truth
    }
    return drawnClass(question)
  }

  /// A class by the prior: the truth of a drawn question, and what members see signals of where nobody knows the truth
  /// of a recorded one.
  func drawnClass(_ question: Int) -> Int {
    var random = Chance.stream(runSeed, .truth, question)
    return questions.drawClass(from: &random)
  }

  /// How hard it is: 0 leaves members their accuracy, 1 takes it down to chance.
  public func difficulty(_ question: Int) -> Double {
    if case .constant(let value) = questions.difficulty { return min(max(value, 0), 1) }
    var random = Chance.stream(runSeed, .difficulty, question)
    return min(max(questions.difficulty.sample(from: &random), 0), 1)
  }

  /// The outcome that arrives; `nil` where none ever does.
  ///
  /// A recorded outcome comes when it did, as many openings later as the stream says, and the plan's delay after that.
  public func outcome(_ question: Int) -> PlannedOutcome? {
    guard let truth = truth(question) else { return nil }
    var random = Chance.stream(runSeed, .outcome, question)
    let isNever = random.unit() < plan.neverShare
    let isFalse = random.unit() < plan.falseShare
    let other = (truth + 1 + random.below(classCount - 1)) % classCount
    if isNever { return nil }
    var delay = plan.delay.sample(from: &random).rounded()
    if let cases = questions.cases, !cases.delays.isEmpty {
      delay += Double(cases.delays[Int(cases.order[question - 1])]) * Double(interval)
    }
    return PlannedOutcome(
      truth: truth, reported: isFalse ? other : truth, delay: UInt64(min(max(delay, 0), 0x1p52)))
  }
}
