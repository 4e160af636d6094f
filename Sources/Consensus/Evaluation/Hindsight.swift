import Quantities

/// What would have been best, known only afterwards: the measures of regret.
///
/// All by log loss, no probability below 1e-12, over the questions whose class is known.
public struct Hindsight: Hashable, Sendable {
  /// How many questions have a known class.
  public let count: Int
  /// For each model its total log loss over the questions it answered.
  public let losses: [Double]
  /// For each model how many of them it answered.
  public let answered: [Int]
  // For each known question the truth's probability by model; below 0 where absent.
  private let likelihoods: [Double]
  private let modelCount: Int

  /// Looks at `stream` of `seatCount` models.
  public init(_ stream: [RecordedQuestion], seatCount: Int) {
    var (losses, answered) = ([Double](repeating: 0, count: seatCount), [Int](repeating: 0, count: seatCount))
    var likelihoods: [Double] = []
    var count = 0
    for question in stream {
      guard let truth = question.truth else { continue }
      count += 1
      let first = likelihoods.count
      likelihoods.append(contentsOf: repeatElement(-1, count: seatCount))
      for (row, seat) in question.table.seats.enumerated() {
        let value = question.table.values[row * question.table.classCount + truth]
        let probability = max(Double(value) / Double(Billionths.one), 1e-12)
        likelihoods[first + seat.index] = probability
        losses[seat.index] += Scores.logLoss(probability)
        answered[seat.index] += 1
      }
    }
    (self.count, self.losses, self.answered, self.likelihoods) = (count, losses, answered, likelihoods)
    modelCount = seatCount
  }

  /// The model with the least mean loss among those that answered at least half of the questions, or, where there is
  /// none, among all that answered; `nil` where nobody did. The lowest seat at a tie.
  public var bestModel: Seat? {
    let often = losses.indices.filter { 2 * answered[$0] >= count && answered[$0] > 0 }
    let all = often.isEmpty ? losses.indices.filter { answered[$0] > 0 } : often
    return all.min { losses[$0] / Double(answered[$0]) < losses[$1] / Double(answered[$1]) }.map { Seat($0) }
  }

  /// By how much the total loss of forecasts exceeds that of `seat`, over the questions which that model answered.
  ///
  /// - Parameter own: the loss on each question whose class is known, in order.
  public func regret(of own: [Double], to seat: Seat) -> Double {
    precondition(own.count == count, "a loss for each question")
    var regret = 0.0
    for (t, loss) in own.enumerated() {
      let likelihood = likelihoods[t * modelCount + seat.index]
      if likelihood >= 0 { regret += loss - Scores.logLoss(likelihood) }
    }
    return regret
  }

  /// The fixed mixture of least loss, its weights scaled to those who answered, and its total loss.
  ///
  /// Multiplicative steps w ← w a / b, a and b the positive and negative parts of the derivative: expectation
  /// maximisation where all are there. At most 1,000 sweeps of O(T N), until no weight moves by 1e-9.
  public func bestMixture() -> (weights: [Double], loss: Double) {
    var weights = [Double](repeating: 1 / Double(max(1, modelCount)), count: modelCount)
    var loss = 0.0
    for _ in 0..<1_000 {
      var (gains, costs) = ([Double](repeating: 0, count: modelCount), [Double](repeating: 0, count: modelCount))
      loss = 0
      for t in 0..<count {
        var (mixed, mass) = (0.0, 0.0)
        for i in 0..<modelCount where likelihoods[t * modelCount + i] >= 0 {
          mixed += weights[i] * likelihoods[t * modelCount + i]
          mass += weights[i]
        }
        guard mixed > 0 else { continue }
        loss += Scores.logLoss(mixed / mass)
        for i in 0..<modelCount where likelihoods[t * modelCount + i] >= 0 {
          gains[i] += likelihoods[t * modelCount + i] / mixed
          costs[i] += 1 / mass
        }
      }
      var next = weights
      for i in 0..<modelCount where costs[i] > 0 { next[i] *= gains[i] / costs[i] }
      let sum = next.reduce(0, +)
      var moved = 0.0
      for i in 0..<modelCount {
        next[i] /= sum
        moved = max(moved, abs(next[i] - weights[i]))
      }
      weights = next
      if moved < 1e-9 { break }
    }
    return (weights, loss)
  }

  /// The least total loss of a sequence of models with at most `switches` changes, each asked only where it answered;
  /// infinite where no such sequence exists. O(T N switches).
  public func bestSequence(switches: Int) -> Double {
    // best[m][i]: up to now with at most m changes, model i last.
    var best = [[Double]](repeating: [Double](repeating: 0, count: modelCount), count: switches + 1)
    for t in 0..<count {
      let before = best.map { $0.min() ?? 0 }
      for m in 0...switches {
        for i in 0..<modelCount {
          let likelihood = likelihoods[t * modelCount + i]
          let reached = t > 0 && m > 0 ? min(best[m][i], before[m - 1]) : best[m][i]
          best[m][i] = likelihood < 0 ? .infinity : reached + Scores.logLoss(likelihood)
        }
      }
    }
    return best[switches].min() ?? 0
  }
}
