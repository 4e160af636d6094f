/// A JSON document on its way out. Numbers are written as they are given, so that money keeps its six places.
public enum JSONValue: Sendable {
  /// A string.
  case text(String)
  /// A number, spelled out.
  case number(String)
  /// True or false.
  case flag(Bool)
  /// Nothing.
  case null
  /// A list.
  case list([JSONValue])
  /// An object, its keys in the order given.
  case object([(key: String, value: JSONValue)])

  /// A whole number.
  public static func integer(_ value: some BinaryInteger) -> JSONValue { .number(String(value)) }
  /// A number with all its digits; null where it is not finite.
  public static func decimal(_ value: Double) -> JSONValue { value.isFinite ? .number("\(value)") : .null }
  /// Credits with six places.
  public static func amount(_ value: Amount) -> JSONValue { .number(value.description) }
  /// Billionths as a decimal fraction.
  public static func share(_ billionths: UInt32) -> JSONValue { .number(Billionths.text(billionths)) }

  /// The document, indented by two blanks a level; lists of plain values stay on one line.
  public func rendered(indent: String = "") -> String {
    let inner = indent + "  "
    switch self {
    case .text(let text): return Self.quoted(text)
    case .number(let digits): return digits
    case .flag(let flag): return flag ? "true" : "false"
    case .null: return "null"
    case .list(let values):
      if values.isEmpty { return "[]" }
      if values.allSatisfy(\.isPlain) { return "[" + values.map { $0.rendered() }.joined(separator: ", ") + "]" }
      return "[\n" + values.map { inner + $0.rendered(indent: inner) }.joined(separator: ",\n") + "\n\(indent)]"
    case .object(let members):
      if members.isEmpty { return "{}" }
      let lines = members.map { "\(inner)\(Self.quoted($0.key)): \($0.value.rendered(indent: inner))" }
      return "{\n" + lines.joined(separator: ",\n") + "\n\(indent)}"
    }
  }

  private var isPlain: Bool {
    switch self {
    case .list, .object: false
    default: true
    }
  }

  private static func quoted(_ text: String) -> String {
    var writer = CanonicalWriter()
    writer.text(text)
    return String(decoding: writer.bytes, as: UTF8.self)
  }
}
