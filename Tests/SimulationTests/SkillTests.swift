import Quantities
import Simulation
import Testing

/// Scenarios of one group of statistical members.
private func population(
  count: Int = 1_000, classes: Int = 3, questions: Int = 200, seed: UInt64 = 1,
  _ edit: (inout Skill, inout DrawnQuestions) -> Void = { _, _ in }
) throws -> Population {
  var (skill, drawn) = (Skill(), DrawnQuestions())
  drawn.classCount = classes
  edit(&skill, &drawn)
  var scenario = Scenario()
  scenario.seed = seed
  scenario.questionCount = questions
  scenario.questions = .drawn(drawn)
  scenario.groups = [Group(name: "a")]
  scenario.groups[0].count = count
  scenario.groups[0].source = .skill(skill)
  return try Population(scenario, replicate: 0)
}

private func rows(_ population: Population, _ question: Int, _ places: Range<Int>? = nil) -> [UInt32] {
  let places = places ?? 0..<population.memberCount
  return [UInt32](unsafeUninitializedCapacity: places.count * population.classCount) { buffer, count in
    population.rows(question, group: 0, places: places, into: buffer.baseAddress!)
    count = places.count * population.classCount
  }
}

private func labels(_ population: Population, _ question: Int, _ places: Range<Int>? = nil) -> [Int] {
  let places = places ?? 0..<population.memberCount
  let found = [UInt8](unsafeUninitializedCapacity: places.count) { buffer, count in
    population.labels(question, group: 0, places: places, into: buffer.baseAddress!)
    count = places.count
  }
  return found.map { Int($0) }
}

@Suite struct SkillTests {
  typealias Edit = @Sendable (inout Skill, inout DrawnQuestions) -> Void
  static let matrix = [[0.7, 0.2, 0.1], [0.1, 0.8, 0.1], [0.3, 0.2, 0.5]]

  // Every way to work out a row: plain, hard questions, own calibration, a prior, a matrix, and all of them together.
  static let edits: [Edit] = [
    { _, _ in },
    {
      $0.report = .labels; $1.difficulty = .uniform(0, 1)
    },
    {
      $1.difficulty = .uniform(0, 1); _ = $0
    },
    {
      $0.calibration = .uniform(0.2, 3); $1.difficulty = .uniform(0, 1)
    },
    {
      $1.prior = [0.6, 0.3, 0.1]; $0.calibration = .uniform(0.2, 3)
    },
    {
      $0.confusion = matrix; _ = $1
    },
    {
      $0.confusion = matrix; $0.calibration = .constant(2); $1.prior = [0.2, 0.3, 0.5]; $1.difficulty = .constant(0.3)
    },
    {
      $0.accuracy = .choice([0, 1]); $0.correlation = 0.4; _ = $1
    },
    {
      $0.accuracy = .choice([0, 1]); $0.calibration = .choice([0, 40]); $1.prior = [1, 0, 0]
    },
  ]

  @Test(arguments: 0..<edits.count)
  func `rows add up to one billion, whatever members can`(index: Int) throws {
    let some = try population(count: 50, questions: 40, Self.edits[index])
    for question in 1...40 {
      let found = rows(some, question)
      for place in 0..<50 {
        #expect(found[place * 3..<place * 3 + 3].reduce(UInt64(0)) { $0 + UInt64($1) } == 1_000_000_000)
      }
    }
  }

  @Test(arguments: [2, 3, 7, 300])
  func `rows add up to one billion for any number of classes`(classes: Int) throws {
    let some = try population(count: 21, classes: classes, questions: 10)
    for question in 1...10 {
      let found = rows(some, question)
      for place in 0..<21 {
        let row = found[place * classes..<(place + 1) * classes]
        #expect(row.reduce(UInt64(0)) { $0 + UInt64($1) } == 1_000_000_000)
      }
    }
  }

  @Test(arguments: 0..<edits.count)
  func `a member's row is the same asked alone, in a range or with all`(index: Int) throws {
    let some = try population(count: 23, questions: 9, Self.edits[index])
    for question in 1...9 {
      let all = rows(some, question)
      for range in [0..<1, 1..<2, 3..<10, 4..<23, 22..<23, 5..<5] {
        #expect(rows(some, question, range) == Array(all[range.lowerBound * 3..<range.upperBound * 3]))
      }
      for member in 0..<23 {
        var row = [UInt32](repeating: 0, count: 3)
        #expect(some.honest(question, member, into: &row))
        #expect(row == Array(all[member * 3..<member * 3 + 3]))
      }
    }
  }

