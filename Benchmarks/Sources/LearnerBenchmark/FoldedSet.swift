import Foundation
import Learning

/// A data set of the peers' with the fold of each row: feature columns, then `label` and `fold`.
struct FoldedSet {
  let name: String
  let data: Dataset
  let folds: [Int]

  /// Reads `folder/name.csv`, or gives nil if there is no such file.
  init?(named name: String, in folder: URL) throws {
    let file = folder.appendingPathComponent(name + ".csv")
    guard FileManager.default.fileExists(atPath: file.path) else { return nil }
    let lines = try String(contentsOf: file, encoding: .utf8).split(separator: "\n")
    let names = lines[0].split(separator: ",").dropLast(2).map(String.init)
    var values: [Double] = []
    var labels: [Int] = []
    var folds: [Int] = []
    for line in lines.dropFirst() {
      let fields = line.split(separator: ",")
      for field in fields.dropLast(2) { values.append(Double(field)!) }
      labels.append(Int(fields[fields.count - 2])!)
      folds.append(Int(fields[fields.count - 1])!)
    }
    self.name = name
    self.folds = folds
    data = Dataset(
      features: Matrix(rowCount: labels.count, columnCount: names.count, values: values), labels: labels,
      featureNames: names, classNames: (0...labels.max()!).map(String.init))
  }

  /// The folds that are held out in turn: all five, or on sets of 5,000 rows and more only the first, as the peers do.
  var foldsJudged: [Int] { data.rowCount >= 5_000 ? [0] : [0, 1, 2, 3, 4] }

  /// The rows to learn from and the rows to judge by when `fold` is held out.
  func split(fold: Int) -> (training: Dataset, test: Dataset) {
    let rows = folds.indices
    return (data.selecting(rows.filter { folds[$0] != fold }), data.selecting(rows.filter { folds[$0] == fold }))
  }
}
