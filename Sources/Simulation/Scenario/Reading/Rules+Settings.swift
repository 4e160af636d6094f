import ProtocolCore

extension Rules {
  /// A setting of the rules: for listings.
  public struct Setting: Hashable, Sendable {
    /// Its path, such as `rules.incentive.reward`.
    public let path: String
    /// Its value as a scenario would write it.
    public let value: String
    /// What it means.
    public let meaning: String
  }

  /// All settings in force, in the order of a scenario; those of kinds that are not chosen are not among them.
  public var settings: [Setting] {
    RuleForms.rules.fields.flatMap { field -> [Setting] in
      guard let node = field.write(self) else { return [] }
      let path = "rules.\(field.name)"
      guard case .map(let entries) = node.content else {
        return [Setting(path: path, value: node.line, meaning: field.meaning)]
      }
      return entries.map { entry in
        guard entry.key != "kind" else { return Setting(path: path, value: entry.value.line, meaning: field.meaning) }
        return Setting(
          path: "\(path).\(entry.key)", value: entry.value.line,
          meaning: field.schema.meaning(of: entry.key) ?? field.meaning)
      }
    }
  }

  /// Changes one setting, as `--set rules.incentive=kelly` does.
  ///
  /// - Parameters:
  ///   - path: such as `rules.incentive`, `rules.incentive.portion` or, without the first word, `deposit`. A kind brings
  ///     the defaults of its settings along.
  ///   - text: the value as a scenario would write it: `kelly`, `0.5`, `{kind: kelly, portion: 0.5}`.
  /// - Throws: where there is no such setting, or it cannot have that value, or not together with the others; then nothing
  ///   has changed.
  public mutating func set(_ path: String, _ text: String) throws(ScenarioError) {
    let option = ScenarioError.Place.option("--set \(path)=\(text)")
    let full = path == "rules" || path.hasPrefix("rules.") ? path : "rules.\(path)"
    guard let way = SettingPath(full) else {
      throw ScenarioError(place: option, path: path, problem: "is no path: give words and points, rules.incentive")
    }
    var tree = SettingNode(entries: [("rules", RuleForms.rules.write(self))])
    try tree.set(SettingNode(yaml: text, option: "--set \(path)=\(text)"), at: way, option: option)
    var changed = Rules()
    try Form<Rules>([Field("rules", "the rules", \.self, RuleForms.rules.codec)]).update(&changed, tree, "")
    if let fault = changed.fault {
      throw ScenarioError(place: option, path: full, problem: "does not go with the other rules: \(fault)")
    }
    self = changed
  }
}

extension Schema {
  /// What the property `name` means, wherever it first stands.
  fileprivate func meaning(of name: String) -> String? {
    switch self {
    case .object(let properties): properties.first { $0.name == name }?.meaning
    case .either(let choices): choices.lazy.compactMap { $0.meaning(of: name) }.first
    default: nil
    }
  }
}