  @Test func `labels are the rows of members that report labels`() throws {
    let some = try population(count: 77, classes: 5, questions: 30) { skill, drawn in
      skill.report = .labels
      drawn.difficulty = .uniform(0, 1)
    }
    for question in 1...30 {
      let found = rows(some, question)
      #expect(labels(some, question) == (0..<77).map { Billionths.top(found[$0 * 5..<$0 * 5 + 5]) })
      #expect(labels(some, question, 7..<20) == Array(labels(some, question)[7..<20]))
      let wide = [UInt16](unsafeUninitializedCapacity: 77) { buffer, count in
        some.labels(question, group: 0, places: 0..<77, into: buffer.baseAddress!)
        count = 77
      }
      #expect(wide.map { Int($0) } == labels(some, question))
    }
  }

  @Test(arguments: [0, 0.25, 0.8, 1])
  func `members are right as often as their accuracy says`(accuracy: Double) throws {
    let some = try population(count: 500, classes: 4) { skill, _ in
      skill.accuracy = .constant(accuracy)
      skill.report = .labels
    }
    var (right, wrong) = (0, [Int](repeating: 0, count: 4))
    for question in 1...200 {
      let truth = try #require(some.truth(question))
      for label in labels(some, question) {
        if label == truth { right += 1 } else { wrong[(label - truth + 4) % 4] += 1 }
      }
    }
    let count = 100_000.0
    #expect(abs(Double(right) / count - accuracy) <= 5 * (accuracy * (1 - accuracy) / count).squareRoot())
    let each = count * (1 - accuracy) / 3
    for k in 1...3 { #expect(abs(Double(wrong[k]) - each) <= 5 * each.squareRoot()) }
  }

  @Test func `errors of members and of questions are independent`() throws {
    let some = try population(count: 400, classes: 2, questions: 400) { skill, _ in
      skill.accuracy = .constant(0.5)
      skill.report = .labels
    }
    let errors = try (1...400).map { question in
      let truth = try #require(some.truth(question))
      return labels(some, question).map { $0 == truth ? 1.0 : -1.0 }
    }
    // Neighbours share a 64-bit draw, others a stream: the correlation of 400 fair coins has deviation 1 / 20, and the
    // mean of its squares over many pairs is 1 / 400 with a relative deviation of sqrt(2 / pairs).
    func meanSquare(_ vectors: [[Double]], _ distance: Int) -> Double {
      var sum = 0.0
      for i in 0..<vectors.count - distance {
        let product = zip(vectors[i], vectors[i + distance]).reduce(0) { $0 + $1.0 * $1.1 } / 400
        sum += product * product
      }
      return sum / Double(vectors.count - distance) * 400
    }
    let members = (0..<400).map { member in errors.map { $0[member] } }
    for distance in [1, 2, 3, 64] {
      #expect(abs(meanSquare(members, distance) - 1) < 5 * (2.0 / 300).squareRoot())
      #expect(abs(meanSquare(errors, distance) - 1) < 5 * (2.0 / 300).squareRoot())
    }
  }

  @Test func `draws fill all buckets alike`() throws {
    // Accuracies on a fine ladder turn the count of right answers into the distribution function of the draws.
    let ladder = (1...64).map { Double($0) / 64 }
    var squares = 0.0
    for step in ladder.dropLast() {
      let some = try population(count: 100, questions: 100) { skill, _ in
        skill.accuracy = .constant(step)
        skill.report = .labels
      }
      let right = try (1...100).reduce(0) { sum, question in
        let truth = try #require(some.truth(question))
        return sum + labels(some, question).count { $0 == truth }
      }
      let gap = (Double(right) / 10_000 - step) / (step * (1 - step) / 10_000).squareRoot()
      squares = max(squares, abs(gap))
    }
    #expect(squares < 4.5)
  }

  @Test func `calibrated members are right as often as they say, with a prior and hard questions too`() throws {
    let some = try population(count: 500, questions: 400) { skill, drawn in
      skill.accuracy = .uniform(0.4, 0.95)
      drawn.prior = [0.5, 0.3, 0.2]
      drawn.difficulty = .uniform(0, 0.5)
    }
    var bins = [(said: Double, was: Double, count: Double)](repeating: (0, 0, 0), count: 10)
    for question in 1...400 {
      let truth = try #require(some.truth(question))
      let found = rows(some, question)
      for place in 0..<500 {
        for k in 0..<3 {
          let share = Double(found[place * 3 + k]) / 1e9
          let bin = min(Int(share * 10), 9)
          bins[bin] = (bins[bin].said + share, bins[bin].was + (k == truth ? 1 : 0), bins[bin].count + 1)
        }
      }
    }
    // Truths are shared by all members, so 400 questions, not 600,000 numbers, set the deviation.
    for bin in bins where bin.count > 1_000 { #expect(abs(bin.said - bin.was) / bin.count < 0.1) }
    let gap = bins.reduce(0) { $0 + abs($1.said - $1.was) } / 600_000
    #expect(gap < 0.02)
  }

  @Test func `a calibration raises odds to its power`() throws {
    func top(_ calibration: Double) throws -> Double {
      let some = try population(count: 1, classes: 2, questions: 1) { skill, _ in
        skill.accuracy = .constant(0.8)
        skill.calibration = .constant(calibration)
      }
      return Double(try #require(rows(some, 1).max())) / 1e9
    }
    // Answers stand on a grid of 1e-9, accuracies on one of 2^-31.
    for (calibration, odds) in [(1.0, 4.0), (2.0, 16.0), (0.5, 2.0)] {
      #expect(abs(try top(calibration) - odds / (1 + odds)) < 1e-8)
    }
  }

  @Test func `signals follow the confusion matrix`() throws {
    let some = try population(count: 1_000) { skill, _ in
      skill.confusion = Self.matrix
      skill.report = .labels
    }
    var counts = [[Double]](repeating: [0, 0, 0], count: 3)
    for question in 1...200 {
      let truth = try #require(some.truth(question))
      for label in labels(some, question) { counts[truth][label] += 1 }
    }
    for truth in 0..<3 {
      let sum = counts[truth].reduce(0, +)
      for label in 0..<3 {
        #expect(abs(counts[truth][label] / sum - Self.matrix[truth][label]) < 5 * (0.25 / sum).squareRoot())
      }
    }
  }

  @Test func `the hardest questions leave nothing but chance, and members know it`() throws {
    let some = try population(count: 1_000, classes: 4) { _, drawn in drawn.difficulty = .constant(1) }
    var right = 0
    for question in 1...200 {
      let truth = try #require(some.truth(question))
      let found = rows(some, question)
      #expect(found.allSatisfy { $0 == 250_000_000 })
      right += truth == 0 ? 1 : 0
    }
    #expect((20...80).contains(right))  // 50 expected, deviation 6
  }

  @Test func `correlation makes errors common and leaves accuracies alone`() throws {
    func agreement(_ correlation: Double) throws -> (right: Double, same: Double) {
      let some = try population(count: 200, questions: 1_000) { skill, _ in
        skill.accuracy = .constant(0.7)
        skill.correlation = correlation
        skill.report = .labels
      }
      var (right, same) = (0.0, 0.0)
      for question in 1...1_000 {
        let truth = try #require(some.truth(question))
        let found = labels(some, question)
        right += Double(found.count { $0 == truth }) / 200
        same += zip(found, found.dropFirst(10)).reduce(0) { $0 + ($1.0 == $1.1 ? 1 : 0) } / 190
      }
      return (right / 1_000, same / 1_000)
    }
    let (apart, half, full) = (try agreement(0), try agreement(0.5), try agreement(1))
    // Two of 0.7 agree by chance with 0.49 + 2 * 0.15^2 = 0.535; with chance 1/4 both take the same signal.
    #expect(abs(apart.same - 0.535) < 0.01)
    #expect(abs(half.same - (0.25 + 0.75 * 0.535)) < 0.02)
    #expect(full.same == 1)
    for found in [apart, half, full] { #expect(abs(found.right - 0.7) < 0.075) }  // 1,000 questions: deviation 0.0145
  }

  @Test func `truths follow the prior`() throws {
    let some = try population(count: 1, questions: 20_000) { _, drawn in drawn.prior = [0.7, 0.2, 0.1] }
    var counts = [0.0, 0, 0]
    for question in 1...20_000 { counts[try #require(some.truth(question))] += 1 }
    for (count, share) in zip(counts, [0.7, 0.2, 0.1]) { #expect(abs(count / 20_000 - share) < 0.017) }  // 5 deviations
    #expect(some.prior == [700_000_000, 200_000_000, 100_000_000])
  }
}
