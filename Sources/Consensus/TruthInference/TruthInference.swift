/// A method that infers the truth behind the answers of workers of unknown skill.
///
/// A method is a value with settings and nothing learnt. Same answers and settings, same estimate, bit for bit; the
/// order of the answers does not matter, and renaming workers, tasks or classes renames the estimate. Tasks whose class
/// is known (`gold`) keep it and teach the method. Nothing in an estimate is ever not a number.
public protocol TruthInference: Sendable {
  /// Infers the class of each task.
  ///
  /// - Parameters:
  ///   - answers: at least one.
  ///   - report: told after each sweep over the answers; for progress lines.
  /// - Throws: `TruthError` where a setting is out of its range or the method does not fit the answers.
  func infer(_ answers: AnswerSet, report: (Sweep) -> Void) throws(TruthError) -> TruthEstimate
}

extension TruthInference {
  /// Infers the class of each task, without news of progress.
  public func infer(_ answers: AnswerSet) throws(TruthError) -> TruthEstimate { try infer(answers, report: { _ in }) }
}

/// How far a method has come.
public struct Sweep: Sendable {
  /// What is being fitted.
  public let method: String
  /// Sweeps over the answers done so far.
  public let number: Int
  /// The most sweeps there will be.
  public let limit: Int
}

/// When a method that sweeps over the answers again and again ends.
public struct Stopping: Hashable, Sendable {
  /// The most sweeps. Default: 500, which no set of our collection needs.
  public var sweepMax = 500
  /// A sweep that gains less log likelihood than this for each answer, in nats, is the last. Default: 1e-6.
  /// Raise it to end sooner, lower it for parameters to more digits; labels hardly move below 1e-5.
  public var gainMin = 1e-6

  /// The defaults.
  public init() {}

  /// At most `sweepMax` sweeps, and none after one that gains less than `gainMin` nats for each answer.
  public init(sweepMax: Int, gainMin: Double) {
    self.sweepMax = sweepMax
    self.gainMin = gainMin
  }

  func check() throws(TruthError) {
    guard sweepMax >= 1 else {
      throw .settingOutOfRange(name: "sweepMax", value: "\(sweepMax)", allowed: "at least 1")
    }
    guard gainMin.isFinite, gainMin >= 0 else {
      throw .settingOutOfRange(name: "gainMin", value: "\(gainMin)", allowed: "finite and not negative")
    }
  }
}

extension Stopping {
  /// Sweeps until the log likelihood that `sweep` returns gains too little, or the most sweeps are done.
  func run(
    _ answers: AnswerSet, method: String, sweepMin: Int = 1, report: (Sweep) -> Void, sweep: () -> Double
  ) -> (sweeps: Int, hasConverged: Bool, logLikelihood: Double) {
    var last = -Double.infinity
    for number in 1...sweepMax {
      let now = sweep()
      report(Sweep(method: method, number: number, limit: sweepMax))
      if number >= sweepMin, (now - last).magnitude < gainMin * Double(answers.count) { return (number, true, now) }
      last = now
    }
    return (sweepMax, false, last)
  }
}
