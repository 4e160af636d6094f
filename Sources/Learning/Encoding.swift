import Quantities

/// One value of a row as a caller gives it.
public enum FeatureValue: Hashable, Sendable {
  /// A number.
  case number(Double)
  /// Text: a category, or a number written out.
  case text(String)
}

/// How the columns of a table become numbers, remembered so that later rows are treated the same way.
///
/// A column of numbers stays one feature. A column of text becomes one feature for each of its values, called
/// `column=value`, which is 1 in the rows with that value and 0 in the others (one-hot). A value which the data did not
/// have is refused: a row of zeros would look like an answer and be a guess.
public struct Encoding: Hashable, Sendable {
  /// One column of the table.
  public enum Column: Hashable, Sendable {
    /// Numbers, taken as they are.
    case number(name: String)
    /// Text with the given values, in byte order, distinct; at least one.
    case categories(name: String, values: [String])

    /// What the table calls the column.
    public var name: String {
      switch self {
      case .number(let name), .categories(let name, _): name
      }
    }
    /// How many features it becomes.
    public var width: Int {
      switch self {
      case .number: 1
      case .categories(_, let values): values.count
      }
    }
  }

  /// The largest number, up or down, that a feature may have: with it no sum, square or scaled value overflows.
  public static let magnitudeMax = 1e100

  /// The columns in the order of the table, label and folds left out.
  public let columns: [Column]
  /// The name of every feature, in order.
  public let featureNames: [String]

  /// An encoding of `columns`; their names must be distinct.
  public init(columns: [Column]) {
    self.columns = columns
    featureNames = columns.flatMap { column in
      switch column {
      case .number(let name): [name]
      case .categories(let name, let values): values.map { "\(name)=\($0)" }
      }
    }
  }

  /// How many features a row has.
  public var featureCount: Int { featureNames.count }

  /// Encodes a row given as one value per column, in the order of the table.
  ///
  /// - Returns: `featureCount` finite numbers.
  /// - Throws: what is wrong with the first column that does not fit.
  public func encode(_ row: [FeatureValue]) throws(LearningError) -> [Double] {
    guard row.count == columns.count else {
      throw .wrongWidth(found: row.count, expected: columns.map(\.name))
    }
    var features: [Double] = []
    features.reserveCapacity(featureCount)
    for (column, value) in zip(columns, row) { try append(value, of: column, to: &features) }
    return features
  }

  /// Encodes a row given by the names of the columns, in any order.
  ///
  /// - Returns: `featureCount` finite numbers.
  /// - Throws: the first unknown name (in byte order), else the first column that is absent or does not fit.
  public func encode(_ row: [String: FeatureValue]) throws(LearningError) -> [Double] {
    // As many values as columns and one for each: then there is no room for an unknown name.
    if row.count != columns.count || columns.contains(where: { row[$0.name] == nil }) {
      let names = columns.map(\.name)
      let known = Set(names)
      if let unknown = row.keys.filter({ !known.contains($0) }).min(by: { $0.utf8.lexicographicallyPrecedes($1.utf8) })
      {
        throw .unknownFeature(name: unknown, nearest: nearestName(to: unknown, among: names), known: names)
      }
    }
    var features: [Double] = []
    features.reserveCapacity(featureCount)
    for column in columns {
      guard let value = row[column.name] else { throw .absentFeature(name: column.name) }
      try append(value, of: column, to: &features)
    }
    return features
  }

  private func append(_ value: FeatureValue, of column: Column, to features: inout [Double]) throws(LearningError) {
    switch (column, value) {
    case (.number(let name), .number(let number)):
      guard abs(number) <= Self.magnitudeMax else { throw .featureOutOfRange(name: name) }
      features.append(number)
    case (.number(let name), .text(let text)):
      throw .featureNotANumber(name: name, text: text)
    case (.categories(let name, let values), .text(let text)):
      try append(text, of: name, values: values, to: &features)
    case (.categories(let name, let values), .number(let number)):
      // A column with the values 1, 2 and many is text, and a caller may well write its 1 as a number.
      let text = Int(exactly: number).map { String($0) } ?? "\(number)"
      try append(text, of: name, values: values, to: &features)
    }
  }

  private func append(
    _ text: String, of name: String, values: [String], to features: inout [Double]
  ) throws(LearningError) {
    guard let index = values.firstIndex(of: text) else {
      throw .unknownCategory(
        name: name, value: text, nearest: nearestName(to: text, among: values), known: values)
    }
    for i in values.indices { features.append(i == index ? 1 : 0) }
  }
}

extension Encoding: Codable {
  private struct SavedColumn: Codable {
    let name: String
    let values: [String]?
  }

  /// Reads a saved encoding and checks it: names and values distinct, none absent.
  public init(from decoder: any Decoder) throws {
    let saved = try decoder.singleValueContainer().decode([SavedColumn].self)
    guard Set(saved.map(\.name)).count == saved.count else {
      throw LearningError.unreadableModel(reason: "two columns of the encoding have one name")
    }
    for column in saved {
      guard let values = column.values else { continue }
      guard !values.isEmpty, Set(values).count == values.count else {
        throw LearningError.unreadableModel(
          reason: "the categories of column \"\(column.name)\" are absent or not distinct")
      }
    }
    self.init(
      columns: saved.map { column in
        column.values.map { .categories(name: column.name, values: $0) } ?? .number(name: column.name)
      })
  }

  /// A list of columns: `{"name": …}` for numbers, with `"values"` for text.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(
      columns.map { column in
        switch column {
        case .number(let name): SavedColumn(name: name, values: nil)
        case .categories(let name, let values): SavedColumn(name: name, values: values)
        }
      })
  }
}
