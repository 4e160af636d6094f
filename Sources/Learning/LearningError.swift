import Tabular

/// Why something could not be read, prepared, learnt, loaded or saved.
public enum LearningError: Error, Hashable, Sendable {
  /// No row to learn from.
  case noRows
  /// A setting outside its range: its name, the value given and what is allowed.
  case settingOutOfRange(name: String, value: String, allowed: String)
  /// A saved model that is not one of ours, is damaged, or is of an unknown version.
  case unreadableModel(reason: String)

  /// A file that cannot be opened or read.
  case unreadableFile(path: String, reason: String)
  /// A file that cannot be written.
  case unwritableFile(path: String, reason: String)
  /// A file that is not a table.
  case notATable(TabularError)
  /// A column that was asked for and is not there; `role` says what for, such as `label`.
  case unknownColumn(role: String, name: String, nearest: String?, known: [String])
  /// One column was named both as the label and as the folds.
  case labelIsFold(name: String)
  /// No column is left to learn from.
  case noFeatures
  /// Every row is of one class.
  case oneClass(name: String)
  /// A cell without a value, where none was allowed to be absent.
  case missingValue(line: Int, column: ColumnPlace, text: String)
  /// A number beyond `Encoding.magnitudeMax`, with which no sum would be safe.
  case numberTooLarge(line: Int, column: ColumnPlace, text: String)
  /// A column without any value.
  case columnWithoutValues(ColumnPlace)
  /// Leaving out the rows with missing values left no row.
  case everyRowDropped(rows: Int)
  /// A text column with so many values that it is a name or a number with a slip, not a category.
  case tooManyCategories(column: ColumnPlace, count: Int, limit: Int, line: Int, text: String)
  /// A label column with so many values that it is a measurement or a name, not a class.
  case tooManyClasses(column: ColumnPlace, count: Int, limit: Int)
  /// A table that would take more numbers than fit in memory with reason, once its text columns are spread out.
  case tooLarge(rows: Int, features: Int, limit: Int)
  /// Too few rows for a split: each side needs at least one.
  case tooFewRows(rows: Int, needed: Int)

  /// A row with too few or too many values; the columns it should have.
  case wrongWidth(found: Int, expected: [String])
  /// A value under a name that no feature has.
  case unknownFeature(name: String, nearest: String?, known: [String])
  /// A row without a value for a feature.
  case absentFeature(name: String)
  /// Text where the feature is a number.
  case featureNotANumber(name: String, text: String)
  /// A number that is not a number, infinite, or beyond `Encoding.magnitudeMax`.
  case featureOutOfRange(name: String)
  /// A category that the training data did not have.
  case unknownCategory(name: String, value: String, nearest: String?, known: [String])
  /// A row of a table that a model cannot be asked about, and why.
  case rowRefused(line: Int, reason: String)
  /// A kind of model that does not exist.
  case unknownModel(name: String, nearest: String?, known: [String])
  /// No model was asked for.
  case noModels
  /// One kind of model was asked for twice.
  case modelTwice(name: String)
  /// Loaded models that were trained on different columns, rows or classes.
  case modelsDisagree(names: [String])
}

extension LearningError: CustomStringConvertible {
  /// What was wrong, and what to do.
  public var description: String {
    switch self {
    case .noRows:
      "there is no row to learn from: give a data set with at least one row"
    case .settingOutOfRange(let name, let value, let allowed):
      "\(name) is \(value), but must be \(allowed): change the setting"
    case .unreadableModel(let reason):
      "the saved model cannot be read: \(reason); train and save it again"
    case .unreadableFile(let path, let reason):
      "\(path) cannot be read: \(reason); check the path and its permissions"
    case .unwritableFile(let path, let reason):
      "\(path) cannot be written: \(reason); check the folder, its permissions and the room on the disk"
    case .notATable(let error):
      error.description
    case .unknownColumn(let role, let name, let nearest, let known):
      "there is no column \"\(name)\" for the \(role): \(suggestion(nearest, known))"
    case .labelIsFold(let name):
      "column \"\(name)\" cannot be both the label and the folds: name two columns"
    case .noFeatures:
      "the table has no column besides label and folds: add at least one feature"
    case .oneClass(let name):
      "every row is of class \"\(name)\", so there is nothing to tell apart: add rows of another class, "
        + "or name another label column"
    case .missingValue(let line, let column, let text):
      "line \(line), \(column), has no value (\"\(text)\"): fill it in, or ask for rows with missing values "
        + "to be dropped or filled with the column's mean"
    case .numberTooLarge(let line, let column, let text):
      "line \(line), \(column), is \(shortened(text)), outside -1e100 to 1e100: correct it, or change the unit"
    case .columnWithoutValues(let column):
      "\(column) has no value in any row: remove it from the table"
    case .everyRowDropped(let rows):
      "each of the \(rows) rows has a missing value, so none is left: fill them with the column's mean instead"
    case .tooManyCategories(let column, let count, let limit, let line, let text):
      "\(column) is text with \(count) different values, more than \(limit) (line \(line): \"\(text)\"): "
        + "remove the column, or correct the cells that should be numbers"
    case .tooManyClasses(let column, let count, let limit):
      "the label, \(column), has \(count) different values, more than \(limit): name a column that holds classes"
    case .tooLarge(let rows, let features, let limit):
      "\(rows) rows of \(features) features are more than \(limit) numbers: use fewer rows, "
        + "or remove text columns with many values"
    case .tooFewRows(let rows, let needed):
      "\(rows) rows are too few to split: give at least \(needed)"
    case .wrongWidth(let found, let expected):
      "the row has \(found) values where \(expected.count) are expected: "
        + "give them in the order \(listed(expected))"
    case .unknownFeature(let name, let nearest, let known):
      "there is no feature \"\(name)\": \(suggestion(nearest, known))"
    case .absentFeature(let name):
      "feature \"\(name)\" is absent: give every feature a value"
    case .featureNotANumber(let name, let text):
      "feature \"\(name)\" is \"\(shortened(text))\", but must be a number: write it without quotes"
    case .featureOutOfRange(let name):
      "feature \"\(name)\" is not a number between -1e100 and 1e100: give one in this range"
    case .unknownCategory(let name, let value, let nearest, let known):
      "\"\(shortened(value))\" is not a value of feature \"\(name)\": \(suggestion(nearest, known))"
    case .rowRefused(let line, let reason):
      "line \(line): \(reason)"
    case .noModels:
      "no model was named: name at least one of \(listed(ModelKind.allCases.map(\.name)))"
    case .modelTwice(let name):
      "model \"\(name)\" was named twice: name each model once"
    case .modelsDisagree(let names):
      "the models \(listed(names)) were trained on different columns, rows or classes: train them together again"
    case .unknownModel(let name, let nearest, let known):
      "there is no model \"\(shortened(name))\": \(suggestion(nearest, known))"
    }
  }
}

/// `did you mean "a"? Known are a, b and c`.
private func suggestion(_ nearest: String?, _ known: [String]) -> String {
  (nearest.map { "did you mean \"\($0)\"? Known: " } ?? "use one of: ") + listed(known)
}

/// The first names of a list, and how many more there are.
private func listed(_ names: [String]) -> String {
  let shown = names.prefix(12).joined(separator: ", ")
  return names.count > 12 ? "\(shown) and \(names.count - 12) more" : shown
}

/// At most 80 characters of what a caller sent, so that a message stays a sentence.
private func shortened(_ text: String) -> String {
  text.count > 80 ? "\(text.prefix(80))…" : text
}
