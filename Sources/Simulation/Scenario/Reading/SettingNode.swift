/// A value as it stands in a scenario's text, before anyone knows what it means: a text, a list or a mapping, and where
/// it stands, so that whoever refuses it can say so.
struct SettingNode: Hashable, Sendable {
  /// One key of a mapping.
  struct Entry: Hashable, Sendable {
    var key: String
    var place: ScenarioError.Place
    var value: SettingNode
  }

  /// What it is.
  enum Content: Hashable, Sendable {
    /// A single value; not plain where it stands in quotes.
    case text(String, isPlain: Bool)
    /// Values in order.
    case list([SettingNode])
    /// Values by name, in order.
    case map([Entry])
  }

  var content: Content
  var place = ScenarioError.Place.program

  /// A single value.
  init(_ text: String) { content = .text(text, isPlain: true) }

  /// Whatever it is, wherever it stands.
  init(_ content: Content, place: ScenarioError.Place = .program) {
    self.content = content
    self.place = place
  }

  /// A mapping of these values.
  init(entries: [(String, SettingNode)]) {
    content = .map(entries.map { Entry(key: $0.0, place: .program, value: $0.1) })
  }

  /// No value.
  static let null = SettingNode("null")

  /// Whether no value is given: nothing, `~` or `null`.
  var isNull: Bool {
    if case .text(let text, isPlain: true) = content {
      ["", "~", "null", "Null", "NULL"].contains(text)
    } else {
      false
    }
  }

  /// What it is, for people.
  var kindName: String {
    switch content {
    case .text(let text, _): isNull ? "empty" : "`\(text.prefix(60))`"
    case .list: "a list"
    case .map: "a mapping"
    }
  }

  /// The value of `key`; `nil` where it is not a mapping or has no such key.
  subscript(key: String) -> SettingNode? {
    guard case .map(let entries) = content else { return nil }
    return entries.first { $0.key == key }?.value
  }

  /// An error about this value.
  func error(_ path: String, _ problem: String) -> ScenarioError {
    ScenarioError(place: place, path: path, problem: problem)
  }
}
