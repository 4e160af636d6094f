/// The mean of the answers to each task: best where workers are equally precise.
public struct MeanOfAnswers: NumericInference {
  /// Nothing to set.
  public init() {}

  /// Infers the number of each task.
  public func infer(_ answers: NumericAnswers) -> NumericEstimate {
    let even = [Double](repeating: 1, count: answers.workerCount)
    return NumericEstimate(answers, values: answers.means(weights: even), sweeps: 1)
  }
}

/// The median of the answers to each task (the mean of the middle two): half the workers may answer anything.
public struct MedianOfAnswers: NumericInference {
  /// Nothing to set.
  public init() {}

  /// Infers the number of each task.
  public func infer(_ answers: NumericAnswers) -> NumericEstimate {
    let values = (0..<answers.taskCount).map { task -> Double? in
      let sorted = answers.values[answers.taskStarts[task]..<answers.taskStarts[task + 1]].sorted()
      guard !sorted.isEmpty else { return nil }
      return sorted[(sorted.count - 1) / 2] / 2 + sorted[sorted.count / 2] / 2
    }
    return NumericEstimate(answers, values: values, sweeps: 1)
  }
}

/// Learning from crowds, numeric, LFC_N (Raykar et al. 2010, section 5): each worker has a variance of its own.
///
///     value_j = Σ_i y_ij / s_i  /  Σ_i 1 / s_i,   s_i = mean over i's tasks of (y_ij - value_j)^2
///
/// in turns from s_i = 1: maximum likelihood for y_ij ~ N(value_j, s_i). The likelihood has no maximum where a worker
/// alone decides its tasks, so no variance falls below a thousandth of that of all workers together.
public struct LFCN: NumericInference {
  /// The most sweeps. Default: 500.
  public var sweepMax = 500
  /// Ends when no value moves by more than this part of the spread of all answers. Default: 1e-9.
  public var moveMin = 1e-9

  /// The defaults.
  public init() {}

  /// Infers the number of each task.
  public func infer(_ answers: NumericAnswers) -> NumericEstimate {
    var weights = [Double](repeating: 1, count: answers.workerCount)
    var estimate = NumericEstimate(answers, values: answers.means(weights: weights), sweeps: 1)
    var sweeps = 1
    while sweeps < sweepMax {
      var (square, count) = (0.0, 0.0)
      for worker in answers.workers {
        square += estimate.deviations[Int(worker)] * estimate.deviations[Int(worker)]
        count += 1
      }
      let pooled = square / max(count, 1)
      // Nobody ever disagreed: there is nothing to weigh.
      guard pooled > 0 else { break }
      weights = estimate.deviations.map { 1 / (max($0 * $0 / pooled, 1e-3)) }
      let next = answers.means(weights: weights)
      let move = zip(next, estimate.values).reduce(0) { max($0, (($1.0 ?? 0) - ($1.1 ?? 0)).magnitude) }
      sweeps += 1
      estimate = NumericEstimate(answers, values: next, sweeps: sweeps)
      if move <= moveMin * pooled.squareRoot() { break }
    }
    return estimate
  }
}

/// The methods of truth inference for numbers, by name.
public enum NumericMethod: String, CaseIterable, Sendable {
  case mean
  case median
  case lfcN = "lfc_n"

  /// The name, as in commands.
  public var name: String { rawValue }

  /// The method with its default settings.
  public var inference: any NumericInference {
    switch self {
    case .mean: MeanOfAnswers()
    case .median: MedianOfAnswers()
    case .lfcN: LFCN()
    }
  }

  /// What it is good for, in a line.
  public var summary: String {
    switch self {
    case .mean: "workers equally precise"
    case .median: "half the workers may answer anything"
    case .lfcN: "a variance learnt for each worker"
    }
  }
}

extension NumericAnswers {
  /// The mean of the answers to each task, weighted by worker.
  func means(weights: [Double]) -> [Double?] {
    (0..<taskCount).map { task in
      let range = taskStarts[task]..<taskStarts[task + 1]
      guard !range.isEmpty else { return nil }
      let total = range.reduce(0) { $0 + weights[Int(workers[$1])] }
      return range.reduce(0) { $0 + values[$1] * (weights[Int(workers[$1])] / total) }
    }
  }
}
