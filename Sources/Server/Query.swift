import Quantities

/// The part of a request's target after the question mark.
struct Query {
  private var values: [String: String] = [:]

  /// Reads `a=1&b=2`; refuses names that are not `known` or stand twice.
  init(_ text: Substring?, known: [String]) throws(Refusal) {
    guard let text, !text.isEmpty else { return }
    for part in text.split(separator: "&") {
      let pair = part.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      guard let name = Self.decoded(pair[0]), let value = pair.count > 1 ? Self.decoded(pair[1]) : "" else {
        throw Refusal(
          .badRequest, "malformed_query", "\"\(Refusal.shortened(String(part)))\" is not percent-encoded UTF-8: encode it")
      }
      guard known.contains(name) else {
        let nearest = nearestName(to: name, among: known).map { "did you mean \"\($0)\"? Known: " } ?? "use one of: "
        throw Refusal(
          .badRequest, "unknown_parameter",
          "there is no parameter \"\(Refusal.shortened(name))\": \(nearest)\(known.joined(separator: ", "))")
      }
      guard values.updateValue(value, forKey: name) == nil else {
        throw Refusal(.badRequest, "duplicate_parameter", "\"\(name)\" stands twice: give it once")
      }
    }
  }

  /// The whole number called `name`.
  func integer(_ name: String, in range: ClosedRange<UInt64>, default: UInt64) throws(Refusal) -> UInt64 {
    guard let text = values[name] else { return `default` }
    guard text.utf8.allSatisfy({ UInt8(ascii: "0")...UInt8(ascii: "9") ~= $0 }), let value = UInt64(text),
      range.contains(value)
    else {
      throw Refusal(
        .badRequest, "parameter_out_of_range",
        "\(name) is \"\(Refusal.shortened(text))\": give a whole number from \(range.lowerBound) to \(range.upperBound)")
    }
    return value
  }

  /// `text` without percent-encoding; `nil` if it is not UTF-8 then or a sign of the code is missing.
  static func decoded(_ text: Substring) -> String? {
    guard text.utf8.contains(UInt8(ascii: "%")) else { return String(text) }
    var bytes: [UInt8] = []
    var rest = text.utf8[...]
    while let byte = rest.popFirst() {
      guard byte == UInt8(ascii: "%") else {
        bytes.append(byte)
        continue
      }
      guard let high = rest.popFirst().flatMap(hexValue), let low = rest.popFirst().flatMap(hexValue) else { return nil }
      bytes.append(high << 4 | low)
    }
    return String(validating: bytes, as: UTF8.self)
  }

  private static func hexValue(_ byte: UInt8) -> UInt8? {
    Character(Unicode.Scalar(byte)).hexDigitValue.map { UInt8($0) }
  }
}
