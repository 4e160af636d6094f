import Quantities

/// Why something is not a scenario, or not a value of one: where, what is wrong, and what would be right.
public struct ScenarioError: Error, Hashable, Sendable {
  /// Where the trouble stands.
  public enum Place: Hashable, Sendable {
    /// In a scenario that no text stands behind.
    case program
    /// On this line of the scenario's file, from 1.
    case line(Int)
    /// In an option of the command line, as it was given.
    case option(String)
  }

  /// The scenario's file; `nil` where there is none.
  public var file: String?
  /// Where it stands.
  public var place: Place
  /// Which value: `groups[1].strategy.lag`; empty for the whole.
  public var path: String
  /// What is wrong with it, and the remedy: a sentence whose subject is `path`.
  public var problem: String

  /// Puts the parts together.
  public init(file: String? = nil, place: Place = .program, path: String, problem: String) {
    self.file = file
    self.place = place
    self.path = path
    self.problem = problem
  }
}

extension ScenarioError: CustomStringConvertible {
  /// `sybils.yaml:14: groups[1].stratgy is not known: did you mean strategy?`
  public var description: String {
    let sentence = "\(path.isEmpty ? "the scenario" : path) \(problem)"
    return switch (place, file) {
    case (.option(let option), _): "\(option): \(sentence)"
    case (.line(let line), let file?): "\(file):\(line): \(sentence)"
    case (.line(let line), nil): "line \(line): \(sentence)"
    case (.program, let file?): "\(file): \(sentence)"
    case (.program, nil): sentence
    }
  }
}

extension ScenarioError {
  /// The end of a sentence about a name that is none of `known`: the nearest, or all where there are few.
  static func remedy(for name: String, among known: [String]) -> String {
    if let nearest = nearestName(to: name, among: known) { return "did you mean \(nearest)?" }
    guard known.count <= 40 else { return "see docs/scenarios.md for the names" }
    return known.isEmpty ? "leave it out" : "it takes \(known.joined(separator: ", "))"
  }
}
