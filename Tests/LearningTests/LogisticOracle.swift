import Foundation

/// The log loss of multinomial logistic regression, row by row, as one would write it on a blackboard.
struct LogisticOracle {
  let weights: [Double]
  let intercepts: [Double]
  let featureCount: Int

  func loss(_ row: [Double], _ label: Int) -> Double {
    let outputs = intercepts.indices.map { output in
      intercepts[output] + row.indices.reduce(0) { $0 + weights[output * featureCount + $1] * row[$1] }
    }
    return log(outputs.reduce(0) { $0 + exp($1) }) - outputs[label]
  }
}
