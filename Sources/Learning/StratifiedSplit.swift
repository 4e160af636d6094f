import Quantities

/// What the random numbers of this file are for; keys of `CounterStream`.
private enum Purpose {
  static let split: UInt64 = 0x7370_6C69_74
  static let folds: UInt64 = 0x666F_6C64_73
}

/// Which rows are held out: `share` of each class as nearly as whole rows allow, never a class's last row.
///
/// - Returns: one value per row; at least one row is held out and one is not, given two rows or more.
func stratifiedTestRows(labels: [Int], classCount: Int, share: Double, seed: UInt64) -> [Bool] {
  let byClass = rowsByClass(labels: labels, classCount: classCount)
  let wanted = min(max(Int((Double(labels.count) * share).rounded()), 1), labels.count - 1)
  var parts: [Int] = apportion(UInt64(wanted), by: byClass.map { UInt64($0.count) })
  for label in parts.indices { parts[label] = min(parts[label], max(byClass[label].count - 1, 0)) }
  if parts.allSatisfy({ $0 == 0 }) {
    // Every class has one row, or none came to a whole row: the largest class gives one all the same.
    let largest = byClass.indices.max { byClass[$0].count < byClass[$1].count } ?? 0
    parts[largest] = 1
  }
  var isTest = [Bool](repeating: false, count: labels.count)
  for (label, rows) in byClass.enumerated() {
    var random = CounterStream(seed: seed, purpose: Purpose.split, UInt64(label))
    for row in shuffled(rows, using: &random).prefix(parts[label]) { isTest[row] = true }
  }
  return isTest
}

/// A fold for each row: the rows of each class are shuffled, then dealt out in turn, going on from class to class.
func assignStratifiedFolds(labels: [Int], classCount: Int, count: Int, seed: UInt64) -> [Int] {
  var folds = [Int](repeating: 0, count: labels.count)
  var next = 0
  for (label, rows) in rowsByClass(labels: labels, classCount: classCount).enumerated() {
    var random = CounterStream(seed: seed, purpose: Purpose.folds, UInt64(label))
    for row in shuffled(rows, using: &random) {
      folds[row] = next
      next = (next + 1) % count
    }
  }
  return folds
}

private func rowsByClass(labels: [Int], classCount: Int) -> [[Int]] {
  var result = [[Int]](repeating: [], count: classCount)
  for (row, label) in labels.enumerated() { result[label].append(row) }
  return result
}

/// Fisher and Yates, in Durstenfeld's form: the standard library's shuffle may change between versions.
private func shuffled(_ rows: [Int], using random: inout CounterStream) -> [Int] {
  var rows = rows
  for i in stride(from: rows.count - 1, to: 0, by: -1) { rows.swapAt(i, random.below(i + 1)) }
  return rows
}
