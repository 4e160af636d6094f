/// One run at mechanism depth: the council's mechanisms without messages, events or hashes of them.
public struct MechanismRun {
  private var run: CouncilRun

  /// A run that has not begun.
  public init(population: Population, scenario: Scenario) { run = CouncilRun(population, scenario) }

  /// Asks all questions and settles what can be settled.
  ///
  /// - Parameter progress: called after each question with its number.
  /// - Throws: the council's refusal where the scenario's rules are not sound, or where more names join than it has seats.
  public mutating func run(recorder: inout Recorder, progress: (Int) -> Void) throws -> RunRecord {
    try run.run(recorder: &recorder, progress: progress)
  }
}
