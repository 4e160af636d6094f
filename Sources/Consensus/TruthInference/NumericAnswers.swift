/// What workers answered about tasks whose truth is a number: the input of `NumericInference`.
///
/// AnswerSet lie sorted by task, worker and value, so that the order in which they were given changes nothing.
public struct NumericAnswers: Sendable {
  /// How many tasks, those without an answer included.
  public let taskCount: Int
  /// How many workers, those without an answer included.
  public let workerCount: Int
  /// How many answers.
  public var count: Int { values.count }

  let taskStarts: [Int]
  let workers: [Int32]
  let values: [Double]

  /// Takes answers that are numbers.
  ///
  /// - Parameters:
  ///   - workers: who gave each answer, from 0.
  ///   - tasks: what each answer is about, from 0.
  ///   - values: the answers: finite, at most 1e150 in size, so that no square overflows.
  ///   - repeated: what several answers of one worker to one task mean; `average` makes them one answer, their mean.
  public init(
    workers: [Int], tasks: [Int], values: [Double], workerCount: Int? = nil, taskCount: Int? = nil,
    repeated: AnswerSet.Repeated = .count
  ) throws(TruthError) {
    precondition(workers.count == tasks.count && workers.count == values.count, "one worker, task and value an answer")
    let extent = try AnswerExtent(workers, tasks, 1, workerCount, taskCount, [])
    for (row, value) in values.enumerated() where !(value.magnitude <= 1e150) { throw .notANumber(row: row) }
    let order = answersSortedByTask(workers, tasks, extent)
    var starts = [Int](repeating: 0, count: extent.taskCount + 1)
    var kept: (workers: [Int32], values: [Double]) = ([], [])
    var next = 0
    while next < order.count {
      let first = next
      let (worker, task) = (workers[order[first]], tasks[order[first]])
      repeat { next += 1 } while next < order.count && workers[order[next]] == worker && tasks[order[next]] == task
      var group = order[(repeated == .last ? next - 1 : first)..<next].map { values[$0] }
      group.sort()
      // Each divided before it is added: the sum of finite numbers may not be finite.
      if repeated == .average { group = [group.reduce(0) { $0 + $1 / Double(group.count) }] }
      for value in group {
        kept.workers.append(Int32(worker))
        kept.values.append(value)
      }
      starts[task + 1] += group.count
    }
    for task in 0..<extent.taskCount { starts[task + 1] += starts[task] }
    self.taskCount = extent.taskCount
    self.workerCount = extent.workerCount
    taskStarts = starts
    self.workers = kept.workers
    self.values = kept.values
  }

  /// How many answers `task` got.
  public func answerCount(ofTask task: Int) -> Int { taskStarts[task + 1] - taskStarts[task] }
}

/// A method that infers the number behind the answers of workers of unknown precision.
public protocol NumericInference: Sendable {
  /// Infers the number of each task.
  func infer(_ answers: NumericAnswers) -> NumericEstimate
}

/// What a method of `NumericInference` makes of answers.
public struct NumericEstimate: Sendable {
  /// The number of each task; `nil` for a task without answers.
  public let values: [Double?]
  /// The root of each worker's mean squared distance from `values`; 0 for a worker without answers.
  public let deviations: [Double]
  /// The mean of each worker's answers less `values`: whether it answers too high; 0 without answers.
  public let biases: [Double]
  /// Sweeps over the answers.
  public let sweeps: Int

  init(_ answers: NumericAnswers, values: [Double?], sweeps: Int) {
    self.values = values
    self.sweeps = sweeps
    var squares = [Double](repeating: 0, count: answers.workerCount)
    var (sums, counts) = (squares, squares)
    for task in 0..<answers.taskCount {
      guard let value = values[task] else { continue }
      for answer in answers.taskStarts[task]..<answers.taskStarts[task + 1] {
        let worker = Int(answers.workers[answer])
        let distance = answers.values[answer] - value
        squares[worker] += distance * distance
        sums[worker] += distance
        counts[worker] += 1
      }
    }
    deviations = zip(squares, counts).map { $1 > 0 ? ($0 / $1).squareRoot() : 0 }
    biases = zip(sums, counts).map { $1 > 0 ? $0 / $1 : 0 }
  }
}
