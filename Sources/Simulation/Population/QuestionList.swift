import Learning
import Quantities
import Tabular

/// What the questions of one run are: which case each is, and what was true of it.
struct QuestionList: Sendable {
  /// Questions from a list of cases that was read.
  struct Cases: Sendable {
    /// The case of each question, from question 1 on.
    let order: [UInt32]
    /// The class of each case; -1 where nobody knows.
    let truths: [Int32]
    /// How many questions later each class was known when it was recorded; empty where nothing was.
    let delays: [Int]
  }

  /// Cases that were read; `nil` where classes are drawn.
  let cases: Cases?
  /// How probable each class is; empty where all are alike.
  let prior: [Double]
  /// The prior as billionths.
  let priorRow: [UInt32]
  /// The prior summed up, for drawing; empty where all classes are alike.
  let cumulative: [UInt32]
  /// How hard drawn questions are.
  let difficulty: Distribution

  init(cases: Cases?, prior: [Double], classCount: Int, difficulty: Distribution = .constant(0)) {
    let isEven = prior.allSatisfy { $0 == prior[0] }
    let row = Billionths.shares(isEven ? [Double](repeating: 1, count: classCount) : prior)
    self.cases = cases
    self.prior = isEven ? [] : row.map { Double($0) / Double(Billionths.one) }
    self.difficulty = difficulty
    priorRow = row
    var sum: UInt32 = 0
    cumulative =
      isEven
      ? []
      : row.map { share in
        sum += share
        return sum
      }
  }

  /// A class by the prior.
  func drawClass(from random: inout CounterStream) -> Int {
    guard !cumulative.isEmpty else { return random.below(priorRow.count) }
    let place = UInt32(random.below(Int(Billionths.one)))
    var (low, high) = (0, cumulative.count - 1)
    while low < high {
      let middle = (low + high) / 2
      if place < cumulative[middle] { high = middle } else { low = middle + 1 }
    }
    return low
  }

  /// All cases in a random order, then again in a new one, for `count` questions.
  static func shuffled(caseCount: Int, count: Int, seed: UInt64) -> [UInt32] {
    var order: [UInt32] = []
    order.reserveCapacity(count)
    var round = 0
    while order.count < count {
      var random = Chance.stream(seed, .order, round)
      order += random.shuffled(caseCount).prefix(count - order.count).map { UInt32($0) }
      round += 1
    }
    return order
  }
}

extension CounterStream {
  /// The numbers `0 ..< count` in a random order (Fisher, Yates).
  mutating func shuffled(_ count: Int) -> [Int] {
    var numbers = Array(0..<count)
    for last in stride(from: count - 1, to: 0, by: -1) { numbers.swapAt(last, below(last + 1)) }
    return numbers
  }
}
