import Quantities
import Synchronization

/// What one run with the adversary came to.
struct TrialOutcome: Hashable, Sendable {
  /// What the adversary made, in credits.
  var profit: Double
  /// What all others made together, in credits.
  var othersProfit: Double
  /// What all others brought in, in credits.
  var othersDeposit: Double
  /// The part of the questions that the consensus had right; `nan` where no outcome came.
  var accuracy: Double
  /// The mean log loss of the consensus, in nats; `nan` where no outcome came.
  var logLoss: Double

  /// What `record` says; `owns` says which groups are the adversary's.
  init(_ record: RunRecord, owns: (Int) -> Bool) {
    var profit = Amount.zero
    var othersProfit = Amount.zero
    var othersDeposit = Amount.zero
    for member in record.members {
      if owns(member.group) {
        profit += member.profit
      } else {
        othersProfit += member.profit
        othersDeposit += member.deposited
      }
    }
    self.profit = Double(profit.micro) / 1e6
    self.othersProfit = Double(othersProfit.micro) / 1e6
    self.othersDeposit = Double(othersDeposit.micro) / 1e6
    let tally = record.measures.consensus
    accuracy = tally.count > 0 ? Double(tally.right) / Double(tally.count) : .nan
    logLoss = tally.count > 0 ? tally.logLossSum / Double(tally.count) : .nan
  }
}

/// Runs scenarios, some at the same time; which thread runs what makes no difference to what comes out.
struct Trials {
  /// One run.
  struct Job {
    var scenario: Scenario
    var adversary: Adversary
    var replicate: Int
  }

  /// How many at the same time.
  let threads: Int
  /// How many runs there were.
  private(set) var runs = 0
  /// Told the number of runs after each batch.
  let progress: (Int) -> Void

  init(threads: Int, progress: @escaping (Int) -> Void) {
    precondition(threads >= 1, "nobody to run anything")
    self.threads = threads
    self.progress = progress
  }

  /// Runs `jobs`; outcomes in their order. Throws the error of the first job that fails.
  mutating func run(_ jobs: [Job]) throws -> [TrialOutcome] {
    let results = Mutex([Result<TrialOutcome, any Error>?](repeating: nil, count: jobs.count))
    Batch.forEach(count: jobs.count, threads: threads) { index in
      let job = jobs[index]
      let result = Result {
        TrialOutcome(
          try Simulator.run(job.scenario, replicate: job.replicate, isDetailed: false, progress: { _ in }),
          owns: job.adversary.owns)
      }
      results.withLock { $0[index] = result }
    }
    runs += jobs.count
    progress(runs)
    return try results.withLock { $0 }.map { result in
      guard let result else { preconditionFailure("every job is run") }
      return try result.get()
    }
  }

  /// Runs each of `plans` on `replicates`; outcomes by plan and replicate.
  mutating func run(
    _ plans: [AttackPlan], of adversary: Adversary, replicates: Range<Int>
  ) throws -> [[TrialOutcome]] {
    let jobs = plans.flatMap { plan in
      let scenario = adversary.scenario(plan)
      return replicates.map { Job(scenario: scenario, adversary: adversary, replicate: $0) }
    }
    let outcomes = try run(jobs)
    return plans.indices.map { Array(outcomes[$0 * replicates.count..<($0 + 1) * replicates.count]) }
  }

  /// Runs the scenario without the adversary on `replicates`.
  mutating func run(without adversary: Adversary, replicates: Range<Int>) throws -> [TrialOutcome] {
    try run(replicates.map { Job(scenario: adversary.without, adversary: adversary, replicate: $0) })
  }
}
