import Consensus
import Foundation
import Learning
import Quantities

// One Iris row through scaler, three models and the pool, and batches through the forest: in process, one thread.
// usage: LatencyBenchmark [ROWS]

let rowCount = CommandLine.arguments.dropFirst().first.flatMap { Int($0) } ?? 200_000
let data = try DatasetManager.iris.split(seed: 1)
let predictor = try ModelPredictor(training: ModelKind.allCases, on: data, seed: 1, threads: 1)
let classCount = predictor.classCount
var pool = ConsensusRule().mechanism(classCount: classCount)
for seat in predictor.members.indices { pool.join(Seat(seat)) }
let rows = (0..<data.test.rowCount).map { Array(data.test.features.row($0)) }

var probabilities = [Double](repeating: 0, count: predictor.members.count * classCount)
var checksum: UInt64 = 0
var nanoseconds = [UInt64](repeating: 0, count: rowCount)

func pooled(_ row: [Double]) throws -> [UInt32] {
  row.withUnsafeBufferPointer { row in
    probabilities.withUnsafeMutableBufferPointer { predictor.predict(row, into: $0) }
  }
  var table = PredictionTable(classCount: classCount)
  for seat in predictor.members.indices {
    let answer = probabilities[seat * classCount..<(seat + 1) * classCount]
    table.append(Seat(seat), try Billionths.prediction(answer, classCount: classCount))
  }
  return pool.pool(table).consensus
}

for i in 0..<rowCount {
  let start = DispatchTime.now().uptimeNanoseconds
  let consensus = try pooled(rows[i % rows.count])
  nanoseconds[i] = DispatchTime.now().uptimeNanoseconds - start
  checksum = checksum &* 31 &+ UInt64(consensus[0])
}
nanoseconds.sort()
func percentile(_ share: Double) -> Double { Double(nanoseconds[Int(Double(rowCount - 1) * share)]) / 1_000 }
print("row/models=3+pool     p50= \(percentile(0.5)) µs  p99= \(percentile(0.99)) µs  checksum=\(checksum)")

let batch = Matrix(
  rowCount: 10_000, columnCount: data.test.featureCount,
  values: (0..<10_000).flatMap { Array(data.scaledTest.features.row($0 % data.test.rowCount)) })
for member in predictor.members {
  var best = 0.0
  for _ in 0..<30 {
    let start = DispatchTime.now().uptimeNanoseconds
    let answers = member.model.probabilities(batch)
    let seconds = Double(DispatchTime.now().uptimeNanoseconds - start) / 1e9
    best = max(best, Double(answers.rowCount) / seconds)
  }
  print("batch/\(member.name)  best of 30= \(Int(best)) rows/s")
}
