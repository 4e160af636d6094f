import Quantities

/// A score for a probability prediction once the class is known: 0 to 1, in billionths, more is better.
///
/// All are strictly proper on their domain: to expect the most, say what you believe (Gneiting, Raftery 2007,
/// "Strictly proper scoring rules, prediction, and estimation", JASA 102). With belief q and report p the expected loss
/// against honesty is ‖p - q‖²/2 for Brier, KL(q, p)/ln(1/e) for the logarithm, and ‖q‖(1 - cos(p, q)) for spherical.
/// What is not: accuracy, or any score that is clipped after the fact.
public enum ScoringRule: Hashable, Sendable {
  /// 1 - B/2 with B = Σ (p(k) - [k = y])². Whole-number arithmetic throughout; the default.
  case brier
  /// 1 + ln p(y) / ln(1/e), of the report projected onto the predictions with no class below e (`FlooredSimplex`).
  /// Rewards sharpness far more than Brier. `least` is e in billionths, above 0 and below 1/K.
  case logarithmic(least: UInt32)
  /// p(y) / ‖p‖.
  case spherical

  /// The score of `prediction` when class `truth` comes true, in billionths, rounded down.
  ///
  /// - Parameter prediction: K billionths that add up to one billion.
  /// - Complexity: O(K); the logarithm's projection at most O(K²), and O(K) unless classes are below the floor.
  public func score(_ prediction: ArraySlice<UInt32>, truth: Int) -> UInt32 {
    precondition(prediction.indices.contains(prediction.startIndex + truth), "the truth is one of the classes")
    switch self {
    case .brier:
      return Self.brierScore(Self.brierLoss(prediction, truth: truth))
    case .logarithmic(let least):
      let floor = FlooredSimplex.floor(least, classCount: prediction.count)
      guard prediction.count > 1 else { return Billionths.one }
      let admitted = FlooredSimplex.project(prediction, least: floor)
      return Self.onGrid(1 - Self.logarithm(admitted[truth]) / Self.logarithm(floor))
    case .spherical:
      var squares: UInt64 = 0
      for share in prediction { squares += UInt64(share) * UInt64(share) }
      // The square root of IEEE arithmetic is exact to the last bit, on every machine.
      return Self.onGrid(Double(prediction[prediction.startIndex + truth]) / Double(squares).squareRoot())
    }
  }

  /// The scores of many predictions that lie one after the other, when class `truth` came true.
  ///
  /// - Parameters:
  ///   - rows: count x K billionths, each row adding up to one billion.
  ///   - scores: one for each row.
  /// - Complexity: O(count · K); allocates nothing but for the logarithm.
  public func score(
    rows: UnsafePointer<UInt32>, count: Int, classCount: Int, truth: Int, into scores: UnsafeMutablePointer<UInt32>
  ) {
    precondition(0 <= truth && truth < classCount, "the truth is one of the classes")
    guard self == .brier else {
      for row in 0..<count {
        let place = UnsafeBufferPointer(start: rows + row * classCount, count: classCount)
        scores[row] = score(Array(place)[...], truth: truth)
      }
      return
    }
    for row in 0..<count {
      scores[row] = Self.brierScore(Self.brierLoss(rows + row &* classCount, classCount: classCount, truth: truth))
    }
  }

  /// Twice one, in billionths of billionths: the largest Brier loss.
  static let brierScale: UInt64 = 2_000_000_000_000_000_000

  /// The Brier loss Σ (p(k) - [k = y])² in billionths of billionths: exact.
  static func brierLoss(_ prediction: ArraySlice<UInt32>, truth: Int) -> UInt64 {
    prediction.withUnsafeBufferPointer { row in
      guard let place = row.baseAddress else { preconditionFailure("a prediction has classes") }
      return brierLoss(place, classCount: row.count, truth: truth)
    }
  }

  /// The same of K billionths that add up to one billion, where they lie.
  @inline(__always)
  private static func brierLoss(_ row: UnsafePointer<UInt32>, classCount: Int, truth: Int) -> UInt64 {
    let one = UInt64(Billionths.one)
    // Σ p² and 1 - 2 p(y): the same sum as of the squared distances.
    var squares: UInt64 = 0
    for k in 0..<classCount { squares &+= UInt64(row[k]) &* UInt64(row[k]) }
    return squares &+ one &* one &- 2 &* one &* UInt64(row[truth])
  }

  @inline(__always)
  private static func brierScore(_ loss: UInt64) -> UInt32 {
    UInt32(truncatingIfNeeded: (brierScale &- loss) / (2 &* UInt64(Billionths.one)))
  }

  private static func logarithm(_ share: UInt32) -> Double {
    FixedMath.log(Double(share) / Double(Billionths.one))
  }

  /// A number in [0, 1] in whole billionths, rounded down.
  static func onGrid(_ score: Double) -> UInt32 {
    UInt32(min(max(score, 0), 1) * Double(Billionths.one))
  }
}

extension ScoringRule {
  /// What is wrong with the settings; `nil` where they are sound.
  public var fault: String? {
    guard case .logarithmic(let least) = self else { return nil }
    return (1...Billionths.one / 2).contains(least) ? nil : "a floor of the logarithmic score outside 0 to 1/2"
  }

  /// The rule as one canonical value: its name, or its name and floor.
  public func encode(into writer: inout CanonicalWriter) {
    writer.openArray()
    switch self {
    case .brier: writer.text("brier")
    case .logarithmic(let least):
      writer.text("logarithmic")
      writer.integer(least)
    case .spherical: writer.text("spherical")
    }
    writer.closeArray()
  }

  /// Reads what `encode` wrote.
  public init(decoding reader: inout CanonicalReader) throws(CanonicalError) {
    try reader.openArray()
    guard try reader.hasElement() else {
      throw CanonicalError(offset: reader.offset, expected: "the name of a score")
    }
    switch try reader.text() {
    case "brier": self = .brier
    case "spherical": self = .spherical
    case "logarithmic":
      guard try reader.hasElement() else { throw CanonicalError(offset: reader.offset, expected: "a floor") }
      self = .logarithmic(least: UInt32(try reader.integer(in: 1...Int64(Billionths.one / 2))))
    case let name: throw CanonicalError(offset: reader.offset, expected: "a known score, not \(name)")
    }
    guard try !reader.hasElement() else { throw CanonicalError(offset: reader.offset, expected: "the end of a score") }
  }
}
