/// What workers answered about tasks: the input of `TruthInference`.
///
/// Workers, tasks and classes are numbers from 0. AnswerSet lie sorted by task, then worker, then class, so that the order
/// in which they were given changes no result, not even in the last bit. Each has a weight, 1 as a rule: an answer that
/// is a distribution over classes is stored as one weighted answer for each class it thinks possible.
///
/// - Complexity: O(answers + workers + tasks) time and memory to build, by counting sort.
public struct AnswerSet: Sendable {
  /// What to do when one worker answers one task several times.
  public enum Repeated: String, Sendable, CaseIterable {
    /// Every answer counts, as if others had given it.
    case count
    /// The last one given counts.
    case last
    /// All count together as much as one.
    case average
  }

  /// How many tasks, those without an answer included.
  public let taskCount: Int
  /// How many workers, those without an answer included.
  public let workerCount: Int
  /// How many classes, K.
  public let classCount: Int
  /// How many answers are stored.
  public var count: Int { workers.count }

  /// Where the answers of each task begin; one more at the end.
  let taskStarts: [Int]
  /// The worker of each answer.
  let workers: [Int32]
  /// The class of each answer.
  let labels: [Int32]
  /// The weight of each answer, above 0; empty where all are 1.
  let weights: [Double]
  /// The known class of each task, -1 where it is not known.
  let gold: [Int32]

  /// Takes answers that each name one class.
  ///
  /// - Parameters:
  ///   - workers: who gave each answer, from 0.
  ///   - tasks: what each answer is about, from 0.
  ///   - labels: the class each answer names, `0..<classCount`.
  ///   - classCount: K, at least 1.
  ///   - workerCount: how many workers; by default those up to the largest number.
  ///   - taskCount: how many tasks; by default those up to the largest number, here or in `gold`.
  ///   - repeated: what several answers of one worker to one task mean.
  ///   - gold: tasks whose class is known, each once. Methods hold them fixed and learn from them.
  /// - Throws: `TruthError` at the first answer that does not fit, and where there is none.
  public init(
    workers: [Int], tasks: [Int], labels: [Int], classCount: Int, workerCount: Int? = nil, taskCount: Int? = nil,
    repeated: Repeated = .count, gold: [(task: Int, label: Int)] = []
  ) throws(TruthError) {
    precondition(workers.count == tasks.count && workers.count == labels.count, "one worker, task and class an answer")
    let extent = try AnswerExtent(workers, tasks, classCount, workerCount, taskCount, gold)
    for (row, label) in labels.enumerated() where !(0..<classCount).contains(label) {
      throw .labelOutOfRange(row: row, label: label, classCount: classCount)
    }
    let order = answersSortedByTask(workers, tasks, extent)
    self.init(extent, gold, repeated, order: order, workers: workers, tasks: tasks) { answer, add in
      add(labels[answer], 1)
    }
  }

  /// Takes answers that are distributions over the classes, as from models that give probabilities.
  ///
  /// - Parameters:
  ///   - distributions: a row of K probabilities for each answer: finite, not negative, adding up to 1 within 1e-6;
  ///     each row is divided by its sum.
  ///   - workers, tasks, classCount, workerCount, taskCount, repeated, gold: as for plain answers.
  /// - Throws: `TruthError` at the first answer that does not fit, and where there is none.
  public init(
    workers: [Int], tasks: [Int], distributions: [Double], classCount: Int, workerCount: Int? = nil,
    taskCount: Int? = nil, repeated: Repeated = .count, gold: [(task: Int, label: Int)] = []
  ) throws(TruthError) {
    let rows = workers.count
    precondition(rows == tasks.count && rows * classCount == distributions.count, "a worker, task and row an answer")
    let extent = try AnswerExtent(workers, tasks, classCount, workerCount, taskCount, gold)
    var sums: [Double] = []
    sums.reserveCapacity(rows)
    for row in 0..<rows {
      let values = distributions[(row * classCount)..<((row + 1) * classCount)]
      guard values.allSatisfy({ $0.isFinite && $0 >= 0 }) else { throw .notADistribution(row: row) }
      let sum = values.reduce(0, +)
      guard (sum - 1).magnitude <= 1e-6 else { throw .notADistribution(row: row) }
      sums.append(sum)
    }
    let order = answersSortedByTask(workers, tasks, extent)
    self.init(extent, gold, repeated, order: order, workers: workers, tasks: tasks) { answer, add in
      for label in 0..<classCount where distributions[answer * classCount + label] > 0 {
        add(label, distributions[answer * classCount + label] / sums[answer])
      }
    }
  }

  /// How many answers `task` got.
  public func answerCount(ofTask task: Int) -> Int { taskStarts[task + 1] - taskStarts[task] }

  /// How much each worker answered: the sum of the weights of its answers.
  public func answerCountsOfWorkers() -> [Double] {
    var counts = [Double](repeating: 0, count: workerCount)
    for (answer, worker) in workers.enumerated() { counts[Int(worker)] += weight(answer) }
    return counts
  }

  /// The known class of `task`, if it is known.
  public func gold(ofTask task: Int) -> Int? { gold[task] < 0 ? nil : Int(gold[task]) }

  /// The same answers with other known classes.
  public func withGold(_ gold: [(task: Int, label: Int)]) throws(TruthError) -> AnswerSet {
    let extent = try AnswerExtent([], [], classCount, workerCount, taskCount, gold, mayBeEmpty: true)
    return AnswerSet(
      taskCount: taskCount, workerCount: workerCount, classCount: classCount, taskStarts: taskStarts, workers: workers,
      labels: labels, weights: weights, gold: goldByTask(gold, extent.taskCount))
  }

