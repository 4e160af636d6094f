import Consensus
import Quantities
import Testing

/// What being a `TruthInference` means, for every method.
@Suite struct TruthContractTests {
  static let methods = TruthMethod.allCases
  static let binaryOnly: Set<TruthMethod> = [.kos]

  private func crowd(_ method: TruthMethod, seed: UInt64 = 7) -> Crowd {
    let k = Self.binaryOnly.contains(method) ? 2 : 3
    let matrices = (0..<12).map { Crowd.coin(0.55 + 0.03 * Double($0), k) }
    return Crowd(seed: seed, prior: Crowd.even(k), matrices: matrices, tasks: 60, answersPerTask: 5)
  }

  /// Every number of an estimate is one, and what should add up to 1 does.
  private func checkSane(_ estimate: TruthEstimate, _ answers: AnswerSet) {
    let k = answers.classCount
    #expect(estimate.posterior.count == answers.taskCount * k)
    for task in 0..<answers.taskCount {
      #expect(estimate[task].allSatisfy { $0 >= 0 && $0 <= 1 })
      #expect((estimate[task].reduce(0, +) - 1).magnitude < 1e-9)
    }
    #expect((estimate.prior.reduce(0, +) - 1).magnitude < 1e-9)
    #expect(estimate.accuracy.allSatisfy { $0 >= 0 && $0 <= 1 })
    #expect(estimate.skill.allSatisfy { $0.isFinite && $0 <= 1 + 1e-9 })
    #expect(estimate.logLikelihood.map(\.isFinite) ?? true)
    #expect(estimate.weights.map { $0.allSatisfy { $0.isFinite } } ?? true)
    let matrices = estimate.confusionMatrices(answers)
    #expect(matrices.count == answers.workerCount * k * k)
    for row in 0..<(answers.workerCount * k) {
      #expect((matrices[(row * k)..<((row + 1) * k)].reduce(0, +) - 1).magnitude < 1e-9)
    }
  }

  @Test(arguments: methods)
  func `the order of the answers changes nothing, not even the last bit`(method: TruthMethod) throws {
    var crowd = crowd(method)
    let before = try method.inference.infer(crowd.answers())
    var random = CounterStream(seed: 3)
    let order = Array(crowd.labels.indices).shuffled(using: &random)
    crowd.workers = order.map { crowd.workers[$0] }
    crowd.tasks = order.map { crowd.tasks[$0] }
    crowd.labels = order.map { crowd.labels[$0] }
    let after = try method.inference.infer(crowd.answers())
    #expect(after.posterior == before.posterior)
    #expect(after.skill == before.skill)
  }

  @Test(arguments: methods)
  func `renaming workers, tasks and classes renames the estimate`(method: TruthMethod) throws {
    var crowd = crowd(method)
    let k = crowd.classCount
    let before = try method.inference.infer(crowd.answers())
    var random = CounterStream(seed: 4)
    let workers = Array(0..<12).shuffled(using: &random)
    let tasks = Array(0..<60).shuffled(using: &random)
    let labels = Array((0..<k).reversed())
    crowd.workers = crowd.workers.map { workers[$0] }
    crowd.tasks = crowd.tasks.map { tasks[$0] }
    crowd.labels = crowd.labels.map { labels[$0] }
    let after = try method.inference.infer(crowd.answers())
    // Ties for the top go to the lowest class, so methods that decide between sweeps may differ where there are some.
    let decides: Set<TruthMethod> = [.wawa, .zeroBasedSkill, .iwmv, .fastDawidSkene]
    if decides.contains(method) {
      #expect((0..<60).count { labels[before.labels[$0]] == after.labels[tasks[$0]] } >= 54)
      return
    }
    for task in 0..<60 {
      for label in 0..<k {
        // Sums in another order, amplified by sweeps that stop on the same condition.
        #expect((before[task][task * k + label] - after[tasks[task]][tasks[task] * k + labels[label]]).magnitude < 1e-6)
      }
    }
  }

  @Test(arguments: methods)
  func `what everybody says is true`(method: TruthMethod) throws {
    var crowd = crowd(method)
    crowd.labels = crowd.tasks.map { $0 % crowd.classCount }
    let answers = try crowd.answers()
    let estimate = try method.inference.infer(answers)
    checkSane(estimate, answers)
    #expect(estimate.labels == (0..<60).map { $0 % crowd.classCount })
    #expect(estimate.accuracy.allSatisfy { $0 > 0.75 })
  }

