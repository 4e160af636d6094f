import Consensus
import Foundation
import Incentives
import Quantities

/// A report in billionths from shares that add up to one.
func report(_ shares: [Double]) -> [UInt32] { Billionths.shares(shares) }

/// A question that models answered with `reports`, staking `stakes` micro-credits, and that turned out `outcome`.
func question(
  _ reports: [[UInt32]], stakes: [Int64], rewards: [Int64]? = nil, weights: [UInt32]? = nil, outcome: Outcome
) -> StakedQuestion {
  var table = PredictionTable(classCount: reports[0].count)
  for (seat, report) in reports.enumerated() { table.append(Seat(seat), report) }
  let equal = Billionths.shares([UInt64](repeating: 1, count: reports.count))
  let closed = ClosedQuestion(
    id: QuestionID(1), table: table, consensus: Billionths.shares([UInt64](repeating: 1, count: table.classCount)),
    weights: weights ?? equal)
  let terms = stakes.indices.map { row in
    Terms(stake: Amount(micro: stakes[row]), reward: Amount(micro: rewards?[row] ?? 0))
  }
  return StakedQuestion(closed: closed, terms: terms, outcome: outcome)
}

/// Standings of models that have not answered yet.
func newcomers(_ count: Int) -> [Standing] { [Standing](repeating: Standing(), count: count) }

/// What each is paid, in micro-credits.
func payments(
  _ mechanism: some IncentiveMechanism, _ reports: [[UInt32]], stakes: [Int64], truth: Int
) -> [Int64] {
  mechanism.settle(question(reports, stakes: stakes, outcome: .class(truth)), standings: newcomers(reports.count))
    .payments.map(\.micro)
}

/// What row 0 may expect if its belief is `belief`, in micro-credits.
func expectation(
  _ mechanism: some IncentiveMechanism, belief: [UInt32], _ reports: [[UInt32]], stakes: [Int64]
) -> Double {
  belief.indices.reduce(0) { sum, truth in
    sum + Double(belief[truth]) / 1e9 * Double(payments(mechanism, reports, stakes: stakes, truth: truth)[0])
  }
}

/// A random report, with zeros now and then.
func someReport(_ classCount: Int, using random: inout CounterStream) -> [UInt32] {
  Billionths.shares((0..<classCount).map { _ in random.below(6) == 0 ? UInt64(0) : UInt64(random.below(1_000)) })
}

/// All reports over `classCount` classes in steps of a `parts`-th.
func grid(_ classCount: Int, parts: Int) -> [[UInt32]] {
  func compositions(_ total: Int, _ count: Int) -> [[Int]] {
    guard count > 1 else { return [[total]] }
    return (0...total).flatMap { first in compositions(total - first, count - 1).map { [first] + $0 } }
  }
  return compositions(parts, classCount).map { Billionths.shares($0.map { UInt64($0) }) }
}

/// The reference vectors beside the repository, where they are there.
enum SharedVectors {
  private static let folder = URL(fileURLWithPath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    .appendingPathComponent("shared/vectors")

  /// The word of a test that is left out.
  static let absent = "the shared reference vectors are not beside the repository"

  static func has(_ name: String) -> Bool {
    FileManager.default.fileExists(atPath: folder.appendingPathComponent(name).path)
  }

  static func read<Value: Decodable>(_ name: String, as type: Value.Type) throws -> Value {
    try JSONDecoder().decode(Value.self, from: Data(contentsOf: folder.appendingPathComponent(name)))
  }
}
