/// The types of content that come in and go out.
enum MediaType {
  static let json = "application/json"
  /// Prometheus's text format.
  static let metrics = "text/plain; version=0.0.4; charset=utf-8"

  /// Whether `field`, a `Content-Type`, says JSON in UTF-8; other parameters do not count.
  static func isJSON(_ field: String) -> Bool {
    if field == json { return true }
    let parts = field.split(separator: ";", omittingEmptySubsequences: false).map(trimmed)
    guard parts[0].lowercased() == json else { return false }
    return parts.dropFirst().allSatisfy { parameter in
      let pair = parameter.split(separator: "=", maxSplits: 1)
      guard pair.count == 2, pair[0].lowercased() == "charset" else { return true }
      return ["utf-8", "\"utf-8\"", "us-ascii"].contains(pair[1].lowercased())
    }
  }

  private static func trimmed(_ text: Substring) -> Substring {
    var text = text
    while text.first == " " || text.first == "\t" { text.removeFirst() }
    while text.last == " " || text.last == "\t" { text.removeLast() }
    return text
  }
}
