import Quantities

/// What a value of a scenario may look like, in the words of JSON Schema (draft 2020-12), so that editors can complete
/// and check it. Says less than reading does: what depends on other values is left to that.
indirect enum Schema: Hashable, Sendable {
  /// Any text.
  case text
  /// A number within bounds, both included.
  case number(least: Double, most: Double, isWhole: Bool)
  /// `true` or `false`.
  case flag
  /// One of these words, each with its meaning.
  case words([Word])
  /// Nothing.
  case null
  /// Anything at all.
  case anything
  /// Values in order.
  case list(Schema)
  /// Values by name.
  case object([Property])
  /// Values by names that nobody can know beforehand.
  case dictionary(Schema)
  /// Any of several.
  case either([Schema])

  /// A word and what it means.
  struct Word: Hashable, Sendable {
    let name: String
    let meaning: String
  }

  /// A named value.
  struct Property: Hashable, Sendable {
    let name: String
    let meaning: String
    let schema: Schema
    var isRequired = false
  }

  /// As a JSON document, two blanks for each level.
  func json(indent: String = "") -> String {
    Self.rendered(members, indent: indent)
  }

  /// The members of its JSON object, their values rendered for a given indentation.
  private var members: [(String, (String) -> String)] {
    switch self {
    case .text: return [Self.member("type", "string")]
    case .flag: return [Self.member("type", "boolean")]
    case .null: return [Self.member("type", "null")]
    case .anything: return []
    case .number(let least, let most, let isWhole):
      return [
        Self.member("type", isWhole ? "integer" : "number"),
        ("minimum", { _ in SettingNumber.text(least) }), ("maximum", { _ in SettingNumber.text(most) }),
      ]
    case .words(let words):
      // `oneOf` rather than `enum`: editors show the meaning of each word.
      return [
        (
          "oneOf",
          { indent in
            Self.list(words, indent: indent) { word, indent in
              Self.rendered(
                [Self.member("const", word.name), Self.member("description", word.meaning)], indent: indent)
            }
          }
        )
      ]
    case .list(let element):
      return [Self.member("type", "array"), ("items", { element.json(indent: $0) })]
    case .dictionary(let value):
      return [Self.member("type", "object"), ("additionalProperties", { value.json(indent: $0) })]
    case .either(let choices):
      return [("anyOf", { indent in Self.list(choices, indent: indent) { $0.json(indent: $1) } })]
    case .object(let properties):
      let required = properties.filter(\.isRequired).map { Self.quoted($0.name) }
      var members = [
        Self.member("type", "object"), ("additionalProperties", { _ in "false" }),
        (
          "properties",
          { indent in
            Self.rendered(
              properties.map { property in
                (
                  property.name,
                  { indent in
                    Self.rendered(
                      [Self.member("description", property.meaning)] + property.schema.members, indent: indent)
                  }
                )
              }, indent: indent)
          }
        ),
      ]
      if !required.isEmpty { members.append(("required", { _ in "[\(required.joined(separator: ", "))]" })) }
      return members
    }
  }

  private static func member(_ key: String, _ text: String) -> (String, (String) -> String) {
    (key, { _ in quoted(text) })
  }

  static func rendered(_ members: [(String, (String) -> String)], indent: String) -> String {
    guard !members.isEmpty else { return "{}" }
    let inner = indent + "  "
    return "{\n" + members.map { "\(inner)\(quoted($0)): \($1(inner))" }.joined(separator: ",\n") + "\n\(indent)}"
  }

  private static func list<Element>(
    _ elements: [Element], indent: String, _ text: (Element, String) -> String
  ) -> String {
    let inner = indent + "  "
    return "[\n" + elements.map { inner + text($0, inner) }.joined(separator: ",\n") + "\n\(indent)]"
  }

  static func quoted(_ text: String) -> String {
    var writer = CanonicalWriter()
    writer.text(text)
    return String(decoding: writer.bytes, as: UTF8.self)
  }
}
