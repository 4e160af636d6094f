/// Why something could not be learnt, loaded or saved.
public enum LearningError: Error, Hashable, Sendable {
  /// No row to learn from.
  case noRows
  /// A setting outside its range: its name, the value given and what is allowed.
  case settingOutOfRange(name: String, value: String, allowed: String)
  /// A saved model that is not one of ours, is damaged, or is of an unknown version.
  case unreadableModel(reason: String)
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
    }
  }
}
