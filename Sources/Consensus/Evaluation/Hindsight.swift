import Quantities

/// What one could have had by knowing the whole stream beforehand: the yardsticks of regret, in log loss.
///
/// A member that gave no answer to a question is charged what the uniform pool of those present said, so that all
/// yardsticks are over the same questions: those whose class is known. No probability counts as less than 1e-12.
public struct Hindsight: Hashable, Sendable {
  /// Over how many questions.
  public let count: Int
  /// The mean log loss of each member.
  public let memberLosses: [Double]
  /// The mean log loss of the uniform pool.
  public let uniformLoss: Double
  /// The best fixed mixture of the members, by seat; adds up to 1.
  public let mixture: [Double]
  /// Its mean log loss.
  public let mixtureLoss: Double
  /// The probability of the true class by each member, T' x N, for the questions whose class is known.
  private let likelihoods: [Double]

  /// The seat of the best member; a tie goes to the lower one.
  public var bestMember: Int { memberLosses.indices.min { memberLosses[$0] < memberLosses[$1] } ?? 0 }
  /// The mean log loss of the best member.
  public var bestMemberLoss: Double { memberLosses[bestMember] }

  /// Looks back over `stream`.
  ///
  /// The mixture is found by expectation maximisation, which the convexity of log loss lets reach the optimum; it stops
  /// within 1e-6 nats of it, by the bound ln max_i mean_t (p_i / p), or after 5,000 rounds.
  ///
  /// - Precondition: every answer comes from a seat below `seatCount`, and at least one class is known.
  /// - Complexity: O(T N) for each round.
  public init(_ stream: [RecordedQuestion], seatCount: Int) {
    precondition(seatCount > 0)
    var likelihoods: [Double] = []
    var uniform = 0.0
    var count = 0
    for question in stream {
      guard let truth = question.truth else { continue }
      let table = question.table
      var sum = 0.0
      for row in 0..<table.rowCount { sum += Self.probability(table, row, truth) }
      let pooled = sum / Double(table.rowCount)
      var own = [Double](repeating: max(pooled, 1e-12), count: seatCount)
      for row in 0..<table.rowCount { own[table.seats[row].index] = max(Self.probability(table, row, truth), 1e-12) }
      likelihoods += own
      uniform += Scores.logLoss(pooled)
      count += 1
    }
    precondition(count > 0, "at least one class is known")
    self.likelihoods = likelihoods
    self.count = count
    uniformLoss = uniform / Double(count)
    var losses = [Double](repeating: 0, count: seatCount)
    for t in 0..<count {
      for i in 0..<seatCount { losses[i] -= FixedMath.log(likelihoods[t * seatCount + i]) }
    }
    memberLosses = losses.map { $0 / Double(count) }
    (mixture, mixtureLoss) = Self.bestMixture(likelihoods, seatCount: seatCount)
  }

  /// The log loss of a member on each question whose class is known, in order.
  public func losses(ofMember member: Int) -> [Double] {
    (0..<count).map { -FixedMath.log(likelihoods[$0 * memberLosses.count + member]) }
  }

  private static func probability(_ table: PredictionTable, _ row: Int, _ truth: Int) -> Double {
    Double(table.values[row * table.classCount + truth]) / Double(Billionths.one)
  }

  /// The fixed mixture of members with the least mean log loss, found by expectation maximisation.
  ///
  /// - Parameters:
  ///   - likelihoods: the probability of the true class by each member, T x N, all above 0.
  ///   - seatCount: how many members, N.
  ///   - tolerance: how near to the optimum, in nats, by the bound ln max_i mean_t (p_i / p).
  ///   - roundsMax: where to stop all the same.
  /// - Complexity: O(T N) for each round.
  public static func bestMixture(
    _ likelihoods: [Double], seatCount: Int, tolerance: Double = 1e-6, roundsMax: Int = 5_000
  ) -> (weights: [Double], loss: Double) {
    let count = likelihoods.count / seatCount
    var weights = [Double](repeating: 1 / Double(seatCount), count: seatCount)
    var loss = 0.0
    for _ in 0..<roundsMax {
      var ratios = [Double](repeating: 0, count: seatCount)
      loss = 0
      likelihoods.withUnsafeBufferPointer { likelihoods in
        for t in 0..<count {
          let row = UnsafeBufferPointer(rebasing: likelihoods[t * seatCount..<(t + 1) * seatCount])
          var mixed = 0.0
          for i in 0..<seatCount { mixed += weights[i] * row[i] }
          loss -= FixedMath.log(mixed)
          for i in 0..<seatCount { ratios[i] += row[i] / mixed }
        }
      }
      loss /= Double(count)
      var greatest = 0.0
      for i in 0..<seatCount {
        ratios[i] /= Double(count)
        greatest = max(greatest, ratios[i])
      }
      if FixedMath.log(greatest) < tolerance { break }
      for i in 0..<seatCount { weights[i] *= ratios[i] }
    }
    return (weights, loss)
  }

  /// The mean log loss of the best sequence of members that changes hands at most `switches` times.
  ///
  /// - Complexity: O(T N switches).
  public func switchingLoss(switches: Int) -> Double {
    precondition(switches >= 0)
    let seatCount = memberLosses.count
    // least[m][i]: the least loss so far of a sequence with at most m switches that ends with member i.
    var least = [[Double]](repeating: [Double](repeating: 0, count: seatCount), count: switches + 1)
    var best = [Double](repeating: 0, count: switches + 1)
    for t in 0..<count {
      for m in stride(from: switches, through: 0, by: -1) {
        let before = m > 0 ? best[m - 1] : .infinity
        var lowest = Double.infinity
        for i in 0..<seatCount {
          let value = min(least[m][i], before) - FixedMath.log(likelihoods[t * seatCount + i])
          least[m][i] = value
          lowest = min(lowest, value)
        }
        best[m] = lowest
      }
    }
    return best[switches] / Double(count)
  }
}
