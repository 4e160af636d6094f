/// Writes Prometheus's text format, version 0.0.4.
struct MetricsText {
  private var text = ""
  private var name = ""

  /// What was written so far.
  var bytes: [UInt8] { Array(text.utf8) }

  /// Begins a family of samples.
  mutating func family(_ name: StaticString, _ kind: StaticString, _ help: StaticString) {
    self.name = "\(name)"
    text += "# HELP \(name) \(help)\n# TYPE \(name) \(kind)\n"
  }

  /// Writes one sample of the family begun last; `suffix` goes with the parts of a histogram.
  mutating func sample(
    _ labels: [(name: StaticString, value: String)], _ value: String, suffix: StaticString = ""
  ) {
    text += "\(name)\(suffix)"
    if !labels.isEmpty { text += "{" + labels.map { "\($0.name)=\"\($0.value)\"" }.joined(separator: ",") + "}" }
    text += " \(value)\n"
  }

  /// Writes a family with one sample.
  mutating func single(_ name: StaticString, _ kind: StaticString, _ help: StaticString, _ value: String) {
    family(name, kind, help)
    sample([], value)
  }

  /// Nanoseconds as seconds, exactly.
  static func seconds(nanoseconds: UInt64) -> String {
    let (whole, places) = nanoseconds.quotientAndRemainder(dividingBy: 1_000_000_000)
    let digits = String(places)
    return "\(whole)." + String(repeating: "0", count: 9 - digits.count) + digits
  }
}
