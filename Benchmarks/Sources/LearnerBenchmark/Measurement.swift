import Foundation
import Learning

/// What one learner did on one set.
struct Measurement: Codable {
  var set: String
  var model: String
  var accuracy = 0.0
  var logLoss = 0.0
  var fitCPUSeconds = 0.0
  var fitWallSeconds = 0.0
  /// One row at a time: median over calls.
  var singleMicroseconds = 0.0
  var batchRowsPerSecond = 0.0

  /// Trains on the peers' folds. Accuracy and log loss are means over folds and seeds, times are medians.
  init(_ candidate: Candidate, on folded: FoldedSet, seeds: Int, threads: Int) throws {
    set = folded.name
    model = candidate.name
    var cpu: [Double] = []
    var wall: [Double] = []
    var scores: [(accuracy: Double, logLoss: Double)] = []
    for fold in folded.foldsJudged {
      let (training, test) = folded.split(fold: fold)
      for seed in 0..<seeds {
        let cpuBefore = Self.seconds(CLOCK_PROCESS_CPUTIME_ID)
        let wallBefore = Self.seconds(CLOCK_MONOTONIC)
        let predictor = try candidate.fit(training, UInt64(seed), threads)
        cpu.append(Self.seconds(CLOCK_PROCESS_CPUTIME_ID) - cpuBefore)
        wall.append(Self.seconds(CLOCK_MONOTONIC) - wallBefore)
        scores.append(Self.score(predictor.probabilities(test.features), labels: test.labels))
        if fold == folded.foldsJudged[0], seed == 0 { measureSpeed(predictor, test) }
      }
    }
    fitCPUSeconds = Self.median(cpu)
    fitWallSeconds = Self.median(wall)
    accuracy = scores.map(\.accuracy).reduce(0, +) / Double(scores.count)
    logLoss = scores.map(\.logLoss).reduce(0, +) / Double(scores.count)
  }

  private mutating func measureSpeed(_ predictor: any Predictor, _ test: Dataset) {
    var times: [Double] = []
    var output = [Double](repeating: 0, count: predictor.classCount)
    let width = test.featureCount
    test.features.values.withUnsafeBufferPointer { values in
      output.withUnsafeMutableBufferPointer { output in
        for call in 0..<3_000 {
          let row = call % test.rowCount
          let before = Self.seconds(CLOCK_MONOTONIC)
          predictor.predict(UnsafeBufferPointer(rebasing: values[row * width..<(row + 1) * width]), into: output)
          times.append(Self.seconds(CLOCK_MONOTONIC) - before)
        }
      }
    }
    singleMicroseconds = Self.median(times) * 1e6
    let batch = test.selecting((0..<10_000).map { $0 % test.rowCount }).features
    for _ in 0..<7 {
      let before = Self.seconds(CLOCK_MONOTONIC)
      let result = predictor.probabilities(batch)
      precondition(result.rowCount == batch.rowCount)
      batchRowsPerSecond = max(batchRowsPerSecond, 10_000 / (Self.seconds(CLOCK_MONOTONIC) - before))
    }
  }

  private static func score(_ probabilities: Matrix, labels: [Int]) -> (accuracy: Double, logLoss: Double) {
    var right = 0
    var loss = 0.0
    for (index, label) in labels.enumerated() {
      let row = probabilities.row(index)
      let best = row.indices.max { row[$0] < row[$1] || (row[$0] == row[$1] && $0 > $1) }!
      if best - row.startIndex == label { right += 1 }
      // The least probability that counts is the machine epsilon, as in scikit-learn.
      loss -= log(max(row[row.startIndex + label], .ulpOfOne))
    }
    return (Double(right) / Double(labels.count), loss / Double(labels.count))
  }

  private static func seconds(_ clock: clockid_t) -> Double {
    var time = timespec()
    clock_gettime(clock, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9
  }

  private static func median(_ numbers: [Double]) -> Double {
    let sorted = numbers.sorted()
    return (sorted[(sorted.count - 1) / 2] + sorted[sorted.count / 2]) / 2
  }
}
