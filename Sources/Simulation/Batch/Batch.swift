import Dispatch
import Quantities
import Synchronization

/// All runs of a scenario: each cell of its sweep with each replicate.
///
/// Runs share nothing, so they go over threads as they come; what they came to is put together by cell and replicate, and
/// does not depend on how many threads there were, or on which runs were there already.
public struct Batch: Sendable {
  /// The scenario as it was given.
  public let scenario: Scenario
  /// The combinations that its sweep chooses; one where it has none.
  public let cells: [SweepCell]

  /// The runs of `scenario`.
  public init(_ scenario: Scenario) throws(ScenarioError) {
    self.scenario = scenario
    cells = try scenario.cells()
  }

  /// How many runs there are.
  public var runCount: Int { cells.count * scenario.replicates }

  /// Runs everything that is not there yet.
  ///
  /// - Parameters:
  ///   - threads: how many to use, at least 1; the result is the same.
  ///   - isDetailed: whether every answer is measured; where `nil`, in cells where that costs little.
  ///   - store: where finished runs are kept until all are; `nil` to keep none.
  ///   - progress: called a few times a second while runs go on, by one thread at a time.
  /// - Throws: what the first failing run throws, in the order of cells and replicates among those that were begun; what is
  ///   kept stays. `RunStoreError` where a kept run does not belong here, or the disk refuses.
  public func run(
    threads: Int = 1, isDetailed: Bool? = nil, store: RunStore? = nil,
    progress: @escaping @Sendable (BatchProgress) -> Void = { _ in }
  ) throws -> RunResults {
    let replicates = scenario.replicates
    // Members and questions differ between cells, so that progress counts what each run has to do.
    let details = cells.map { isDetailed ?? Recorder.isDetailCheap(for: $0.scenario) }
    let identities = store.map { _ in zip(cells, details).map { RunStore.identity(of: $0.scenario, isDetailed: $1) } }
    let finished = Mutex<[RunRecord?]>([RunRecord?](repeating: nil, count: runCount))
    let failure = Mutex<(run: Int, error: any Error)?>(nil)
    let meter = ProgressMeter(runCount: runCount, questionCount: questionCount, report: progress)
    Self.forEach(count: runCount, threads: threads) { run in
      guard failure.withLock({ $0 == nil }) else { return }
      let (cell, replicate) = run.quotientAndRemainder(dividingBy: replicates)
      let scenario = cells[cell].scenario
      do {
        let identity = identities?[cell]
        if let store, let identity,
          let kept = try store.record(of: scenario, cell: cell, replicate: replicate, identity: identity)
        {
          finished.withLock { $0[run] = kept }
          meter.skip(questions: scenario.questionCount)
          return
        }
        var seen = 0
        let record = try Simulator.run(scenario, replicate: replicate, isDetailed: details[cell]) { question in
          if question - seen >= ProgressMeter.stride {
            meter.advance(by: question - seen)
            seen = question
          }
        }
        if let store, let identity {
          try store.keep(record, cell: cell, replicate: replicate, identity: identity)
        }
        finished.withLock { $0[run] = record }
        meter.finish(questions: scenario.questionCount - seen)
      } catch {
        failure.withLock { if $0.map({ run < $0.run }) ?? true { $0 = (run, error) } }
      }
    }
    if let failed = failure.withLock({ $0 }) { throw failed.error }
    let records = finished.withLock { $0.compactMap { $0 } }
    var parts: [RunResults.Cell] = []
    for (i, cell) in cells.enumerated() {
      let own = Array(records[i * replicates..<(i + 1) * replicates])
      let cost = try Self.decentralisation(cell.scenario, own[0])
      parts.append(
        RunResults.Cell(
          label: cell.label, scenario: cell.scenario, records: own, tables: cost.map { [$0.table] } ?? [],
          notes: cost.map { [$0.sentence] } ?? []))
    }
    return RunResults(scenario: scenario, cells: parts)
  }

  /// What decentralising cost members that learn, in the first replicate; nothing where nobody learns.
  private static func decentralisation(
    _ scenario: Scenario, _ record: RunRecord
  ) throws(PopulationError) -> (table: ReportTable, sentence: String)? {
    let learns = scenario.groups.contains { if case .learner = $0.source { $0.count > 0 } else { false } }
    guard learns, record.measures.consensus.count > 0 else { return nil }
    let population = try Population(scenario, replicate: 0)
    let scores = record.measures.consensus.scores
    let council = AnswerScore(accuracy: scores.accuracy, logLoss: scores.logLoss)
    guard let report = population.decentralisation(council: council) else { return nil }
    var table = ReportTable(title: "What decentralising costs", columns: ["who predicts", "accuracy", "log loss"])
    func add(_ name: String, _ score: AnswerScore) {
      table.append([.text(name), .number(score.accuracy), .number(score.logLoss)])
    }
    add("the council", report.council)
    for central in report.central { add("one \(central.learner) on all data", central.score) }
    add("the plain average", report.average)
    for alone in report.alone {
      let group = population.group(of: alone.member)
      let place = alone.member - population.groups[group].members.lowerBound
      add("\(population.groups[group].name)-\(place) alone", alone.score)
    }
    return (table, report.sentence)
  }

  private var questionCount: Int {
    cells.reduce(0) { sum, cell in
      let (all, isTooLarge) = cell.scenario.questionCount.multipliedReportingOverflow(by: scenario.replicates)
      return isTooLarge ? .max : sum.addingReportingOverflow(all).overflow ? .max : sum + all
    }
  }

  /// Does pieces `0 ..< count`, each once, on at most `threads` threads.
  static func forEach(count: Int, threads: Int, piece: (Int) -> Void) {
    guard threads > 1, count > 1 else {
      for index in 0..<count { piece(index) }
      return
    }
    let next = Atomic<Int>(0)
    withoutActuallyEscaping(piece) { piece in
      // The closure is called until `concurrentPerform` returns and never after.
      nonisolated(unsafe) let piece = piece
      DispatchQueue.concurrentPerform(iterations: min(threads, count)) { _ in
        while true {
          let index = next.wrappingAdd(1, ordering: .relaxed).oldValue
          guard index < count else { return }
          piece(index)
        }
      }
    }
  }
}
