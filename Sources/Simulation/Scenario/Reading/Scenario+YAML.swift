import ProtocolCore
import Quantities

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

extension Scenario {
  /// One value to change, as `--set PATH=VALUE` names it.
  public struct Change: Hashable, Sendable {
    /// Which value: `groups.sybils.strategy.lag`, `rules.incentive`, `network.loss`.
    public var path: String
    /// What it shall be, as a scenario would write it.
    public var value: String
    /// How it was given, for errors.
    public var source: String

    /// Puts the parts together.
    public init(path: String, value: String, source: String? = nil) {
      self.path = path
      self.value = value
      self.source = source ?? "--set \(path)=\(value)"
    }

    /// Takes `PATH=VALUE` apart.
    public init(_ text: String) throws(ScenarioError) {
      guard let equals = text.firstIndex(of: "=") else {
        throw ScenarioError(
          place: .option("--set \(text)"), path: text, problem: "has no value: give PATH=VALUE, rules.incentive=kelly")
      }
      self.init(path: String(text[..<equals]), value: String(text[text.index(after: equals)...]))
    }
  }

  /// Reads a scenario from YAML.
  ///
  /// - Parameters:
  ///   - text: the YAML; docs/scenarios.md lists every key.
  ///   - file: what to call it in errors.
  ///   - folder: the folder from which relative paths in it count; the current one where `nil`.
  ///   - changes: values to change before it is read, in their order. Relative paths among them count from the current
  ///     folder.
  /// - Throws: the first thing that is wrong, with file, line, path and remedy. Files of data are opened where the text
  ///   does not say how many classes they have.
  public init(
    yaml text: String, file: String? = nil, folder: String? = nil, changes: [Change] = []
  ) throws(ScenarioError) {
    switch try ScenarioFile(yaml: text, file: file, folder: folder, changes: changes) {
    case .council(let scenario): self = scenario
    case .cabal:
      throw ScenarioError(
        file: file, path: "cabal", problem: "is a game without a council: give a scenario with groups and rules")
    }
  }

  /// Reads the scenario in a file of YAML; relative paths in it count from its folder.
  public init(file path: String, changes: [Change] = []) throws(ScenarioError) {
    switch try ScenarioFile(path: path, changes: changes) {
    case .council(let scenario): self = scenario
    case .cabal:
      throw ScenarioError(
        file: path, path: "cabal", problem: "is a game without a council: give a scenario with groups and rules")
    }
  }

  /// The text of a file.
  static func text(ofFile path: String) throws(ScenarioError) -> String {
    guard let data = FileManager.default.contents(atPath: path) else {
      throw ScenarioError(
        file: path, path: "",
        problem: "cannot be read: see that the file is there, or write one with `witan simulate new`")
    }
    guard let text = String(data: data, encoding: .utf8) else {
      throw ScenarioError(file: path, path: "", problem: "is not text in UTF-8: save it as UTF-8")
    }
    return text
  }

  /// The scenario as YAML with every value spelt out. Reading it gives an equal scenario, as long as all its numbers are
  /// finite.
  public var yaml: String { ScenarioForms.scenario.write(self).yaml }

  /// The scenario with some values changed.
  ///
  /// - Throws: where there is no such value, or it cannot be what it should, or not together with the others.
  public func changing(_ changes: [Change]) throws(ScenarioError) -> Scenario {
    var tree = ScenarioForms.scenario.write(self)
    try tree.apply(changes)
    return try Scenario(tree, name: nil, folder: nil)
  }

  /// Reads what a tree says, checks it, and fills in what its data say.
  init(_ tree: SettingNode, name: String?, folder: String?) throws(ScenarioError) {
    self.init()
    if let name { self.name = name }
    // What the rules' defaults depend on comes first: how many take part, and in how many classes.
    let fields = ScenarioForms.scenario.fields
    let early = Form(fields.filter { ["questions", "groups"].contains($0.name) })
    guard case .map(let entries) = tree.content else {
      throw tree.error("", "is \(tree.kindName): give a mapping with \(fields.map(\.name).joined(separator: ", "))")
    }
    try early.update(&self, SettingNode(.map(entries.filter { ["questions", "groups"].contains($0.key) })), "")
    resolve(tree, folder)
    try readData(tree)
    let (questions, groups) = (questions, groups)
    rules = Rules(
      areJudged: false, modelCount: groups.reduce(0) { $0.addingReportingOverflow($1.count).partialValue },
      classCount: classCount)
    try ScenarioForms.scenario.update(&self, tree, "")
    (self.questions, self.groups) = (questions, groups)
    do { try check() } catch {
      var error = error
      if error.place == .program { error.place = tree.place(of: error.path) }
      throw error
    }
  }

  /// Makes the paths of data absolute, so that the scenario means the same wherever it is read from.
  private mutating func resolve(_ tree: SettingNode, _ folder: String?) {
    func whole(_ path: String, _ setting: String) -> String {
      guard !path.isEmpty, !path.hasPrefix("/") else { return path }
      let here = FileManager.default.currentDirectoryPath
      if case .option = tree.place(of: setting) { return "\(here)/\(path)" }
      guard let folder else { return "\(here)/\(path)" }
      return folder.hasPrefix("/") ? "\(folder)/\(path)" : "\(here)/\(folder)/\(path)"
    }
    switch questions {
    case .drawn: break
    case .dataset(var data):
      if data.path != "iris" { data.path = whole(data.path, "questions.data") }
      questions = .dataset(data)
    case .stream(var stream):
      stream.path = whole(stream.path, "questions.stream")
      questions = .stream(stream)
    }
  }

  /// Fills in how many classes the data have, and how many members the stream, where the text leaves them out.
  private mutating func readData(_ tree: SettingNode) throws(ScenarioError) {
    if case .drawn = questions { return }
    let isStated = tree["questions"]?["classes"] != nil
    let counts: [Int?] = groups.enumerated().map { i, group in
      guard case .recorded(let names) = group.source, names.isEmpty else { return group.count }
      guard case .list(let elements)? = tree["groups"]?.content, elements[i]["count"] != nil else { return nil }
      return group.count
    }
    guard !isStated || counts.contains(nil) else { return }
    let filled: Scenario
    do { filled = try readingData() } catch {
      let path = if case .stream = questions { "questions.stream" } else { "questions.data" }
      throw ScenarioError(place: tree.place(of: path), path: path, problem: "cannot be used: \(error)")
    }
    if !isStated { questions = filled.questions }
    for (i, count) in counts.enumerated() { groups[i].count = count ?? filled.groups[i].count }
  }

  /// The name of a file without folders and ending.
  static func stem(_ path: String) -> String {
    let name = path.split(separator: "/").last.map(String.init) ?? path
    guard let dot = name.lastIndex(of: "."), dot > name.startIndex else { return name }
    return String(name[..<dot])
  }
}

extension SettingNode {
  /// Puts the changes in, one after the other.
  mutating func apply(_ changes: [Scenario.Change]) throws(ScenarioError) {
    for change in changes {
      let option = ScenarioError.Place.option(change.source)
      guard let path = SettingPath(change.path) else {
        throw ScenarioError(
          place: option, path: change.path, problem: "is no path: give words and points, groups.sybils.count")
      }
      let value =
        change.value.isEmpty
        ? SettingNode(.text("", isPlain: false), place: option)
        : try SettingNode(
          yaml: change.value, option: change.source)
      try set(value, at: path, option: option)
    }
  }
}
