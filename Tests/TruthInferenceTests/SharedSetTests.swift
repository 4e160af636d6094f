import Consensus
import Foundation
import Testing

/// The public sets of crowd answers beside the package, where they are.
enum SharedSets {
  static let classSets = [
    "bluebird", "rte", "dog", "web", "trec", "product", "possent", "face", "cf", "cf_amt", "sp", "zencrowd_in",
    "zencrowd_us",
  ]
  static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent().appendingPathComponent("shared/data/crowd")
  static let arePresent = FileManager.default.fileExists(atPath: folder.appendingPathComponent("rte/labels.csv").path)

  static func rows(_ set: String, _ file: String) throws -> [[Double]] {
    try String(contentsOf: folder.appendingPathComponent("\(set)/\(file)"), encoding: .utf8)
      .split(separator: "\n").dropFirst().map { $0.split(separator: ",").compactMap { Double($0) } }
  }

  static func load(_ set: String) throws -> (answers: AnswerSet, truth: [(task: Int, label: Int)]) {
    let answers = try rows(set, "labels.csv").map { $0.map { Int($0) } }
    let truth = try rows(set, "truth.csv").map { (task: Int($0[0]), label: Int($0[1])) }
    let k = (answers.map { $0[2] } + truth.map(\.label)).reduce(0, max) + 1
    let tasks = (answers.map { $0[1] } + truth.map(\.task)).reduce(0, max) + 1
    let loaded = try AnswerSet(
      workers: answers.map { $0[0] }, tasks: answers.map { $0[1] }, labels: answers.map { $0[2] }, classCount: k,
      taskCount: tasks)
    return (loaded, truth.filter { loaded.answerCount(ofTask: $0.task) > 0 })
  }

  /// The share of right labels with ties to the lowest class, and as expected with ties broken at random.
  static func accuracy(_ estimate: TruthEstimate, _ truth: [(task: Int, label: Int)]) -> (
    lowest: Double, expected: Double
  ) {
    let labels = estimate.labels
    var (lowest, expected) = (0.0, 0.0)
    for (task, label) in truth {
      if labels[task] == label { lowest += 1 }
      let row = Array(estimate[task])
      let top = row.max() ?? 0
      if row[label] >= top - 1e-9 { expected += 1 / Double(row.count { $0 >= top - 1e-9 }) }
    }
    return (100 * lowest / Double(truth.count), 100 * expected / Double(truth.count))
  }
}

@Suite(.enabled(if: SharedSets.arePresent, "the public sets are not beside the package, under ../shared/data/crowd"))
struct SharedSetTests {
  @Test func `auto reaches 85 percent in the mean of the class sets, however ties are broken`() throws {
    var (lowest, expected) = (0.0, 0.0)
    for set in SharedSets.classSets {
      let (answers, truth) = try SharedSets.load(set)
      let accuracy = SharedSets.accuracy(try AutomaticTruth().infer(answers), truth)
      lowest += accuracy.lowest / Double(SharedSets.classSets.count)
      expected += accuracy.expected / Double(SharedSets.classSets.count)
    }
    #expect(lowest >= 85)
    #expect(expected >= 85)
  }

  typealias Reference = (set: String, method: TruthMethod, accuracy: Double)

  // Ties broken at random; from independent implementations run to convergence.
  @Test(
    arguments: [
      (set: "bluebird", method: .majority, accuracy: 75.93), (set: "rte", method: .majority, accuracy: 89.69),
      (set: "web", method: .majority, accuracy: 73.06), (set: "bluebird", method: .dawidSkene, accuracy: 89.81),
      (set: "rte", method: .dawidSkene, accuracy: 92.75), (set: "web", method: .dawidSkene, accuracy: 82.17),
      (set: "product", method: .dawidSkene, accuracy: 94.00), (set: "cf", method: .dawidSkene, accuracy: 83.00),
      (set: "rte", method: .glad, accuracy: 92.50), (set: "possent", method: .glad, accuracy: 94.80),
      (set: "web", method: .zenCrowd, accuracy: 83.98), (set: "zencrowd_in", method: .oneCoin, accuracy: 79.27),
      (set: "web", method: .iwmv, accuracy: 84.96), (set: "cf", method: .fastDawidSkene, accuracy: 90.00),
      (set: "sp", method: .kos, accuracy: 81.92), (set: "face", method: .mmsr, accuracy: 63.01),
      (set: "web", method: .zeroBasedSkill, accuracy: 82.62), (set: "possent", method: .wawa, accuracy: 95.10),
    ] as [Reference])
  func `each method is as accurate as its reference, within 0.3 points`(reference: Reference) throws {
    let (answers, truth) = try SharedSets.load(reference.set)
    let accuracy = SharedSets.accuracy(try reference.method.inference.infer(answers), truth).expected
    #expect((accuracy - reference.accuracy).magnitude <= 0.3)
  }

  typealias NumericReference = (method: NumericMethod, meanAbsolute: Double, rootMeanSquare: Double)

  // Zheng et al. 2017, N_Emotion.
  @Test(
    arguments: [
      (method: .mean, meanAbsolute: 12.02, rootMeanSquare: 17.84),
      (method: .lfcN, meanAbsolute: 12.20, rootMeanSquare: 18.97),
    ] as [NumericReference])
  func `numeric methods have the published errors`(reference: NumericReference) throws {
    let rows = try SharedSets.rows("emotion_numeric", "labels.csv")
    let truth = try SharedSets.rows("emotion_numeric", "truth.csv")
    let answers = try NumericAnswers(
      workers: rows.map { Int($0[0]) }, tasks: rows.map { Int($0[1]) }, values: rows.map { $0[2] })
    let values = reference.method.inference.infer(answers).values
    let errors = truth.compactMap { row in values[Int(row[0])].map { $0 - row[1] } }
    let count = Double(errors.count)
    #expect((errors.reduce(0) { $0 + $1.magnitude } / count - reference.meanAbsolute).magnitude < 0.01)
    #expect(((errors.reduce(0) { $0 + $1 * $1 } / count).squareRoot() - reference.rootMeanSquare).magnitude < 0.01)
  }
}
