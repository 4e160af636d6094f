import Consensus
import Foundation
import Quantities
import Tabular

/// A folder that holds a recorded stream: the binary form (`probs.bin`, `META.json`, `labels.csv`, perhaps
/// `experts.csv`) or the one in comma-separated values (`predictions.csv`, `outcomes.csv`).
struct StreamFolder {
  let path: String
  /// The files that a folder may hold.
  static let fileNames = ["probs.bin", "META.json", "labels.csv", "experts.csv", "predictions.csv", "outcomes.csv"]

  /// Reads whichever form is there.
  func read() throws(CommandFailure) -> RecordedStream {
    if FileManager.default.fileExists(atPath: "\(path)/probs.bin") { return try binary() }
    guard FileManager.default.fileExists(atPath: "\(path)/predictions.csv") else {
      throw CommandFailure(
        .inputOutput,
        "\(path) holds no stream: it takes probs.bin with META.json and labels.csv, or predictions.csv "
          + "(question,model,class,probability) with outcomes.csv (question,class,delay)")
    }
    let predictions = try table("predictions.csv")
    let outcomes = try table("outcomes.csv")
    do throws(StreamError) { return try RecordedStream(predictions: predictions, outcomes: outcomes) } catch {
      throw CommandFailure(.badData, "\(path): \(error)")
    }
  }

  private struct Shape: Decodable {
    let T: Int
    let N: Int
    let K: Int
  }

  private func binary() throws(CommandFailure) -> RecordedStream {
    let shape: Shape
    do { shape = try JSONDecoder().decode(Shape.self, from: Data(try bytes("META.json"))) } catch {
      if let failure = error as? CommandFailure { throw failure }
      throw CommandFailure(.badData, "\(path)/META.json does not say {\"T\": …, \"N\": …, \"K\": …} as whole numbers")
    }
    let labels = try table("labels.csv")
    let hasNames = FileManager.default.fileExists(atPath: "\(path)/experts.csv")
    let members = hasNames ? try table("experts.csv") : nil
    let numbers = try bytes("probs.bin")
    do throws(StreamError) {
      return try RecordedStream(
        numbers, questionCount: shape.T, memberCount: shape.N, classCount: shape.K, labels: labels, members: members)
    } catch { throw CommandFailure(.badData, "\(path): \(error)") }
  }

  private func table(_ name: String) throws(CommandFailure) -> Table {
    let content = try bytes(name)
    do throws(TabularError) { return try CSVReader().table(content) } catch {
      throw CommandFailure(.badData, "\(path)/\(name): \(error)")
    }
  }

  private func bytes(_ name: String) throws(CommandFailure) -> [UInt8] {
    guard let data = FileManager.default.contents(atPath: "\(path)/\(name)") else {
      throw CommandFailure(.inputOutput, "\(path)/\(name) is not there or cannot be read")
    }
    return [UInt8](data)
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
