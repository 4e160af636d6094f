import Quantities
import Tabular

extension DatasetManager {
  /// Takes the rows of a table: the label (the last column where `nil`) and fold columns by name, all others as features.
  ///
  /// - Throws: the first fault in this order: columns, missing values, labels, folds, features.
  public init(
    _ table: Table, name: String, label: String?, folds: String? = nil, missingValues: MissingValues = .refuse
  ) throws(LearningError) {
    let label = label ?? table.columnNames[table.columnCount - 1]
    let labelColumn = try column(label, role: "label", of: table)
    let foldColumn: Int?
    if let folds { foldColumn = try column(folds, role: "folds", of: table) } else { foldColumn = nil }
    guard labelColumn != foldColumn else { throw .labelIsFold(name: label) }
    let featureColumns = (0..<table.columnCount).filter { $0 != labelColumn && $0 != foldColumn }
    guard !featureColumns.isEmpty else { throw .noFeatures }

    let rows: [Int]
    switch missingValues {
    case .refuse:
      try refuseMissing(in: Array(0..<table.columnCount), of: table)
      rows = Array(0..<table.rowCount)
    case .mean:
      try refuseMissing(in: [labelColumn] + (foldColumn.map { [$0] } ?? []), of: table)
      rows = Array(0..<table.rowCount)
    case .drop:
      rows = table.withCells { cells in
        (0..<table.rowCount).filter { row in (0..<table.columnCount).allSatisfy { !isMissing(cells[row, $0]) } }
      }
      guard !rows.isEmpty else { throw .everyRowDropped(rows: table.rowCount) }
    }

    let classes = NamedValues(of: labelColumn, rows: rows, in: table)
    if classes.names.count == 1 { throw .oneClass(name: classes.names[0]) }
    guard classes.names.count <= Self.classesMax else {
      throw .tooManyClasses(
        column: table.place(ofColumn: labelColumn), count: classes.names.count, limit: Self.classesMax)
    }
    let foldValues = foldColumn.map { NamedValues(of: $0, rows: rows, in: table) }

    var columns: [Encoding.Column] = []
    var sources: [EncodedColumn] = []
    for column in featureColumns {
      let encoded = try EncodedColumn(of: column, rows: rows, in: table, categoriesMax: Self.categoriesMax)
      let name = table.columnNames[column]
      switch encoded {
      case .numbers: columns.append(.number(name: name))
      case .categories(let names, _): columns.append(.categories(name: name, values: names))
      }
      sources.append(encoded)
    }

    let encoding = Encoding(columns: columns)
    guard rows.count * encoding.featureCount <= Self.numbersMax else {
      throw .tooLarge(rows: rows.count, features: encoding.featureCount, limit: Self.numbersMax)
    }
    self.init(
      name: name, encoding: encoding, classNames: classes.names, labels: classes.indices,
      folds: foldValues?.indices, foldNames: foldValues?.names ?? [],
      droppedRowCount: table.rowCount - rows.count, features: interleave(sources, rowCount: rows.count))
  }
}

