import ProtocolCore

/// One run at mechanism depth: the council's mechanisms without messages, events or hashes of them.
public struct MechanismRun {
  /// Ways that lead to the same.
  public enum Lane: Hashable, Sendable {
    /// Through `Council.decide` and `apply`: any rules and strategies.
    case council
    /// On arrays, through the mechanisms' kernels: the common rules, honest members, prompt outcomes.
    case arrays
  }

  /// The lane that is taken.
  public let lane: Lane
  private let population: Population
  private let scenario: Scenario

  /// A run that has not begun, in the fastest lane that there is for the scenario.
  public init(population: Population, scenario: Scenario) {
    self.init(population: population, scenario: scenario, lane: FlatRun.fits(population, scenario) ? .arrays : .council)
  }

  /// A run that has not begun, through the council whatever the scenario.
  public static func onCouncil(population: Population, scenario: Scenario) -> MechanismRun {
    MechanismRun(population: population, scenario: scenario, lane: .council)
  }

  private init(population: Population, scenario: Scenario, lane: Lane) {
    self.population = population
    self.scenario = scenario
    self.lane = lane
  }

  /// Asks all questions and settles what can be settled.
  ///
  /// - Parameter progress: called after each question with its number.
  /// - Throws: the council's refusal where the scenario's rules are not sound, or where more names join than it has seats.
  public mutating func run(recorder: inout Recorder, progress: (Int) -> Void) throws -> RunRecord {
    switch lane {
    case .council:
      var run = CouncilRun(population, scenario)
      return try run.run(recorder: &recorder, progress: progress)
    case .arrays:
      var run = FlatRun(population, scenario, isDetailed: recorder.isDetailed)
      return run.run(recorder: &recorder, progress: progress)
    }
  }
}
