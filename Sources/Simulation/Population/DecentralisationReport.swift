import Charts
import Consensus
import Quantities

/// How good a sequence of predictions was.
public struct AnswerScore: Hashable, Sendable {
  /// The part of the questions whose top class was the truth, 0 to 1; a tie goes to the lowest class.
  public var accuracy: Double
  /// The mean of -ln(probability of the truth), in nats, with probabilities under 1e-12 counted as that.
  public var logLoss: Double

  /// Puts the parts together.
  public init(accuracy: Double, logLoss: Double) {
    self.accuracy = accuracy
    self.logLoss = logLoss
  }
}

/// What decentralising costs: the council beside one model of the same learner on all the data, each member alone, and
/// the plain average of all that learn. All on the questions that were asked, each as often as it was.
public struct DecentralisationReport: Hashable, Sendable {
  /// One model trained on all rows that are not asked.
  public struct Central: Hashable, Sendable {
    /// Which learner: one for each that members use.
    public let learner: String
    /// How good it is.
    public let score: AnswerScore
  }

  /// A member that learns, left to itself.
  public struct Alone: Hashable, Sendable {
    /// Its number in the population.
    public let member: Int
    /// How good it is.
    public let score: AnswerScore
  }

  /// The council's consensus, as measured in the run.
  public let council: AnswerScore
  /// One model on all data, for each learner in use.
  public let central: [Central]
  /// Every member that learns, in their order.
  public let alone: [Alone]
  /// The plain average of what they say.
  public let average: AnswerScore

  /// Accuracy given up for leaving the data where they are: the best central model's less the council's.
  public var accuracyCost: Double { (central.map(\.score.accuracy).max() ?? council.accuracy) - council.accuracy }
  /// Log loss taken on for it, in nats: the council's less the best central model's.
  public var logLossCost: Double { council.logLoss - (central.map(\.score.logLoss).min() ?? council.logLoss) }

  /// What leaving the data where they are came to, for people. One run: it tells nothing of chance.
  public var sentence: String {
    let (accuracy, loss) = (accuracyCost, logLossCost)
    let points = "\(SVGText.number(abs(accuracy) * 100)) points of accuracy \(accuracy < 0 ? "gained" : "given up")"
    let nats = "\(SVGText.number(abs(loss))) nats \(loss < 0 ? "less" : "more") log loss"
    return "Leaving the data with the members came to \(points) and \(nats), against the best single model on all data "
      + "(first run)."
  }
}

extension Population {
  /// What decentralising cost, given how good the council's consensus was in the run; `nil` where no member learns or no
  /// question was asked.
  ///
  /// - Complexity: O(rows asked x members x K).
  public func decentralisation(council: AnswerScore) -> DecentralisationReport? {
    guard let learning, let cases = questions.cases, questionCount > 0 else { return nil }
    var counts = [Int](repeating: 0, count: cases.truths.count)
    for row in cases.order { counts[Int(row)] += 1 }
    let (members, K) = (learning.predictions, classCount)

    func score(_ prediction: (_ row: Int) -> [Double]) -> AnswerScore {
      var (right, loss) = (0, 0.0)
      for (row, count) in counts.enumerated() where count > 0 {
        let (shares, truth) = (prediction(row), Int(cases.truths[row]))
        var top = 0
        for k in 1..<K where shares[k] > shares[top] { top = k }
        if top == truth { right += count }
        loss += Double(count) * Scores.logLoss(shares[truth])
      }
      return AnswerScore(accuracy: Double(right) / Double(questionCount), logLoss: loss / Double(questionCount))
    }
    func shares(_ rows: PredictedRows, _ row: Int, _ place: Int) -> [Double] {
      (rows.prediction(row: row, place: place) ?? []).map { Double($0) / Double(Billionths.one) }
    }
    let numbers = zip(groups, sources).flatMap { group, source in
      if case .predicted = source { Array(group.members) } else { [Int]() }
    }
    return DecentralisationReport(
      council: council,
      central: learning.central.map { central in
        DecentralisationReport.Central(
          learner: central.kind.name, score: score { shares(central.predictions, $0, 0) })
      },
      alone: numbers.enumerated().map { place, member in
        DecentralisationReport.Alone(member: member, score: score { shares(members, $0, place) })
      },
      average: score { row in
        var sums = [Double](repeating: 0, count: K)
        for place in 0..<members.memberCount {
          for (k, share) in shares(members, row, place).enumerated() { sums[k] += share }
        }
        return sums.map { $0 / Double(members.memberCount) }
      })
  }
}
