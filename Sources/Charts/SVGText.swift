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

  /// The first letters of `text` and an ellipsis where it has more than `count`.
  static func shortened(_ text: String, to count: Int) -> String {
    text.count > count ? text.prefix(count - 1) + "…" : text
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
    let whole = Int((abs(value) * scale).rounded())
    let digits = String(whole)
    let padded = String(repeating: "0", count: max(0, places + 1 - digits.count)) + digits
    var fraction = padded.suffix(places)
    while fraction.last == "0" { fraction.removeLast() }
    return (value < 0 ? "-" : "") + padded.dropLast(places) + (fraction.isEmpty ? "" : "." + fraction)
  }
}
