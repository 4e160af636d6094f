import Quantities

/// The sums behind `Scores`, one forecast after the other: for runs too long to keep all forecasts.
public struct ScoreTally: Hashable, Sendable {
  /// The forecasts whose top probability falls into one bin.
  public struct Bin: Hashable, Sendable {
    /// How many.
    public var count = 0
    /// How many of them were right.
    public var right = 0
    /// The sum of their top probabilities.
    public var confidence = 0.0

    /// An empty bin.
    public init() {}
  }

  /// How many bins of equal width there are.
  public static let binCount = 15

  /// Over how many forecasts.
  public var count = 0
  /// How many held the true class most probable; a tie goes to the lowest class.
  public var right = 0
  /// The sum of -ln p(y), no probability below 1e-12.
  public var logLossSum = 0.0
  /// The sum of Σ (p(k) - [k = y])².
  public var brierSum = 0.0
  /// By top probability: bin b holds b / 15 up to (b + 1) / 15, the last one 1 as well.
  public var bins = [Bin](repeating: Bin(), count: binCount)

  /// Nothing yet.
  public init() {}

  /// Adds one forecast, K probabilities of which `truth` came true.
  public mutating func add(_ forecast: UnsafeBufferPointer<Double>, truth: Int) {
    add(classCount: forecast.count, truth: truth) { forecast[$0] }
  }

  /// Adds one forecast, K billionths of which `truth` came true.
  public mutating func add(_ forecast: UnsafeBufferPointer<UInt32>, truth: Int) {
    add(classCount: forecast.count, truth: truth) { Double(forecast[$0]) / Double(Billionths.one) }
  }

  @inline(__always)
  private mutating func add(classCount: Int, truth: Int, probability: (Int) -> Double) {
    count += 1
    logLossSum += Scores.logLoss(probability(truth))
    var top = 0
    var confidence = probability(0)
    for k in 0..<classCount {
      let own = probability(k)
      let difference = own - (k == truth ? 1 : 0)
      brierSum += difference * difference
      if own > confidence { (top, confidence) = (k, own) }
    }
    let bin = min(Self.binCount - 1, Int(confidence * Double(Self.binCount)))
    bins[bin].count += 1
    bins[bin].confidence += confidence
    guard top == truth else { return }
    right += 1
    bins[bin].right += 1
  }

  /// The means; zeros where nothing was added.
  public var scores: Scores { Scores(self) }
}
