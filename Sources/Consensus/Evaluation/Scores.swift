import Quantities

/// How good forecasts were, on the questions whose class is known.
public struct Scores: Hashable, Sendable {
  /// Over how many questions.
  public let count: Int
  /// Mean of -ln p(y), no probability below 1e-12.
  public let logLoss: Double
  /// Mean of Σ (p(k) - [k = y])², 0 to 2.
  public let brier: Double
  /// The part of questions whose most probable class was right; a tie goes to the lowest class.
  public let accuracy: Double
  /// Expected calibration error of the most probable class, over 15 bins of equal width.
  public let calibrationError: Double

  /// Scores `forecasts`, T x K, on the questions of `stream` in `range`.
  public init(_ forecasts: [Double], _ stream: [RecordedQuestion], in range: Range<Int>? = nil) {
    var (count, logLoss, brier, right) = (0, 0.0, 0.0, 0)
    let binCount = 15
    var bins = [(count: Int, confidence: Double, right: Int)](repeating: (0, 0, 0), count: binCount)
    for t in range ?? stream.indices {
      guard let truth = stream[t].truth else { continue }
      let classCount = stream[t].table.classCount
      let row = forecasts[t * classCount..<(t + 1) * classCount]
      count += 1
      logLoss += Self.logLoss(row[row.startIndex + truth])
      var top = row.startIndex
      for k in row.indices {
        let difference = row[k] - (k == row.startIndex + truth ? 1 : 0)
        brier += difference * difference
        if row[k] > row[top] { top = k }
      }
      let isRight = top - row.startIndex == truth
      right += isRight ? 1 : 0
      let bin = min(binCount - 1, Int(row[top] * Double(binCount)))
      bins[bin].count += 1
      bins[bin].confidence += row[top]
      bins[bin].right += isRight ? 1 : 0
    }
    let total = Double(max(1, count))
    self.count = count
    self.logLoss = logLoss / total
    self.brier = brier / total
    accuracy = Double(right) / total
    calibrationError = bins.reduce(0) { $0 + abs($1.confidence - Double($1.right)) } / total
  }

  /// -ln of a probability, which counts as 1e-12 at least.
  @inline(__always)
  public static func logLoss(_ probability: Double) -> Double { -FixedMath.log(max(probability, 1e-12)) }
}