  @inline(__always)
  func weight(_ answer: Int) -> Double { weights.isEmpty ? 1 : weights[answer] }
}

extension AnswerSet {
  init(
    taskCount: Int, workerCount: Int, classCount: Int, taskStarts: [Int], workers: [Int32], labels: [Int32],
    weights: [Double], gold: [Int32]
  ) {
    self.taskCount = taskCount
    self.workerCount = workerCount
    self.classCount = classCount
    self.taskStarts = taskStarts
    self.workers = workers
    self.labels = labels
    self.weights = weights
    self.gold = gold
  }

  /// Lays out the answers in `order`; `classes` calls back with each class and weight of an answer.
  fileprivate init(
    _ extent: AnswerExtent, _ gold: [(task: Int, label: Int)], _ repeated: Repeated, order: [Int], workers: [Int],
    tasks: [Int], classes: (Int, (Int, Double) -> Void) -> Void
  ) {
    var starts = [Int](repeating: 0, count: extent.taskCount + 1)
    var entries: (workers: [Int32], labels: [Int32], weights: [Double]) = ([], [], [])
    entries.workers.reserveCapacity(order.count)
    entries.labels.reserveCapacity(order.count)
    entries.weights.reserveCapacity(order.count)
    var group: [(label: Int, weight: Double)] = []
    var next = 0
    while next < order.count {
      let first = next
      let (worker, task) = (workers[order[first]], tasks[order[first]])
      repeat { next += 1 } while next < order.count && workers[order[next]] == worker && tasks[order[next]] == task
      let share = repeated == .average ? 1 / Double(next - first) : 1
      group.removeAll(keepingCapacity: true)
      for place in (repeated == .last ? next - 1 : first)..<next {
        classes(order[place]) { group.append(($0, $1 * share)) }
      }
      if group.count > 1 { group.sort { ($0.label, $0.weight) < ($1.label, $1.weight) } }
      for (label, weight) in group {
        entries.workers.append(Int32(worker))
        entries.labels.append(Int32(label))
        entries.weights.append(weight)
      }
      starts[task + 1] += group.count
    }
    for task in 0..<extent.taskCount { starts[task + 1] += starts[task] }
    self.init(
      taskCount: extent.taskCount, workerCount: extent.workerCount, classCount: extent.classCount, taskStarts: starts,
      workers: entries.workers, labels: entries.labels,
      weights: entries.weights.allSatisfy { $0 == 1 } ? [] : entries.weights, gold: goldByTask(gold, extent.taskCount))
  }
}

/// How many there are of everything, checked.
struct AnswerExtent {
  let classCount: Int
  let workerCount: Int
  let taskCount: Int

  init(
    _ workers: [Int], _ tasks: [Int], _ classCount: Int, _ workerCount: Int?, _ taskCount: Int?,
    _ gold: [(task: Int, label: Int)], mayBeEmpty: Bool = false
  ) throws(TruthError) {
    guard mayBeEmpty || !workers.isEmpty else { throw .noAnswers }
    guard classCount >= 1 else { throw .noClasses }
    let workerCount = workerCount ?? (workers.max() ?? -1) + 1
    let taskCount = taskCount ?? (max(tasks.max() ?? -1, gold.reduce(-1) { max($0, $1.task) })) + 1
    for row in workers.indices {
      guard (0..<workerCount).contains(workers[row]), workers[row] < Int32.max else {
        throw .workerOutOfRange(row: row, worker: workers[row], workerCount: workerCount)
      }
      guard (0..<taskCount).contains(tasks[row]), tasks[row] < Int32.max else {
        throw .taskOutOfRange(row: row, task: tasks[row], taskCount: taskCount)
      }
    }
    var isKnown = Set<Int>()
    for (task, label) in gold {
      guard (0..<taskCount).contains(task), (0..<classCount).contains(label) else {
        throw .goldOutOfRange(task: task, label: label, taskCount: taskCount, classCount: classCount)
      }
      guard isKnown.insert(task).inserted else { throw .goldTwice(task: task) }
    }
    self.classCount = classCount
    self.workerCount = workerCount
    self.taskCount = taskCount
  }
}

private func goldByTask(_ gold: [(task: Int, label: Int)], _ taskCount: Int) -> [Int32] {
  var byTask = [Int32](repeating: -1, count: taskCount)
  for (task, label) in gold { byTask[task] = Int32(label) }
  return byTask
}

/// The numbers of the answers by task, then worker, then as they were given.
func answersSortedByTask(_ workers: [Int], _ tasks: [Int], _ extent: AnswerExtent) -> [Int] {
  let byWorker = countingSort(Array(workers.indices), keys: workers, keyCount: extent.workerCount)
  return countingSort(byWorker, keys: tasks, keyCount: extent.taskCount)
}

private func countingSort(_ items: [Int], keys: [Int], keyCount: Int) -> [Int] {
  var starts = [Int](repeating: 0, count: keyCount + 1)
  for item in items { starts[keys[item] + 1] += 1 }
  for key in 0..<keyCount { starts[key + 1] += starts[key] }
  return [Int](unsafeUninitializedCapacity: items.count) { sorted, count in
    for item in items {
      sorted[starts[keys[item]]] = item
      starts[keys[item]] += 1
    }
    count = items.count
  }
}
