import Consensus
import Testing

/// What single methods promise.
@Suite struct MethodTests {
  @Test(arguments: UInt64(0)..<20)
  func `no sweep of plain Dawid-Skene lowers the likelihood`(seed: UInt64) throws {
    let crowd = CrowdKind.biased.crowd(seed)
    let answers = try crowd.answers()
    var last = -Double.infinity
    for sweeps in 1...40 {
      let stopping = Stopping(sweepMax: sweeps, gainMin: 0)
      let likelihood = try #require(try DawidSkene(smoothing: 0, stopping: stopping).infer(answers).logLikelihood)
      #expect(likelihood >= last - 1e-6)  // cells at 1e-10 instead of 0 cost about that much
      last = likelihood
    }
  }

  @Test func `the likelihood of Dawid-Skene is that of its own parameters`() throws {
    let crowd = CrowdKind.biased.crowd(1)
    let answers = try crowd.answers()
    let estimate = try DawidSkene(smoothing: 0, stopping: Stopping(sweepMax: 3_000, gainMin: 0)).infer(answers)
    let confusion = try #require(estimate.confusion)
    var likelihood = 0.0
    for task in 0..<500 {
      var sum = 0.0
      for truth in 0..<2 {
        var product = estimate.prior[truth]
        for (place, of) in crowd.tasks.enumerated() where of == task {
          product *= confusion[(crowd.workers[place] * 2 + truth) * 2 + crowd.labels[place]]
        }
        sum += product
      }
      likelihood += LogOracle.log(sum)
    }
    // At the fixed point; the last sweep's parameters are one step behind.
    #expect((likelihood - (estimate.logLikelihood ?? 0)).magnitude < 1e-3)
  }

  @Test(arguments: [
    TruthMethod.plainDawidSkene, .dawidSkene, .fastDawidSkene, .pooledDawidSkene, .oneCoin, .iwmv, .glad,
  ])
  func `a worker who inverts two classes gets a negative skill and still helps`(method: TruthMethod) throws {
    let matrices = [Crowd.coin(0.05, 2)] + [[[Double]]](repeating: Crowd.coin(0.85, 2), count: 6)
    let crowd = Crowd(seed: 2, prior: Crowd.even(2), matrices: matrices, tasks: 400, answersPerTask: 7)
    let estimate = try method.inference.infer(crowd.answers())
    #expect(estimate.skill[0] < -0.6)
    #expect(estimate.skill[1...].allSatisfy { $0 > 0.5 })
    let votes = crowd.accuracy(try VoteShare().infer(crowd.answers()))
    #expect(crowd.accuracy(estimate) > votes)
  }

  // Not for plain shares of votes, which contain the worker's own.
  @Test(arguments: TruthMethod.allCases.filter { ![.majority, .wawa, .zeroBasedSkill, .kos].contains($0) })
  func `a worker who answers at random gets a skill near 0`(method: TruthMethod) throws {
    let matrices = [Crowd.coin(0.5, 2)] + [[[Double]]](repeating: Crowd.coin(0.85, 2), count: 8)
    let crowd = Crowd(seed: 3, prior: Crowd.even(2), matrices: matrices, tasks: 1_000, answersPerTask: 9)
    let estimate = try method.inference.infer(crowd.answers())
    #expect(estimate.skill[0].magnitude < 0.1)  // three deviations of 1,000 coin flips
    #expect(estimate.skill[1...].allSatisfy { $0 > 0.5 })
  }

  @Test func `perfect workers give the truth in one step`() throws {
    let matrices = [[[Double]]](repeating: Crowd.coin(1, 4), count: 5)
    let crowd = Crowd(seed: 1, prior: Crowd.even(4), matrices: matrices, tasks: 50, answersPerTask: 3)
    let stopping = Stopping(sweepMax: 1, gainMin: 0)
    let estimate = try DawidSkene(smoothing: 0, stopping: stopping).infer(crowd.answers())
    #expect(crowd.accuracy(estimate) == 1)
    #expect(estimate.posterior.allSatisfy { $0 < 1e-6 || $0 > 1 - 1e-6 })
  }

  @Test func `a class that never occurs keeps a share above 0 in the model and does no harm`() throws {
    let answers = try AnswerSet(workers: [0, 1, 2], tasks: [0, 0, 0], labels: [1, 1, 1], classCount: 4)
    let estimate = try DawidSkene(smoothing: 0).infer(answers)
    #expect(estimate.labels == [1])
    #expect(estimate.posterior.allSatisfy { $0.isFinite })
  }

