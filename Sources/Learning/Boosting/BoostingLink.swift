import Foundation

/// From boosting scores to class probabilities.
enum BoostingLink {
  /// How many scores a row has: for one class none is needed, for two one is enough.
  static func scoreCount(classCount: Int) -> Int { classCount <= 2 ? 1 : classCount }

  /// Turns the scores in the first places of `output` into `classCount` probabilities: a lone score is the log odds of
  /// the second of two classes; more of them go through the softmax.
  @inline(__always)
  static func turnIntoProbabilities(_ output: UnsafeMutablePointer<Double>, classCount: Int) {
    switch classCount {
    case 1: output[0] = 1
    case 2:
      let second = sigmoid(output[0])
      output[0] = 1 - second
      output[1] = second
    default: softmax(output, classCount)
    }
  }

  /// 1 / (1 + e^-score).
  @inline(__always)
  static func sigmoid(_ score: Double) -> Double {
    // The smaller side is computed and never rounds to a negative number or above one half.
    let small = exp(-abs(score))
    return (score < 0 ? small : 1) / (1 + small)
  }

  @inline(__always)
  private static func softmax(_ output: UnsafeMutablePointer<Double>, _ count: Int) {
    var greatest = output[0]
    for index in 1..<count { greatest = max(greatest, output[index]) }
    var sum = 0.0
    for index in 0..<count {
      let term = exp(output[index] - greatest)
      output[index] = term
      sum += term
    }
    let scale = 1 / sum
    for index in 0..<count { output[index] *= scale }
  }
}
