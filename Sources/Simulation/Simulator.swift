/// Runs scenarios, one replicate at a time.
public enum Simulator {
  /// Runs one replicate of `scenario` at its depth.
  ///
  /// - Parameters:
  ///   - replicate: which of the runs with seeds of their own, from 0.
  ///   - isDetailed: whether every answer is measured, at a cost of O(N K) for each question.
  ///   - progress: called after each question with its number.
  /// - Throws: `PopulationError` where the population cannot be drawn, `Rejection` where the council refuses the rules,
  ///   `BrokenInvariant` where a run at protocol depth breaks a promise.
  public static func run(
    _ scenario: Scenario, replicate: Int, isDetailed: Bool, progress: (Int) -> Void
  ) throws -> RunRecord {
    let population = try Population(scenario, replicate: replicate)
    var recorder = Recorder(scenario: scenario, isDetailed: isDetailed)
    switch scenario.depth {
    case .mechanism:
      var run = MechanismRun(population: population, scenario: scenario)
      return try run.run(recorder: &recorder, progress: progress)
    case .protocol:
      var run = ProtocolRun(population: population, scenario: scenario, replicate: replicate)
      return try run.run(recorder: &recorder, progress: progress)
    }
  }
}