  @Test(arguments: methods)
  func `known classes stay known`(method: TruthMethod) throws {
    let crowd = crowd(method)
    let gold = (0..<20).map { (task: $0, label: (crowd.truth[$0] + $0) % crowd.classCount) }
    let answers = try crowd.answers(gold: gold)
    let estimate = try method.inference.infer(answers)
    checkSane(estimate, answers)
    for (task, label) in gold { #expect(estimate[task][task * crowd.classCount + label] == 1) }
  }

  @Test(arguments: methods)
  func `many known tasks reveal workers who are always wrong`(method: TruthMethod) throws {
    // Seven of ten lie between two classes; only the known tasks tell who.
    let matrices = (0..<10).map { Crowd.coin($0 < 7 ? 0.05 : 0.95, 2) }
    let crowd = Crowd(seed: 5, prior: Crowd.even(2), matrices: matrices, tasks: 200, answersPerTask: 10)
    let gold = (0..<150).map { (task: $0, label: crowd.truth[$0]) }
    let estimate = try method.inference.infer(crowd.answers(gold: gold))
    let worst = estimate.skill[0..<7].max() ?? 0
    let best = estimate.skill[7..<10].min() ?? 0
    #expect(worst < 0 && best > 0)
  }

  typealias Oddity = (name: String, workers: [Int], tasks: [Int], labels: [Int], k: Int, taskCount: Int)
  static let oddities: [Oddity] = [
    (name: "one answer", workers: [0], tasks: [0], labels: [1], k: 2, taskCount: 1),
    (name: "one class", workers: [0, 1, 0, 1], tasks: [0, 0, 1, 1], labels: [0, 0, 0, 0], k: 1, taskCount: 2),
    (name: "one worker", workers: [0, 0, 0], tasks: [0, 1, 2], labels: [0, 1, 1], k: 2, taskCount: 3),
    (name: "a task without answers", workers: [0, 1, 0], tasks: [0, 0, 2], labels: [0, 0, 1], k: 2, taskCount: 4),
    (name: "a class nobody names", workers: [0, 1, 2], tasks: [0, 0, 1], labels: [0, 0, 0], k: 2, taskCount: 2),
    (name: "only ties", workers: [0, 1, 0, 1], tasks: [0, 0, 1, 1], labels: [0, 1, 1, 0], k: 2, taskCount: 2),
    (name: "the same answer twice", workers: [0, 0, 1], tasks: [0, 0, 0], labels: [1, 1, 0], k: 2, taskCount: 1),
    (
      name: "workers beyond the last", workers: [0, 0, 3, 3], tasks: [0, 1, 0, 1], labels: [0, 1, 0, 1], k: 2,
      taskCount: 2
    ),
  ]

  @Test(arguments: methods, oddities.indices)
  func `nothing is ever not a number`(method: TruthMethod, index: Int) throws {
    let oddity = Self.oddities[index]
    let answers = try AnswerSet(
      workers: oddity.workers, tasks: oddity.tasks, labels: oddity.labels, classCount: oddity.k, workerCount: 5,
      taskCount: oddity.taskCount)
    checkSane(try method.inference.infer(answers), answers)
  }

  @Test(arguments: methods)
  func `distributions that are certain give what plain answers give`(method: TruthMethod) throws {
    let crowd = crowd(method)
    let k = crowd.classCount
    let sure = crowd.labels.flatMap { label in (0..<k).map { $0 == label ? 1.0 : 0.0 } }
    let answers = try AnswerSet(
      workers: crowd.workers, tasks: crowd.tasks, distributions: sure, classCount: k, taskCount: 60)
    let plain = try method.inference.infer(crowd.answers())
    #expect(try method.inference.infer(answers).posterior == plain.posterior)
  }

  @Test(arguments: methods)
  func `distributions are understood`(method: TruthMethod) throws {
    let crowd = crowd(method)
    let k = crowd.classCount
    let shares = crowd.labels.flatMap { label in (0..<k).map { $0 == label ? 0.95 : 0.05 / Double(k - 1) } }
    let answers = try AnswerSet(
      workers: crowd.workers, tasks: crowd.tasks, distributions: shares, classCount: k, taskCount: 60)
    let estimate = try method.inference.infer(answers)
    checkSane(estimate, answers)
    let votes = crowd.accuracy(try VoteShare().infer(crowd.answers()))
    #expect(crowd.accuracy(estimate) > votes - 0.1)
  }

  @Test(arguments: methods)
  func `sweeps are reported one by one`(method: TruthMethod) throws {
    var numbers: [Int] = []
    let estimate = try method.inference.infer(crowd(method).answers()) { sweep in
      #expect(sweep.number <= sweep.limit)
      numbers.append(sweep.number)
    }
    #expect(numbers.isEmpty || numbers.contains(1))
    #expect(estimate.sweeps >= 1)
  }
}
