import Quantities

/// The statistical members of one group, as columns by place: 8 bytes a member, 16 where each judges itself
/// differently.
///
/// **The draw.** A member sees its signal by 32 random bits: half of draw number place / 2 of the counter stream of
/// (run, question, group), the low half for even places. So one mix of 64 bits serves two members, any range of members
/// can be drawn by itself, and a member's bits do not depend on who else is asked. The upper 31 bits are compared with
/// the member's accuracy on a grid of 2^-31: below it, the signal is the truth. Otherwise a multiplicative hash of the
/// same bits (Knuth 6.4: multiples of a constant near the golden ratio are spread evenly over any run of numbers) picks
/// the wrong class. A member that takes its group's signal uses 32 bits that the group shares, so each keeps its own
/// accuracy while errors come together.
///
/// A class, so that asking for one member retains one object rather than each column; nothing in it ever changes.
final class SkilledMembers: Sendable {
  /// 1 on the grid of chances.
  static let one: UInt32 = 1 << 31

  let classCount: Int
  let seed: UInt64
  let group: Int
  let report: Skill.Report
  /// The accuracy of each, in 2^-31; all zero where there is a confusion matrix.
  let accuracies: [UInt32]
  /// How each judges itself; empty where all do by `calibration`.
  let calibrations: [Double]
  let calibration: Double
  /// The chance of taking the group's signal, in 2^-31.
  let correlation: UInt32
  /// What a member gives each class that is not its signal where questions are not hard, in billionths; empty where
  /// classes differ.
  let others: [UInt32]
  /// The chance of each signal up to the last but one or a lower one, in 2^-31, truth by truth; empty for accuracies.
  let cumulative: [UInt32]
  /// The chance of each signal, truth by truth; empty for accuracies.
  let confusion: [Double]
  /// How probable each class is; empty where all are alike.
  let prior: [Double]
  /// Rows by signal where all members of a confusion matrix say the same and questions are not hard.
  let rowsBySignal: [UInt32]

  /// Draws what `count` members of group `group` can.
  init(_ skill: Skill, count: Int, group: Int, classCount: Int, prior: [Double], seed: UInt64) {
    self.classCount = classCount
    self.seed = seed
    self.group = group
    self.prior = prior
    report = skill.report
    correlation = Self.grid(skill.correlation)
    let hasConfusion = !skill.confusion.isEmpty
    accuracies =
      hasConfusion
      ? []
      : (0..<count).map { place in
        var random = Chance.stream(seed, .accuracy, group, place)
        return Self.grid(skill.accuracy.sample(from: &random))
      }
    if case .constant(let value) = skill.calibration {
      (calibration, calibrations) = (max(value, 0), [])
    } else {
      calibration = 1
      calibrations =
        skill.report == .labels
        ? []
        : (0..<count).map { place in
          var random = Chance.stream(seed, .calibration, group, place)
          return max(skill.calibration.sample(from: &random), 0)
        }
    }
    let confusion = skill.confusion.flatMap { $0 }
    self.confusion = confusion
    cumulative = skill.confusion.flatMap { row in
      var sum = 0.0
      return row.map { chance in
        sum += chance
        return Self.grid(sum)
      }
    }
    if hasConfusion || !prior.isEmpty || report == .labels {
      others = []
    } else {
      var drawn = [UInt32](repeating: 0, count: count)
      for place in 0..<count {
        drawn[place] = Self.other(
          accuracy: accuracies[place], calibration: calibrations.isEmpty ? calibration : calibrations[place],
          classCount: classCount)
      }
      others = drawn
    }
    rowsBySignal =
      hasConfusion && calibrations.isEmpty && report == .probabilities
      ? Self.rows(confusion: confusion, prior: prior, calibration: calibration, classCount: classCount) : []
  }

  /// What a member with this confusion matrix says for each signal, K x K.
  private static func rows(confusion: [Double], prior: [Double], calibration: Double, classCount: Int) -> [UInt32] {
    var rows = [UInt32](repeating: 0, count: classCount * classCount)
    rows.withUnsafeMutableBufferPointer { rows in
      guard let start = rows.baseAddress else { return }
      for signal in 0..<classCount {
        posterior(
          likelihood: { confusion[$0 * classCount + signal] }, prior: prior, calibration: calibration,
          classCount: classCount, into: start + signal * classCount)
      }
    }
    return rows
  }

  /// A chance on the grid, held within 0 to 1.
  static func grid(_ chance: Double) -> UInt32 { UInt32((min(max(chance, 0), 1) * Double(one)).rounded()) }

  /// A chance on the grid, moved towards `aim` by `difficulty`, both on the grid too.
  @inline(__always)
  static func moved(_ chance: UInt32, towards aim: UInt32, by difficulty: UInt32) -> UInt32 {
    UInt32(truncatingIfNeeded: Int64(chance) + ((Int64(aim) - Int64(chance)) * Int64(difficulty)) >> 31)
  }

  /// What a member of this accuracy gives each class that is not its signal, in billionths, where all classes are alike
  /// and it is calibrated.
  @inline(__always)
  static func other(accuracy: UInt32, classCount: Int) -> UInt32 {
    let rest = (UInt64(one &- accuracy) &* UInt64(Billionths.one)) &>> 31
    return UInt32(truncatingIfNeeded: rest / UInt64(truncatingIfNeeded: classCount &- 1))
  }

  /// The same of a member that judges itself by `calibration`.
  static func other(accuracy: UInt32, calibration: Double, classCount: Int) -> UInt32 {
    if calibration == 1 { return other(accuracy: accuracy, classCount: classCount) }
    let rest = one - accuracy
    // A class that the signal rules out stays ruled out, however modest the member is.
    if accuracy == 0 { return Billionths.one / UInt32(classCount - 1) }
    if rest == 0 { return 0 }
    let ratio = Double(accuracy) * Double(classCount - 1) / Double(rest)
    let odds = FixedMath.exp(calibration * FixedMath.log(ratio))
    return UInt32(Double(Billionths.one) / (Double(classCount - 1) + odds))
  }

  /// The row of Bayes' rule: prior times likelihood, raised to the calibration, on the grid. Each class has its floor,
  /// the most probable one what is left.
  static func posterior(
    likelihood: (Int) -> Double, prior: [Double], calibration: Double, classCount: Int,
    into row: UnsafeMutablePointer<UInt32>
  ) {
    withUnsafeTemporaryAllocation(of: Double.self, capacity: classCount) { weights in
      var top = 0
      for k in 0..<classCount {
        weights[k] = likelihood(k) * (prior.isEmpty ? 1 : prior[k])
        if weights[k] > weights[top] { top = k }
      }
      if calibration != 1 {
        // Less the largest before the power, so that a member that is far too sure is sure of something.
        let most = FixedMath.log(weights[top])
        for k in 0..<classCount where weights[k] > 0 {
          weights[k] = FixedMath.exp(calibration * (FixedMath.log(weights[k]) - most))
        }
      }
      var sum = 0.0
      for k in 0..<classCount { sum += weights[k] }
      // A signal that no class explains says nothing.
      let unit = sum > 0 ? Double(Billionths.one) / sum : 0
      var left = Billionths.one
      for k in 0..<classCount {
        row[k] = sum > 0 ? UInt32(weights[k] * unit) : Billionths.one / UInt32(classCount)
        left -= row[k]
      }
      row[top] += left
    }
  }
}
