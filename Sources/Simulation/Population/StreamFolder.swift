import Quantities
import Tabular

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// A folder that holds a recorded stream: the binary form (`probs.bin`, `META.json`, `labels.csv`, perhaps
/// `experts.csv`) or the one in comma-separated values (`predictions.csv`, `outcomes.csv`).
public struct StreamFolder: Hashable, Sendable {
  /// Where the folder is.
  public let path: String

  /// The folder at `path`.
  public init(path: String) { self.path = path }

  /// Reads whichever form is there.
  public func read() throws(PopulationError) -> RecordedStream {
    if FileManager.default.fileExists(atPath: "\(path)/probs.bin") { return try binary() }
    guard FileManager.default.fileExists(atPath: "\(path)/predictions.csv") else {
      throw .unreadableStream(
        path: path,
        reason: "the folder needs probs.bin with META.json and labels.csv, or predictions.csv "
          + "(question,model,class,probability) with outcomes.csv (question,class,delay)")
    }
    let (predictions, outcomes) = (try table("predictions.csv"), try table("outcomes.csv"))
    do { return try RecordedStream(predictions: predictions, outcomes: outcomes) } catch {
      throw .stream(path: path, error)
    }
  }

  private struct Shape: Decodable {
    let T: Int
    let N: Int
    let K: Int
  }

  private func binary() throws(PopulationError) -> RecordedStream {
    let meta = try bytes("META.json")
    guard let shape = try? JSONDecoder().decode(Shape.self, from: Data(meta)) else {
      throw .streamWithoutShape(path: path)
    }
    let labels = try table("labels.csv")
    let hasNames = FileManager.default.fileExists(atPath: "\(path)/experts.csv")
    let members = hasNames ? try table("experts.csv") : nil
    let numbers = try bytes("probs.bin")
    do {
      return try RecordedStream(
        numbers, questionCount: shape.T, memberCount: shape.N, classCount: shape.K, labels: labels, members: members)
    } catch { throw .stream(path: path, error) }
  }

  private func table(_ name: String) throws(PopulationError) -> Table {
    let content = try bytes(name)
    do { return try CSVReader().table(content) } catch {
      throw .stream(path: path, .notATable(file: name, error))
    }
  }

  private func bytes(_ name: String) throws(PopulationError) -> [UInt8] {
    guard let data = FileManager.default.contents(atPath: "\(path)/\(name)") else {
      throw .unreadableStream(path: path, reason: "\(name) is not there or cannot be read")
    }
    return [UInt8](data)
  }
}
