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

  /// As a JSON document.
  var json: JSONValue { .object(members) }

  private var members: [(key: String, value: JSONValue)] {
    switch self {
    case .text: return [("type", .text("string"))]
    case .flag: return [("type", .text("boolean"))]
    case .null: return [("type", .text("null"))]
    case .anything: return []
    case .number(let least, let most, let isWhole):
      return [
        ("type", .text(isWhole ? "integer" : "number")), ("minimum", .number(SettingNumber.text(least))),
        ("maximum", .number(SettingNumber.text(most))),
      ]
    case .words(let words):
      // `oneOf` rather than `enum`: editors show the meaning of each word.
      return [
        (
          "oneOf",
          .list(words.map { .object([("const", .text($0.name)), ("description", .text($0.meaning))]) })
        )
      ]
    case .list(let element): return [("type", .text("array")), ("items", element.json)]
    case .dictionary(let value): return [("type", .text("object")), ("additionalProperties", value.json)]
    case .either(let choices): return [("anyOf", .list(choices.map(\.json)))]
    case .object(let properties):
      let required = properties.filter(\.isRequired).map { JSONValue.text($0.name) }
      return [
        ("type", .text("object")), ("additionalProperties", .flag(false)),
        (
          "properties",
          .object(
            properties.map { property in
              (property.name, .object([("description", .text(property.meaning))] + property.schema.members))
            })
        ),
      ] + (required.isEmpty ? [] : [("required", .list(required))])
    }
  }
}
