import Foundation
import Learning

// One Iris row through three models and the pool, and batches through each model: in process, one thread.
// usage: LatencyBenchmark [ROWS]

let count = CommandLine.arguments.dropFirst().first.flatMap { Int($0) } ?? 200_000
let data = try DatasetManager.iris.split(seed: 1)
let predictor = try ModelPredictor(training: ModelKind.allCases, on: data, seed: 1, threads: 1)
var trial = RowTrial(predictor, rows: (0..<data.test.rowCount).map { Array(data.test.features.row($0)) })
let (microseconds, checksum) = try trial.run(count)
print(
  "row/models=3+pool  p50= \(microseconds[count / 2]) µs  p99= \(microseconds[count * 99 / 100]) µs  "
    + "checksum=\(checksum)")

let batch = Matrix(
  rowCount: 10_000, columnCount: data.test.featureCount,
  values: (0..<10_000).flatMap { Array(data.scaledTest.features.row($0 % data.test.rowCount)) })
for member in predictor.members {
  var best = 0.0
  for _ in 0..<30 {
    let start = DispatchTime.now().uptimeNanoseconds
    let answers = member.model.probabilities(batch)
    best = max(best, Double(answers.rowCount) / Double(DispatchTime.now().uptimeNanoseconds - start) * 1e9)
  }
  print("batch/\(member.name)  best of 30= \(Int(best)) rows/s")
}
