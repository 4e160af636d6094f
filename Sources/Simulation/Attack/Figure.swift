/// How numbers are spelled for people.
enum Figure {
  /// Four significant digits, whole thousands as they are; a dash for what is no number.
  static func text(_ value: Double) -> String {
    guard value.isFinite else { return "–" }
    guard value != 0 else { return "0" }
    let size = abs(value)
    guard size < 1e15, size >= 1e-6 else { return "\(value)" }
    var places = 0
    var scale = 1.0
    while size * scale < 1_000, places < 9 {
      scale *= 10
      places += 1
    }
    let digits = String(Int((size * scale).rounded()))
    let padded = String(repeating: "0", count: max(0, places + 1 - digits.count)) + digits
    var fraction = padded.suffix(places)
    while fraction.last == "0" { fraction.removeLast() }
    return (value < 0 ? "-" : "") + padded.dropLast(places) + (fraction.isEmpty ? "" : "." + fraction)
  }

  /// With its sign, zero without one.
  static func signed(_ value: Double) -> String { value > 0 ? "+" + text(value) : text(value) }

  /// A mean with half the width of its 95 % interval, such as `12.3 ± 0.8`.
  static func text(_ estimate: Estimate) -> String {
    text(estimate.mean) + (estimate.halfWidth.map { " ± \(text($0))" } ?? "")
  }
}
