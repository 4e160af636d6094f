import Consensus
import Foundation
import Quantities
import Testing

/// The default mechanism on recorded streams, which lie beside the project; skipped where they are absent.
@Suite struct StreamTests {
  private static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    .appendingPathComponent("shared/data/streams")

  private struct Shape: Decodable {
    let length: Int
    let modelCount: Int
    let classCount: Int
    enum CodingKeys: String, CodingKey {
      case length = "T"
      case modelCount = "N"
      case classCount = "K"
    }
  }

  private static func read(_ name: String) throws -> (shape: Shape, stream: [RecordedQuestion]) {
    let place = folder.appendingPathComponent(name)
    let shape = try JSONDecoder().decode(Shape.self, from: Data(contentsOf: place.appendingPathComponent("META.json")))
    let numbers = try Data(contentsOf: place.appendingPathComponent("probs.bin")).withUnsafeBytes { bytes in
      (0..<bytes.count / 4).map { i in
        Double(Float(bitPattern: UInt32(littleEndian: bytes.loadUnaligned(fromByteOffset: 4 * i, as: UInt32.self))))
      }
    }
    let labels = try String(contentsOf: place.appendingPathComponent("labels.csv"), encoding: .utf8)
    var stream: [RecordedQuestion] = []
    for (t, line) in labels.split(separator: "\n").dropFirst().enumerated() {
      let fields = line.split(separator: ",")
      var table = PredictionTable(classCount: shape.classCount)
      for i in 0..<shape.modelCount {
        let first = (t * shape.modelCount + i) * shape.classCount
        let row = numbers[first..<first + shape.classCount]
        if row.contains(where: \.isNaN) { continue }
        let sum = row.reduce(0, +)
        table.append(Seat(i), try Billionths.prediction(row.map { $0 / sum }, classCount: shape.classCount))
      }
      stream.append(
        RecordedQuestion(table: table, truth: Int(fields[1]) ?? -1, delay: Int(fields[3]) ?? 0))
    }
    return (shape, stream)
  }

  private static let areThere = FileManager.default.fileExists(atPath: folder.path)

  // The best causal row of the reference table on the whole stream, and its meta layer on the last two thirds.
  @Test(
    .enabled(if: areThere, "the streams lie outside of the project and are absent"),
    arguments: [
      ("football_england_2005_2009", 1.03639, 1.03038), ("magic_shards", 0.44878, 0.45762),
      ("satimage_shards", 0.51057, 0.51510),
    ])
  func `the meta layer beats the best mechanism of a separate program`(name: String, whole: Double, late: Double) throws
  {
    let (shape, stream) = try Self.read(name)
    #expect(stream.count == shape.length)
    let run = try Evaluation(
      ConsensusRule(.meta), seatCount: shape.modelCount, classCount: shape.classCount, stream: stream)
    #expect(Scores(run.forecasts, stream).logLoss <= whole)
    #expect(Scores(run.forecasts, stream, in: stream.count / 3..<stream.count).logLoss < late)
  }

  // Five figures of the same table: an independent program in another language came to them.
  @Test(
    .enabled(if: areThere, "the streams lie outside of the project and are absent"),
    arguments: [
      (ConsensusRule.Kind.linearPool, 0.73830), (.logPool, 0.63243), (.geometricMedian, 0.59456),
      (.bayesMixture, 0.93375), (.fixedShare, 0.81712), (.brierAggregating, 1.36812), (.learntLogPoolBias, 0.51425),
    ])
  func `log losses are those of a separate program`(kind: ConsensusRule.Kind, expected: Double) throws {
    let (shape, stream) = try Self.read("satimage_shards")
    let run = try Evaluation(
      ConsensusRule(kind), seatCount: shape.modelCount, classCount: shape.classCount, stream: stream)
    #expect(abs(Scores(run.forecasts, stream).logLoss - expected) < 1e-5)
  }
}
