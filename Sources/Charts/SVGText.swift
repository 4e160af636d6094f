/// How words and numbers are spelled in SVG and HTML.
public enum SVGText {
  /// `text` with the characters that mean something in XML spelled out; what XML cannot hold becomes a replacement.
  public static func escaped(_ text: String) -> String {
    var result = ""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "&": result += "&amp;"
      case "<": result += "&lt;"
      case ">": result += "&gt;"
      case "\"": result += "&quot;"
      case "'": result += "&#39;"
      case "\t", "\n", "\r": result += " "
      case _ where scalar.value < 0x20 || scalar.value == 0xFFFE || scalar.value == 0xFFFF: result += "\u{FFFD}"
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result
  }

  /// `text` with an ellipsis in its middle where it has more than `count` letters: names that differ do so at either end.
  static func shortened(_ text: String, to count: Int) -> String {
    guard text.count > count else { return text }
    return text.prefix(count / 2) + "…" + text.suffix(count - 1 - count / 2)
  }

  /// A part of a whole for people: `12.5 %`.
  public static func percent(_ value: Double) -> String {
    value.isFinite ? "\(number((value * 1_000).rounded() / 10)) %" : "\(value)"
  }

  /// A coordinate, to a tenth of a unit.
  static func place(_ value: Double) -> String {
    let tenths = Int((value * 10).rounded())
    return tenths % 10 == 0 ? "\(tenths / 10)" : "\(tenths < 0 ? "-" : "")\(abs(tenths) / 10).\(abs(tenths) % 10)"
  }

  /// A number for people: four significant digits, thousands as they are.
  public static func number(_ value: Double) -> String {
    guard value != 0, value.isFinite else { return value == 0 ? "0" : "\(value)" }
    guard abs(value) < 1e15, abs(value) >= 1e-6 else { return "\(value)" }
    var places = 0
    var scale = 1.0
    while abs(value) * scale < 1_000, places < 9 {
      scale *= 10
      places += 1
    }
    return decimal(value, places: places, scale: scale)
  }

  /// A number on an axis whose numbers lie `step` apart: with as many places as tell it from its neighbours.
  static func number(_ value: Double, step: Double) -> String {
    guard value.isFinite, abs(value) < 1e12, step >= 1e-9 else { return number(value) }
    var places = 0
    var scale = 1.0
    // A tenth of a step is more than any rounding on the way.
    while abs(step * scale - (step * scale).rounded()) > 0.1 * step * scale || step * scale < 0.5 {
      scale *= 10
      places += 1
    }
    return value == 0 ? "0" : decimal(value, places: places, scale: scale)
  }

  // `value` with up to so many places, where `scale` is ten to the power of them.
  private static func decimal(_ value: Double, places: Int, scale: Double) -> String {
    let whole = Int((abs(value) * scale).rounded())
    let digits = String(whole)
    let padded = String(repeating: "0", count: max(0, places + 1 - digits.count)) + digits
    var fraction = padded.suffix(places)
    while fraction.last == "0" { fraction.removeLast() }
    return (value < 0 ? "-" : "") + padded.dropLast(places) + (fraction.isEmpty ? "" : "." + fraction)
  }
}
