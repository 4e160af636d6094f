import Charts

/// How the figures of attacks are spelled for people.
enum Figure {
  /// Four significant digits, a dash for what is no number, and 0 for what is nothing but rounding.
  static func text(_ value: Double) -> String {
    value.isFinite ? SVGText.number(abs(value) < 1e-9 ? 0 : value) : "–"
  }

  /// With its sign, zero without one.
  static func signed(_ value: Double) -> String { value > 0 ? "+" + text(value) : text(value) }

  /// A mean with half the width of its 95 % interval, such as `12.3 ± 0.8`.
  static func text(_ estimate: Estimate) -> String {
    text(estimate.mean) + (estimate.halfWidth.map { " ± \(text($0))" } ?? "")
  }

  /// A chance: very small ones as a bound, since nobody needs their digits.
  static func chance(_ value: Double) -> String {
    value < 0.0001 ? "< 0.0001" : "= \(text((value * 10_000).rounded() / 10_000))"
  }
}
