import Synchronization

/// How far a batch has come.
public struct BatchProgress: Hashable, Sendable {
  /// Runs that are finished, those that were there before included.
  public var runsDone: Int
  /// All runs.
  public var runCount: Int
  /// Questions that are done, in all runs.
  public var questionsDone: Int
  /// Questions of runs that were there before.
  public var questionsKept: Int
  /// Questions of all runs.
  public var questionCount: Int
  /// Seconds since the beginning.
  public var seconds: Double

  /// Puts the parts together.
  public init(
    runsDone: Int, runCount: Int, questionsDone: Int, questionsKept: Int, questionCount: Int, seconds: Double
  ) {
    self.runsDone = runsDone
    self.runCount = runCount
    self.questionsDone = questionsDone
    self.questionsKept = questionsKept
    self.questionCount = questionCount
    self.seconds = seconds
  }

  /// Questions a second since the beginning; 0 at first.
  public var rate: Double { seconds > 0 ? Double(questionsDone - questionsKept) / seconds : 0 }
  /// Seconds until the end at this rate; `nil` where there is none yet.
  public var secondsLeft: Double? { rate > 0 ? Double(questionCount - questionsDone) / rate : nil }
  /// How much is done, 0 to 1.
  public var share: Double { questionCount > 0 ? Double(questionsDone) / Double(questionCount) : 1 }

  /// `3 of 40 runs, 12 %, 48,200 questions/s, 2 min left`.
  public var line: String {
    var text = "\(runsDone) of \(runCount) run\(runCount == 1 ? "" : "s"), \(Int(share * 100)) %"
    guard rate > 0 else { return text }
    text += ", \(Self.grouped(Int(min(rate, 1e15)))) questions/s"
    if let secondsLeft, secondsLeft < 1e9 { text += ", \(Self.span(secondsLeft)) left" }
    return text
  }

  private static func grouped(_ number: Int) -> String {
    var (digits, text) = (String(number), "")
    while digits.utf8.count > 3 {
      text = ",\(digits.suffix(3))" + text
      digits.removeLast(3)
    }
    return digits + text
  }

  private static func span(_ seconds: Double) -> String {
    switch seconds {
    case ..<99.5: "\(Int(seconds.rounded())) s"
    case ..<5_970: "\(Int((seconds / 60).rounded())) min"
    default: "\(Int((seconds / 3_600).rounded())) h"
    }
  }
}

/// Counts what threads have done, and reports it a few times a second.
final class ProgressMeter: Sendable {
  /// After how many questions of a run they are counted.
  static let stride = 64

  private struct Reporting {
    var last: ContinuousClock.Instant
    let report: @Sendable (BatchProgress) -> Void
  }

  private let runCount: Int
  private let questionCount: Int
  private let started = ContinuousClock.now
  private let runs = Atomic<Int>(0)
  private let questions = Atomic<Int>(0)
  private let kept = Atomic<Int>(0)
  private let reporting: Mutex<Reporting>

  init(runCount: Int, questionCount: Int, report: @escaping @Sendable (BatchProgress) -> Void) {
    self.runCount = runCount
    self.questionCount = questionCount
    reporting = Mutex(Reporting(last: started, report: report))
  }

  /// A run goes on.
  func advance(by count: Int) {
    questions.wrappingAdd(count, ordering: .relaxed)
    report()
  }

  /// A run is finished, with so many questions that were not counted.
  func finish(questions count: Int) {
    runs.wrappingAdd(1, ordering: .relaxed)
    advance(by: count)
  }

  /// A run was there already.
  func skip(questions count: Int) {
    kept.wrappingAdd(count, ordering: .relaxed)
    finish(questions: count)
  }

  private func report() {
    // Whoever finds another thread reporting goes on with its work.
    reporting.withLockIfAvailable { reporting in
      let now = ContinuousClock.now
      guard now - reporting.last >= .milliseconds(200) else { return }
      reporting.last = now
      reporting.report(
        BatchProgress(
          runsDone: runs.load(ordering: .relaxed), runCount: runCount,
          questionsDone: min(questions.load(ordering: .relaxed), questionCount),
          questionsKept: kept.load(ordering: .relaxed), questionCount: questionCount,
          seconds: (now - started) / .seconds(1)))
    }
  }
}
