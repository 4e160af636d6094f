import Quantities
import Tabular

extension Encoding {
  /// Encodes every row of a table whose columns are found by name, in any order; others, such as a label, are let pass.
  ///
  /// - Returns: `table.rowCount` x `featureCount` finite numbers.
  /// - Throws: the first column that is absent, else the first cell (row by row) that does not fit, with its line.
  public func encode(_ table: Table) throws(LearningError) -> Matrix {
    var sources: [Int] = []
    for column in columns {
      guard let source = table.columnNames.firstIndex(of: column.name) else {
        throw .unknownColumn(
          role: "feature", name: column.name, nearest: nearestName(to: column.name, among: table.columnNames),
          known: table.columnNames)
      }
      sources.append(source)
    }
    var values: [Double] = []
    values.reserveCapacity(table.rowCount * featureCount)
    for row in 0..<table.rowCount {
      var cells: [FeatureValue] = []
      for (column, source) in zip(columns, sources) {
        let isNumber = if case .number = column { true } else { false }
        let number = isNumber ? table.withCells { finiteNumber($0[row, source]) } : nil
        cells.append(number.map { .number($0) } ?? .text(table[row, source]))
      }
      do {
        values += try encode(cells)
      } catch {
        throw .rowRefused(line: table.lines[row], reason: error.description)
      }
    }
    return Matrix(rowCount: table.rowCount, columnCount: featureCount, values: values)
  }
}
