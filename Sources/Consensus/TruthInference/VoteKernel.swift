import Quantities

/// Sums of weighted votes: the arithmetic of methods with one number for each worker.
///
/// - Complexity: a pass takes O(answers + tasks K).
enum VoteKernel {
  /// The sum of the weights of the answers for each class: T x K.
  static func scores(_ answers: Answers, weights: [Double]) -> [Double] {
    let k = answers.classCount
    var scores = [Double](repeating: 0, count: answers.taskCount * k)
    scores.withUnsafeMutableBufferPointer { scores in
      for task in 0..<answers.taskCount {
        for answer in answers.taskStarts[task]..<answers.taskStarts[task + 1] {
          scores[task * k + Int(answers.labels[answer])] +=
            weights[Int(answers.workers[answer])] * answers.weight(answer)
        }
      }
    }
    return scores
  }

  /// The share of the votes for each class: T x K; known classes have all of them, tasks without answers share evenly.
  static func voteShares(_ answers: Answers) -> [Double] {
    var shares = scores(answers, weights: [Double](repeating: 1, count: answers.workerCount))
    makeShares(&shares, answers)
    return shares
  }

  /// Divides each row by its sum; a row without anything positive becomes even; known classes get all.
  static func makeShares(_ scores: inout [Double], _ answers: Answers) {
    let k = answers.classCount
    for task in 0..<answers.taskCount {
      let row = (task * k)..<((task + 1) * k)
      let known = answers.gold[task]
      // Adversaries pull scores below zero: all are lifted until the lowest is zero.
      let lift = max(0, -(scores[row].min() ?? 0))
      let sum = scores[row].reduce(0) { $0 + $1 + lift }
      for (label, place) in row.enumerated() {
        if known >= 0 {
          scores[place] = label == Int(known) ? 1 : 0
        } else {
          scores[place] = sum > 0 ? (scores[place] + lift) / sum : 1 / Double(k)
        }
      }
    }
  }

  /// Turns rows of log weights into probabilities; known classes are certain. Returns the sum of the logarithms of what
  /// each row was divided by, or of the known class's weight.
  static func makePosterior(_ logs: inout [Double], _ answers: Answers) -> Double {
    let k = answers.classCount
    var likelihood = 0.0
    logs.withUnsafeMutableBufferPointer { logs in
      for task in 0..<answers.taskCount {
        let row = UnsafeMutableBufferPointer(rebasing: logs[(task * k)..<((task + 1) * k)])
        let known = Int(answers.gold[task])
        if known >= 0 {
          likelihood += row[known]
          row.update(repeating: 0)
          row[known] = 1
          continue
        }
        var top = row[0]
        for label in 1..<max(k, 1) where row[label] > top { top = row[label] }
        var sum = 0.0
        for label in 0..<k {
          row[label] = FixedMath.exp(row[label] - top)
          sum += row[label]
        }
        for label in 0..<k { row[label] /= sum }
        likelihood += top + FixedMath.log(sum)
      }
    }
    return likelihood
  }

  /// The highest class of each row of K, known classes as they are; a tie goes to the lowest.
  static func tops(_ scores: [Double], _ answers: Answers) -> [Int] {
    let k = answers.classCount
    return (0..<answers.taskCount).map { task in
      if answers.gold[task] >= 0 { return Int(answers.gold[task]) }
      var top = 0
      for label in 1..<max(k, 1) where scores[task * k + label] > scores[task * k + top] { top = label }
      return top
    }
  }

  /// The weighted number of answers of each worker that the posterior (T x K) says are right.
  static func right(_ answers: Answers, _ posterior: [Double]) -> [Double] {
    let k = answers.classCount
    var right = [Double](repeating: 0, count: answers.workerCount)
    right.withUnsafeMutableBufferPointer { right in
      for task in 0..<answers.taskCount {
        for answer in answers.taskStarts[task]..<answers.taskStarts[task + 1] {
          right[Int(answers.workers[answer])] +=
            posterior[task * k + Int(answers.labels[answer])] * answers.weight(answer)
        }
      }
    }
    return right
  }

  /// The weighted number of answers of each worker that name the class of `labels`, one class a task.
  static func agreements(_ answers: Answers, _ labels: [Int]) -> [Double] {
    var right = [Double](repeating: 0, count: answers.workerCount)
    for task in 0..<answers.taskCount {
      for answer in answers.taskStarts[task]..<answers.taskStarts[task + 1]
      where Int(answers.labels[answer]) == labels[task] {
        right[Int(answers.workers[answer])] += answers.weight(answer)
      }
    }
    return right
  }
}
