/// A stretch of numbers laid on a stretch of the page.
struct Scale {
  /// Round numbers on it.
  let ticks: [Double]
  let low: Double
  let high: Double
  private let start: Double
  private let end: Double

  /// Lays `low` at `start` and `high` at `end`, both moved out to round numbers if `isRounded`.
  init(_ low: Double, _ high: Double, from start: Int, to end: Int, isRounded: Bool = true, tickMax: Int = 7) {
    let ticks = Self.ticks(from: low, to: high > low ? high : low + 1, tickMax: tickMax)
    self.low = isRounded ? min(low, ticks[0]) : low
    self.high = isRounded ? max(high, ticks[ticks.count - 1]) : high
    self.ticks = isRounded ? ticks : ticks.filter { low <= $0 && $0 <= high }
    self.start = Double(start)
    self.end = Double(end)
  }

  /// How a number of `ticks` is written.
  func label(_ tick: Double) -> String {
    ticks.count > 1 ? SVGText.number(tick, step: ticks[1] - ticks[0]) : SVGText.number(tick)
  }

  /// Where `value` lies.
  func place(_ value: Double) -> Double {
    high > low ? start + (end - start) * ((value - low) / (high - low)) : start
  }

  /// Round numbers that reach from at most `low` to at least `high`: 1, 2 or 5 times a power of ten apart, up to
  /// `tickMax` steps.
  static func ticks(from low: Double, to high: Double, tickMax: Int) -> [Double] {
    guard (high - low).isFinite, high - low > 1e-300 else { return [low, high] }
    var step = 1.0
    while step * 5 > high - low { step /= 10 }
    while step * 50 <= high - low { step *= 10 }
    for factor in [1.0, 2, 5, 10, 20, 50] where (high - low) / (step * factor) <= Double(tickMax) {
      let first = (low / (step * factor)).rounded(.down)
      let last = (high / (step * factor)).rounded(.up)
      // Numbers so large that a step changes nothing have no round neighbours.
      guard abs(first) < 0x1p52, abs(last) < 0x1p52 else { break }
      // A power of ten below 1 is no binary fraction; dividing by its inverse rounds once, multiplying by it twice.
      let inverse = (1 / (step * factor)).rounded()
      return (0...Int(last - first)).map { place in
        let number = first + Double(place)
        return step * factor < 1 ? number / inverse : number * step * factor
      }
    }
    return [low, high]
  }
}
