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
    var tally = ScoreTally()
    forecasts.withUnsafeBufferPointer { forecasts in
      for t in range ?? stream.indices {
        guard let truth = stream[t].truth else { continue }
        let classCount = stream[t].table.classCount
        tally.add(UnsafeBufferPointer(rebasing: forecasts[t * classCount..<(t + 1) * classCount]), truth: truth)
      }
    }
    self.init(tally)
  }

  /// The means of what was added to `tally`; zeros where nothing was.
  public init(_ tally: ScoreTally) {
    let total = Double(max(1, tally.count))
    count = tally.count
    logLoss = tally.logLossSum / total
    brier = tally.brierSum / total
    accuracy = Double(tally.right) / total
    calibrationError = tally.bins.reduce(0) { $0 + abs($1.confidence - Double($1.right)) } / total
  }

  /// -ln of a probability, which counts as 1e-12 at least.
  @inline(__always)
  public static func logLoss(_ probability: Double) -> Double { -FixedMath.log(max(probability, 1e-12)) }
}
