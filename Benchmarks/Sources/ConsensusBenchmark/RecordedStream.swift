import Consensus
import Foundation
import Quantities

/// A stream as it lies on disk: predictions as 32-bit floating point numbers, T x N x K, not a number where absent.
struct RecordedStream {
  struct Shape: Decodable {
    let length: Int
    let modelCount: Int
    let classCount: Int
    enum CodingKeys: String, CodingKey {
      case length = "T"
      case modelCount = "N"
      case classCount = "K"
    }
  }

  let name: String
  let shape: Shape
  let questions: [RecordedQuestion]

  /// All streams in `folder`, by name.
  static func all(in folder: URL) throws -> [RecordedStream] {
    try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted().map {
      try RecordedStream(folder.appendingPathComponent($0))
    }
  }

  init(_ place: URL) throws {
    name = place.lastPathComponent
    shape = try JSONDecoder().decode(Shape.self, from: Data(contentsOf: place.appendingPathComponent("META.json")))
    let bytes = try Data(contentsOf: place.appendingPathComponent("probs.bin"))
    let labels = try String(contentsOf: place.appendingPathComponent("labels.csv"), encoding: .utf8)
    let (modelCount, classCount) = (shape.modelCount, shape.classCount)
    questions = try bytes.withUnsafeBytes { bytes in
      try labels.split(separator: "\n").dropFirst().enumerated().map { t, line in
        var table = PredictionTable(classCount: classCount)
        for seat in 0..<modelCount {
          let row = (0..<classCount).map { k in
            let offset = 4 * ((t * modelCount + seat) * classCount + k)
            return Double(
              Float(bitPattern: UInt32(littleEndian: bytes.loadUnaligned(fromByteOffset: offset, as: UInt32.self))))
          }
          if row.contains(where: \.isNaN) { continue }
          let sum = row.reduce(0, +)
          table.append(Seat(seat), try Billionths.prediction(row.map { $0 / sum }, classCount: classCount))
        }
        let fields = line.split(separator: ",")
        return RecordedQuestion(table: table, truth: Int(fields[1]), delay: Int(fields[3]) ?? 0)
      }
    }
  }

  /// One line for each mechanism: log loss of the whole and of the last two thirds, Brier loss, accuracy, calibration.
  func printTable() throws {
    print("\(name)  T=\(questions.count) N=\(shape.modelCount) K=\(shape.classCount)")
    for kind in ConsensusRule.Kind.allCases {
      let run = try Evaluation(
        ConsensusRule(kind), seatCount: shape.modelCount, classCount: shape.classCount, stream: questions)
      let whole = Scores(run.forecasts, questions)
      let late = Scores(run.forecasts, questions, in: questions.count / 3..<questions.count)
      let figures = String(
        format: "log loss %.5f  last two thirds %.5f  Brier %.5f  accuracy %.4f  ECE %.4f", whole.logLoss, late.logLoss,
        whole.brier, whole.accuracy, whole.calibrationError)
      print("  \(kind.rawValue.padding(toLength: 22, withPad: " ", startingAt: 0))\(figures)")
    }
  }
}
