import Consensus
import Testing

/// The default among crowds of many kinds.
@Suite struct AutomaticTests {
  static let basics: [TruthMethod] = [.majority, .wawa, .iwmv, .dawidSkene, .fastDawidSkene, .oneCoin, .zenCrowd]

  @Test(arguments: CrowdKind.allCases)
  func `auto is never much below the best basic method`(kind: CrowdKind) throws {
    var sums = [Double](repeating: 0, count: Self.basics.count)
    var auto = 0.0
    let seeds = UInt64(100)..<108
    for seed in seeds {
      let crowd = kind.crowd(seed)
      let answers = try crowd.answers()
      for (place, method) in Self.basics.enumerated() {
        sums[place] += crowd.accuracy(try method.inference.infer(answers))
      }
      auto += crowd.accuracy(try AutomaticTruth().infer(answers))
    }
    let best = (sums.max() ?? 0) / Double(seeds.count)
    // The best of seven in hindsight is itself lucky; small crowds of 30 tasks have a deviation of 2 points.
    #expect(auto / Double(seeds.count) > best - (kind == .small ? 0.03 : 0.02))
  }

  @Test(arguments: CrowdKind.allCases)
  func `calibration costs no label and never makes a wrong answer surer`(kind: CrowdKind) throws {
    let answers = try kind.crowd(1).answers()
    var bold = AutomaticTruth()
    bold.calibration.correlation = 0
    let (cautious, sure) = (try AutomaticTruth().infer(answers), try bold.infer(answers))
    #expect(cautious.labels == sure.labels)
    for task in 0..<answers.taskCount {
      #expect((cautious[task].max() ?? 0) <= (sure[task].max() ?? 0) + 1e-9)
    }
  }

  @Test func `known classes bring back the majority where a clique copies`() throws {
    var crowd = Crowd(
      seed: 9, prior: Crowd.even(3), matrices: (0..<20).map { Crowd.coin(0.5 + 0.02 * Double($0), 3) }, tasks: 600,
      answersPerTask: 9)
    // A third of the workers repeat what the first of them in the list of a task says.
    var leader: [Int: Int] = [:]
    for (place, task) in crowd.tasks.enumerated() where crowd.workers[place] < 6 {
      crowd.labels[place] = leader[task] ?? crowd.labels[place]
      leader[task] = crowd.labels[place]
    }
    let gold = (0..<150).map { (task: $0, label: crowd.truth[$0]) }
    let blind = try AutomaticTruth().infer(crowd.answers())
    let taught = try AutomaticTruth().infer(crowd.answers(gold: gold))
    func accuracy(_ estimate: TruthEstimate) -> Int { (150..<600).count { estimate.labels[$0] == crowd.truth[$0] } }
    #expect(accuracy(taught) > accuracy(blind))
    let votes = accuracy(try VoteShare().infer(crowd.answers()))
    #expect(accuracy(taught) >= votes - 5)
  }

  @Test func `known classes teach how sure to be`() throws {
    // Independent workers: no caution is needed, and the known tasks show it.
    let crowd = Crowd(
      seed: 11, prior: Crowd.even(2), matrices: [[[Double]]](repeating: Crowd.coin(0.75, 2), count: 12), tasks: 1_500,
      answersPerTask: 7)
    let gold = (0..<700).map { (task: $0, label: crowd.truth[$0]) }
    func loss(_ estimate: TruthEstimate) -> Double {
      (700..<1_500).reduce(0) { $0 - LogOracle.log(max(estimate.posterior[$1 * 2 + crowd.truth[$1]], 1e-12)) } / 800
    }
    let (blind, taught) = (
      try AutomaticTruth().infer(crowd.answers()), try AutomaticTruth().infer(crowd.answers(gold: gold))
    )
    #expect(loss(taught) < loss(blind) - 0.02)
  }

  @Test func `a handful of answers leaves the choice unsure, and no label wins that nobody gave`() throws {
    // One against one, and a third class elsewhere.
    let tied = try AnswerSet(workers: [0, 1, 2], tasks: [0, 0, 1], labels: [0, 1, 2], classCount: 3)
    let estimate = try AutomaticTruth().infer(tied) { _ in }
    #expect(estimate.labels[0] < 2)
    #expect(abs(estimate.posterior[0] - estimate.posterior[1]) < 1e-9)
    #expect(estimate.posterior[0] < 0.6)
    // Two against one: the majority, without certainty.
    let small = try AnswerSet(
      workers: [0, 1, 2, 0, 1, 2], tasks: [0, 0, 0, 1, 1, 1], labels: [0, 0, 1, 1, 1, 1], classCount: 2)
    let labels = try AutomaticTruth().infer(small) { _ in }
    #expect(labels.labels == [0, 1])
    #expect(labels.posterior[0] < 0.95)
  }
}
