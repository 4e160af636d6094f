import Consensus
import Quantities
import Simulation
import Tabular

/// A folder that holds a recorded stream, named on the command line.
struct StreamFolder {
  let path: String
  /// The files that a folder may hold.
  static let fileNames = ["probs.bin", "META.json", "labels.csv", "experts.csv", "predictions.csv", "outcomes.csv"]

  /// Reads whichever form is there.
  func read() throws(CommandFailure) -> RecordedStream {
    do throws(PopulationError) { return try Simulation.StreamFolder(path: path).read() } catch {
      if case .unreadableStream = error { throw CommandFailure(.inputOutput, error.description) }
      throw CommandFailure(.badData, error.description)
    }
  }
}

extension RecordedStream {
  /// The stream as the mechanisms see it: predictions on the grid, each divided by its sum.
  var questions: [RecordedQuestion] {
    (0..<questionCount).map { t in
      var table = PredictionTable(classCount: classNames.count, rowCapacity: memberNames.count)
      for n in memberNames.indices {
        if let row = prediction(t, n) { table.append(Seat(n), Billionths.shares(row)) }
      }
      return RecordedQuestion(table: table, truth: truths[t], delay: delays[t])
    }
  }
}
