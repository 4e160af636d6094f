import Quantities

/// What one model answered in a batch of questions.
public struct AnswerSheet: Hashable, Sendable {
  /// One answer.
  public struct Answer: Hashable, Sendable {
    /// Which question of the batch, from 0.
    public let task: Int
    /// The class that the report holds most probable, a tie to the lowest index.
    public let top: Int
    /// The report: K billionths.
    public let report: ArraySlice<UInt32>

    /// The answer `report` to question `task`.
    public init(task: Int, report: ArraySlice<UInt32>) {
      self.task = task
      self.report = report
      top = Billionths.top(report)
    }

    /// The answer "certainly class `top`" of `classCount` to question `task`.
    public init(task: Int, top: Int, classCount: Int) {
      var report = [UInt32](repeating: 0, count: classCount)
      report[top] = Billionths.one
      self.init(task: task, report: report[...])
    }
  }

  /// The answers, in the order of their questions, one for each question answered.
  public let answers: [Answer]

  /// A sheet of `answers`, whose questions must ascend.
  public init(_ answers: [Answer]) {
    precondition(zip(answers, answers.dropFirst()).allSatisfy { $0.task < $1.task }, "one answer for a question")
    self.answers = answers
  }

  /// Certain answers to the questions 0, 1, 2 and so on; `nil` for none.
  public init(_ tops: [Int?], classCount: Int) {
    self.init(
      tops.enumerated().compactMap { task, top in
        top.map { Answer(task: task, top: $0, classCount: classCount) }
      })
  }
}

/// The models whose answers others are compared with, and how often they said what.
///
/// A model is never in the crowd that it is compared with.
public struct Crowd: Hashable, Sendable {
  /// The sheets of its members.
  public let sheets: [AnswerSheet]
  /// How many questions the batch has.
  public let taskCount: Int
  /// How many classes, K.
  public let classCount: Int
  /// How many members gave each class on each question: tasks x K, row-major.
  let counts: [Int]
  /// How many members answered each question.
  let answered: [Int]
  /// How many answers gave each class, over all questions.
  let totals: [Int]
  /// How many answers there are.
  let total: Int

  /// Counts the answers on `sheets`.
  ///
  /// - Complexity: O(answers + tasks · K).
  public init(_ sheets: [AnswerSheet], taskCount: Int, classCount: Int) {
    var counts = [Int](repeating: 0, count: taskCount * classCount)
    var answered = [Int](repeating: 0, count: taskCount)
    var totals = [Int](repeating: 0, count: classCount)
    for sheet in sheets {
      for answer in sheet.answers {
        counts[answer.task * classCount + answer.top] += 1
        answered[answer.task] += 1
        totals[answer.top] += 1
      }
    }
    self.sheets = sheets
    self.taskCount = taskCount
    self.classCount = classCount
    self.counts = counts
    self.answered = answered
    self.totals = totals
    total = totals.reduce(0, +)
  }

  /// How many members gave each class on question `task`.
  func counts(_ task: Int) -> ArraySlice<Int> { counts[task * classCount..<(task + 1) * classCount] }
}