  @Test(arguments: [3, 5, 9, 17])
  func `wide rows of classes give what narrow ones give`(k: Int) throws {
    // Classes that nobody names change no label, whatever the lanes.
    let matrices = (0..<10).map { Crowd.coin(0.5 + 0.04 * Double($0), 2) }
    let crowd = Crowd(seed: 8, prior: Crowd.even(2), matrices: matrices, tasks: 100, answersPerTask: 6)
    let wide = try AnswerSet(workers: crowd.workers, tasks: crowd.tasks, labels: crowd.labels, classCount: k)
    let (narrow, broad) = (
      try DawidSkene(smoothing: 0).infer(crowd.answers()), try DawidSkene(smoothing: 0).infer(wide)
    )
    #expect(narrow.labels == broad.labels)
    for task in 0..<100 {
      #expect((narrow.posterior[task * 2] - broad.posterior[task * k]).magnitude < 1e-6)
    }
  }

  @Test func `one-coin collapses where workers lean to one class, and the pooled model does not`() throws {
    let matrices = (0..<40).map { worker -> [[Double]] in
      let right = 0.35 + 0.01 * Double(worker % 10)
      return [[right, 1 - right], [0.1, 0.9]]
    }
    let crowd = Crowd(seed: 4, prior: [0.6, 0.4], matrices: matrices, tasks: 800, answersPerTask: 12)
    let coin = crowd.accuracy(try OneCoin().infer(crowd.answers()))
    let pooled = crowd.accuracy(try PooledDawidSkene().infer(crowd.answers()))
    #expect(pooled > coin + 0.1)
  }

  @Test func `workers err together on trick questions, and the correlated model has the higher evidence`() throws {
    var crowd = Crowd(
      seed: 6, prior: [0.75, 0.25], matrices: [[[Double]]](repeating: Crowd.coin(0.92, 2), count: 20), tasks: 1_500,
      answersPerTask: 8)
    // A sixth of the tasks of class 0 look like class 1 to most.
    for (place, task) in crowd.tasks.enumerated() where crowd.truth[task] == 0 && task % 6 == 0 {
      crowd.labels[place] = (crowd.workers[place] &* 7 &+ task) % 10 < 4 ? 0 : 1
    }
    let answers = try crowd.answers()
    let together = try #require(try EBCC().infer(answers).logLikelihood)
    let alone = try #require(try PooledDawidSkene().infer(answers).logLikelihood)
    #expect(together > alone)
    let chosen = try AutomaticTruth().infer(answers).method
    #expect(chosen == "ebcc")
  }

  @Test func `message passing is for two classes and says so`() throws {
    let answers = try AnswerSet(workers: [0], tasks: [0], labels: [2], classCount: 3)
    #expect(throws: TruthError.binaryOnly(method: "kos", classCount: 3)) { try KOS().infer(answers) }
  }

  @Test func `matrices that would not fit are refused, and auto takes one number a worker`() throws {
    let answers = try AnswerSet(
      workers: [0, 99_999], tasks: [0, 0], labels: [0, 0], classCount: 64)
    let error = #expect(throws: TruthError.self) { try DawidSkene().infer(answers) }
    #expect("\(error as Any)".contains("one_coin"))
    let chosen = try AutomaticTruth().infer(answers).method
    #expect(chosen == "zencrowd")
  }

  @Test func `settings out of range are refused by name`() throws {
    let answers = try AnswerSet(workers: [0], tasks: [0], labels: [0], classCount: 2)
    #expect(throws: TruthError.self) { try DawidSkene(smoothing: -1).infer(answers) }
    #expect(throws: TruthError.self) { try DawidSkene(smoothing: .nan).infer(answers) }
    #expect(throws: TruthError.self) { try OneCoin(rightPrior: .infinity, wrongPrior: 0).infer(answers) }
    #expect(throws: TruthError.self) {
      try DawidSkene(smoothing: 0, stopping: Stopping(sweepMax: 0, gainMin: 0)).infer(answers)
    }
    var auto = AutomaticTruth()
    auto.calibration.correlation = 2
    #expect(throws: TruthError.self) { try auto.infer(answers) }
  }
}
