/// What a scenario file holds: a council to simulate, or, where it has the key `cabal`, Yuma's game.
public enum ScenarioFile: Hashable, Sendable {
  /// A population, its rules and its world.
  case council(Scenario)
  /// A game of stake-weighted scorers.
  case cabal(CabalScenario)

  /// Reads the file at `path`; relative paths in it count from its folder.
  ///
  /// - Parameter changes: values to change before it is read, as `--set` names them.
  /// - Throws: the first thing that is wrong, with file, line, path and remedy.
  public init(path: String, changes: [Scenario.Change] = []) throws(ScenarioError) {
    let slash = path.lastIndex(of: "/")
    let folder = slash.map { $0 == path.startIndex ? "/" : String(path[..<$0]) }
    try self.init(yaml: Scenario.text(ofFile: path), file: path, folder: folder, changes: changes)
  }

  /// Reads a text; see `Scenario.init(yaml:file:folder:changes:)`.
  public init(
    yaml text: String, file: String? = nil, folder: String? = nil, changes: [Scenario.Change] = []
  ) throws(ScenarioError) {
    do {
      var tree = try SettingNode(yaml: text)
      try tree.apply(changes)
      let name = file.map(Scenario.stem)
      if tree["cabal"] != nil {
        self = .cabal(try CabalScenario(tree, name: name))
      } else {
        self = .council(try Scenario(tree, name: name, folder: folder))
      }
    } catch {
      var error = error
      if case .option = error.place {} else { error.file = file }
      throw error
    }
  }
}