/// Whether a cell has no value: empty or blank, `?`, `NA`, or `nan` in any case.
private func isMissing(_ cell: UnsafeBufferPointer<UInt8>) -> Bool {
  // Nearly every cell is decided by its first byte.
  guard let first = cell.first else { return true }
  switch first {
  case UInt8(ascii: "?"), UInt8(ascii: "N"), UInt8(ascii: "n"), UInt8(ascii: " "), UInt8(ascii: "\t"): break
  default: return false
  }
  let isBlank = { (byte: UInt8) in byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\t") }
  guard let start = cell.firstIndex(where: { !isBlank($0) }), let end = cell.lastIndex(where: { !isBlank($0) })
  else { return true }
  guard end - start < 3 else { return false }
  let text = String(decoding: cell[start...end], as: UTF8.self)
  return text == "?" || text == "NA" || text.lowercased() == "nan"
}

private func refuseMissing(in columns: [Int], of table: Table) throws(LearningError) {
  let first: (row: Int, column: Int)? = table.withCells { cells in
    for row in 0..<table.rowCount {
      for column in columns where isMissing(cells[row, column]) { return (row, column) }
    }
    return nil
  }
  guard let first else { return }
  throw .missingValue(
    line: table.lines[first.row], column: table.place(ofColumn: first.column), text: table[first.row, first.column])
}

private func column(_ name: String, role: String, of table: Table) throws(LearningError) -> Int {
  guard let column = table.columnNames.firstIndex(of: name) else {
    throw .unknownColumn(
      role: role, name: name, nearest: nearestName(to: name, among: table.columnNames), known: table.columnNames)
  }
  return column
}

/// The different values of a column, sorted, and which one each row has.
private struct NamedValues {
  let names: [String]
  let indices: [Int]

  init(of column: Int, rows: [Int], in table: Table) {
    let texts = rows.map { table[$0, column] }
    names = sorted(Set(texts))
    let places = Dictionary(uniqueKeysWithValues: names.enumerated().map { ($1, $0) })
    indices = texts.map { places[$0] ?? 0 }
  }
}

/// As numbers if all are integers, else by bytes.
private func sorted(_ names: Set<String>) -> [String] {
  let byBytes = names.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
  let numbers = byBytes.map { Int($0) }
  guard numbers.allSatisfy({ $0 != nil }) else { return byBytes }
  // The bytes decide between spellings of one number, such as 1 and 01.
  return byBytes.indices.sorted { (numbers[$0] ?? 0, $0) < (numbers[$1] ?? 0, $1) }.map { byBytes[$0] }
}

/// A column as features, before it takes its place among the others.
private enum EncodedColumn {
  /// One number per row; not a number where it is missing.
  case numbers([Double])
  /// The categories in byte order, and the one of each row; -1 where it is missing.
  case categories(names: [String], indices: [Int])

  init(of column: Int, rows: [Int], in table: Table, categoriesMax: Int) throws(LearningError) {
    var numbers = [Double](repeating: .nan, count: rows.count)
    var hasValue = false
    let firstText: Int? = table.withCells { cells in
      for (place, row) in rows.enumerated() {
        if let number = finiteNumber(cells[row, column]) {
          numbers[place] = number
          hasValue = true
        } else if !isMissing(cells[row, column]) {
          return row
        }
      }
      return nil
    }
    guard let firstText else {
      if let place = numbers.firstIndex(where: { abs($0) > Encoding.magnitudeMax }) {
        throw .numberTooLarge(
          line: table.lines[rows[place]], column: table.place(ofColumn: column), text: table[rows[place], column])
      }
      guard hasValue else { throw .columnWithoutValues(table.place(ofColumn: column)) }
      self = .numbers(numbers)
      return
    }

    let texts: [String?] = table.withCells { cells in
      rows.map { isMissing(cells[$0, column]) ? nil : String(decoding: cells[$0, column], as: UTF8.self) }
    }
    let names = Set(texts.compactMap(\.self)).sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
    guard names.count <= categoriesMax else {
      throw .tooManyCategories(
        column: table.place(ofColumn: column), count: names.count, limit: categoriesMax,
        line: table.lines[firstText], text: table[firstText, column])
    }
    let places = Dictionary(uniqueKeysWithValues: names.enumerated().map { ($1, $0) })
    self = .categories(names: names, indices: texts.map { $0.flatMap { places[$0] } ?? -1 })
  }

  var width: Int {
    switch self {
    case .numbers: 1
    case .categories(let names, _): names.count
    }
  }
}

/// Columns side by side, row-major; a missing category is not a number in each of its features.
private func interleave(_ columns: [EncodedColumn], rowCount: Int) -> Matrix {
  let width = columns.reduce(0) { $0 + $1.width }
  var result = Matrix(rowCount: rowCount, columnCount: width)
  result.values.withUnsafeMutableBufferPointer { values in
    var offset = 0
    for column in columns {
      switch column {
      case .numbers(let numbers):
        for row in 0..<rowCount { values[row * width + offset] = numbers[row] }
      case .categories(let names, let indices):
        for row in 0..<rowCount {
          if indices[row] >= 0 {
            values[row * width + offset + indices[row]] = 1
          } else {
            for i in names.indices { values[row * width + offset + i] = .nan }
          }
        }
      }
      offset += column.width
    }
  }
  return result
}
