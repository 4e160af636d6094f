import Incentives

/// Which value of a scenario: `groups.sybils.strategy.lag`, `groups[1].count`, `rules.incentive`.
///
/// Elements of a list go by their `name` where they have one, or by their index from 0.
struct SettingPath: Hashable, Sendable {
  let parts: [String]

  /// Takes a path apart; `nil` where a part is empty.
  init?(_ text: String) {
    guard text.utf8.count <= 1_000 else { return nil }
    let dotted = text.replacing("[", with: ".").replacing("]", with: "")
    parts = dotted.split(separator: ".", omittingEmptySubsequences: false).map(String.init)
    guard !parts.isEmpty, parts.count <= SettingNode.depthMax, !parts.contains("") else { return nil }
  }

  /// The path of `key` within what lies at `path`.
  static func joined(_ path: String, _ key: String) -> String { path.isEmpty ? key : "\(path).\(key)" }
}

extension SettingNode {
  /// Where the value at `path` stands; where there is none, where the innermost value around it does.
  func place(of path: String) -> ScenarioError.Place {
    var node = self
    var place = place
    for part in SettingPath(path)?.parts ?? [] {
      switch node.content {
      case .map(let entries):
        guard let entry = entries.first(where: { $0.key == part }) else { return place }
        (node, place) = (entry.value, entry.place)
      case .list(let elements):
        guard let i = Self.index(of: part, in: elements) else { return place }
        (node, place) = (elements[i], elements[i].place)
      case .text: return place
      }
    }
    return place
  }

  /// Puts `value` at `path`. What lies on the way is made where it is missing; a value of a kind with settings, such as
  /// `strategy: copier`, becomes a mapping to hold one, and a new `kind` takes the settings of the old one with it.
  mutating func set(_ value: SettingNode, at path: SettingPath, option: ScenarioError.Place) throws(ScenarioError) {
    try set(value, path.parts[...], trail: "", option)
    if path.parts.starts(with: ["rules", "incentive"]) { dropJudging() }
  }

  /// Reward and slash is its own way of judging: where it becomes the incentive, `rules.judging` falls away.
  private mutating func dropJudging() {
    guard case .map(var outer) = content, let i = outer.firstIndex(where: { $0.key == "rules" }),
      case .map(let rules) = outer[i].value.content, let incentive = outer[i].value["incentive"],
      (incentive["kind"] ?? incentive).content == .text(Incentive.Kind.rewardAndSlash.rawValue, isPlain: true)
    else { return }
    outer[i].value.content = .map(rules.filter { $0.key != "judging" })
    content = .map(outer)
  }

  private mutating func set(
    _ value: SettingNode, _ parts: ArraySlice<String>, trail: String, _ option: ScenarioError.Place
  ) throws(ScenarioError) {
    guard let part = parts.first else {
      self = value
      return
    }
    let rest = parts.dropFirst()
    if case .list(var elements) = content {
      guard let i = Self.index(of: part, in: elements) else {
        let names = elements.compactMap(\.name)
        let remedy =
          elements.isEmpty
          ? "there are none"
          : names.isEmpty
            ? "give 0 to \(elements.count - 1)" : ScenarioError.remedy(for: part, among: names)
        throw ScenarioError(place: option, path: SettingPath.joined(trail, part), problem: "is not there: \(remedy)")
      }
      try elements[i].set(value, rest, trail: "\(trail)[\(i)]", option)
      content = .list(elements)
      return
    }
    if case .text(let text, _) = content {
      let isKind = !isNull && SettingNumber.decimal(text) == nil
      content = .map(isKind ? [Entry(key: "kind", place: place, value: self)] : [])
      if part == "kind" { content = .map([]) }
    }
    guard case .map(var entries) = content else { preconditionFailure("a list or a text is neither") }
    if part == "kind", rest.isEmpty { entries = [] }
    let trail = SettingPath.joined(trail, part)
    if let i = entries.firstIndex(where: { $0.key == part }) {
      entries[i].place = option
      try entries[i].value.set(value, rest, trail: trail, option)
    } else {
      var child = SettingNode(.map([]), place: option)
      try child.set(value, rest, trail: trail, option)
      entries.append(Entry(key: part, place: option, value: child))
    }
    content = .map(entries)
  }

  private var name: String? {
    if case .text(let text, _)? = self["name"]?.content { text } else { nil }
  }

  private static func index(of part: String, in elements: [SettingNode]) -> Int? {
    if let named = elements.firstIndex(where: { $0.name == part }) { return named }
    guard let i = Int(part), elements.indices.contains(i) else { return nil }
    return i
  }
}
