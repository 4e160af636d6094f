import Quantities

/// Sums of weighted votes: the arithmetic of methods with one number for each worker.
///
/// - Complexity: a pass takes O(answers + tasks K).
enum VoteKernel {
  /// The sum of the weights of the answers for each class: T x K.
  static func scores(_ answers: AnswerSet, weights: [Double]) -> [Double] {
    scores(answers) { weights[Int(answers.workers[$0])] }
  }

  /// The sum of the weights of the answers for each class, T x K; `weight` says what an answer weighs.
  @inline(__always)
  static func scores(_ answers: AnswerSet, weight: (Int) -> Double) -> [Double] {
    let k = answers.classCount
    var scores = [Double](repeating: 0, count: answers.taskCount * k)
    scores.withUnsafeMutableBufferPointer { scores in
      for task in 0..<answers.taskCount {
        for answer in answers.taskStarts[task]..<answers.taskStarts[task + 1] {
          scores[task * k + Int(answers.labels[answer])] += weight(answer) * answers.weight(answer)
        }
      }
    }
    return scores
  }

  /// The share of the votes for each class: T x K; known classes have all of them, tasks without answers share evenly.
  static func voteShares(_ answers: AnswerSet) -> [Double] { shares(answers) { _ in 1 } }

  /// The shares of votes of which each weighs as much as its worker.
  static func shares(_ answers: AnswerSet, weights: [Double]) -> [Double] {
    shares(answers) { weights[Int(answers.workers[$0])] }
  }

  /// The share of the weighted votes for each class: T x K, each row adding up to 1. A vote of negative weight counts
  /// for all other classes. Known classes have all votes; where no vote weighs anything, classes share evenly.
  @inline(__always)
  static func shares(_ answers: AnswerSet, weight: (Int) -> Double) -> [Double] {
    let k = answers.classCount
    var shares = scores(answers, weight: weight)
    for task in 0..<answers.taskCount {
      let row = (task * k)..<((task + 1) * k)
      let known = Int(answers.gold[task])
      var lift = 0.0
      for answer in answers.taskStarts[task]..<answers.taskStarts[task + 1] {
        lift -= min(weight(answer), 0) * answers.weight(answer)
      }
      var sum = 0.0
      for place in row {
        shares[place] = max(shares[place] + lift, 0)
        sum += shares[place]
      }
      for (label, place) in row.enumerated() {
        shares[place] = known >= 0 ? (label == known ? 1 : 0) : sum > 0 ? shares[place] / sum : 1 / Double(k)
      }
    }
    return shares
  }

  /// Turns rows of log weights into probabilities; known classes are certain. Returns the sum of the logarithms of what
  /// each row was divided by, or of the known class's weight.
  static func makePosterior(_ logs: inout [Double], _ answers: AnswerSet) -> Double {
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
  static func tops(_ scores: [Double], _ answers: AnswerSet) -> [Int] {
    let k = answers.classCount
    return (0..<answers.taskCount).map { task in
      if answers.gold[task] >= 0 { return Int(answers.gold[task]) }
      var top = 0
      for label in 1..<max(k, 1) where scores[task * k + label] > scores[task * k + top] { top = label }
      return top
    }
  }

  /// The weighted number of answers of each worker that the posterior (T x K) says are right.
  static func right(_ answers: AnswerSet, _ posterior: [Double]) -> [Double] {
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
  static func agreements(_ answers: AnswerSet, _ labels: [Int]) -> [Double] {
    var right = [Double](repeating: 0, count: answers.workerCount)
    for task in 0..<answers.taskCount {
      for answer in answers.taskStarts[task]..<answers.taskStarts[task + 1]
      where Int(answers.labels[answer]) == labels[task] {
        right[Int(answers.workers[answer])] += answers.weight(answer)
      }
    }
    return right
  }

  /// The mean of the rows of a posterior: K numbers that add up to 1.
  static func meanPosterior(_ posterior: [Double], _ answers: AnswerSet) -> [Double] {
    let k = answers.classCount
    var sums = [Double](repeating: 0, count: k)
    for task in 0..<answers.taskCount { for label in 0..<k { sums[label] += posterior[task * k + label] } }
    return sums.map { $0 / Double(answers.taskCount) }
  }
}
