import Consensus
import Testing

@Suite struct AnswersTests {
  typealias Refusal = (workers: [Int], tasks: [Int], labels: [Int], gold: [(task: Int, label: Int)], error: TruthError)

  static let refusals: [Refusal] = [
    (workers: [], tasks: [], labels: [], gold: [], error: .noAnswers),
    (workers: [0], tasks: [0], labels: [2], gold: [], error: .labelOutOfRange(row: 0, label: 2, classCount: 2)),
    (
      workers: [0, 0], tasks: [0, 1], labels: [0, -1], gold: [],
      error: .labelOutOfRange(row: 1, label: -1, classCount: 2)
    ),
    (workers: [9], tasks: [0], labels: [0], gold: [], error: .workerOutOfRange(row: 0, worker: 9, workerCount: 3)),
    (workers: [0], tasks: [7], labels: [0], gold: [], error: .taskOutOfRange(row: 0, task: 7, taskCount: 3)),
    (
      workers: [0], tasks: [0], labels: [0], gold: [(task: 5, label: 0)],
      error: .goldOutOfRange(task: 5, label: 0, taskCount: 3, classCount: 2)
    ),
    (
      workers: [0], tasks: [0], labels: [0], gold: [(task: 1, label: 0), (task: 1, label: 0)],
      error: .goldTwice(task: 1)
    ),
  ]

  @Test(arguments: refusals.indices)
  func `answers that do not fit are refused with their place`(index: Int) {
    let refusal = Self.refusals[index]
    #expect(throws: refusal.error) {
      try AnswerSet(
        workers: refusal.workers, tasks: refusal.tasks, labels: refusal.labels, classCount: 2, workerCount: 3,
        taskCount: 3, gold: refusal.gold)
    }
  }

  @Test(arguments: [[0.5, 0.4], [1.5, -0.5], [.nan, 1], [.infinity, 0]])
  func `what is no distribution is refused`(row: [Double]) {
    #expect(throws: TruthError.notADistribution(row: 0)) {
      try AnswerSet(workers: [0], tasks: [0], distributions: row, classCount: 2)
    }
  }

  typealias Repeats = (repeated: AnswerSet.Repeated, shares: [Double])

  @Test(
    arguments: [
      (repeated: .count, shares: [0.5, 0.5]),  // 0 0 of one worker, 1 1 of it and of another
      (repeated: .last, shares: [0, 1]),
      (repeated: .average, shares: [1.0 / 3, 2.0 / 3]),  // two thirds of a vote for 0, a third and a whole one for 1
    ] as [Repeats])
  func `repeated answers count as told`(repeats: Repeats) throws {
    let answers = try AnswerSet(
      workers: [0, 0, 0, 1], tasks: [0, 0, 0, 0], labels: [0, 0, 1, 1], classCount: 2, repeated: repeats.repeated)
    let estimate = try VoteShare().infer(answers)
    for (share, expected) in zip(estimate.posterior, repeats.shares) { #expect((share - expected).magnitude < 1e-12) }
  }

  @Test func `a tie goes to the lowest class`() throws {
    let answers = try AnswerSet(workers: [0, 1], tasks: [0, 0], labels: [2, 1], classCount: 3)
    let labels = try VoteShare().infer(answers).labels
    #expect(labels == [1])
  }
}

@Suite struct NumericTests {
  @Test func `mean, median and weighted mean of a crowd with one wild worker`() throws {
    var (workers, tasks, values): ([Int], [Int], [Double]) = ([], [], [])
    for task in 0..<40 {
      for worker in 0..<5 {
        workers.append(worker)
        tasks.append(task)
        // The last one is off by up to 50, the others by up to 1.
        let noise = Double((task * 7 + worker * 13) % 11 - 5) / 5
        values.append(Double(task) + (worker == 4 ? 50 * noise : noise))
      }
    }
    let answers = try NumericAnswers(workers: workers, tasks: tasks, values: values)
    func error(_ method: some NumericInference) -> Double {
      method.infer(answers).values.enumerated().reduce(0) {
        $0 + (($1.element ?? .infinity) - Double($1.offset)).magnitude
      }
    }
    #expect(error(MedianOfAnswers()) < error(MeanOfAnswers()) / 4)
    #expect(error(LFCN()) < error(MeanOfAnswers()) / 4)
    let estimate = LFCN().infer(answers)
    #expect(estimate.deviations[4] > 10 * estimate.deviations[0])
  }

  @Test func `a hand-worked median and mean`() throws {
    let answers = try NumericAnswers(
      workers: [0, 1, 2, 0, 1], tasks: [0, 0, 0, 1, 1], values: [1, 2, 9, 4, 5], taskCount: 3)
    #expect(MedianOfAnswers().infer(answers).values == [2, 4.5, nil])
    let means = MeanOfAnswers().infer(answers).values.map { $0 ?? -1 }
    #expect(zip(means, [4, 4.5, -1]).allSatisfy { ($0 - $1).magnitude < 1e-12 })
  }

  @Test(arguments: NumericMethod.allCases)
  func `huge, single and equal answers stay numbers`(method: NumericMethod) throws {
    for values in [[1e150, -1e150, 1e150], [3.0, 3.0, 3.0], [0.0, 0.0, 1e-300]] {
      let answers = try NumericAnswers(workers: [0, 1, 1], tasks: [0, 0, 1], values: values)
      let estimate = method.inference.infer(answers)
      #expect(estimate.values.allSatisfy { $0?.isFinite ?? false })
      #expect(estimate.deviations.allSatisfy { $0.isFinite })
    }
  }

  @Test(arguments: [Double.nan, .infinity, 1e151])
  func `what is no number is refused with its row`(value: Double) {
    #expect(throws: TruthError.notANumber(row: 1)) {
      try NumericAnswers(workers: [0, 1], tasks: [0, 0], values: [1, value])
    }
  }

  @Test(arguments: NumericMethod.allCases)
  func `shift and scale pass through`(method: NumericMethod) throws {
    let values = [1.0, 2, 4, 3, 3, 8, 5, 6, 6]
    let (workers, tasks) = ([0, 1, 2, 0, 1, 2, 0, 1, 2], [0, 0, 0, 1, 1, 1, 2, 2, 2])
    let plain = method.inference.infer(try NumericAnswers(workers: workers, tasks: tasks, values: values))
    let moved = method.inference.infer(
      try NumericAnswers(workers: workers, tasks: tasks, values: values.map { 10 * $0 - 3 }))
    for (a, b) in zip(plain.values, moved.values) {
      #expect((10 * (a ?? 0) - 3 - (b ?? 0)).magnitude < 1e-6)
    }
  }
}
