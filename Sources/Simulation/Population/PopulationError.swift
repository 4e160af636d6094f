import Learning
import Tabular

/// Why a population cannot be drawn.
public enum PopulationError: Error, Hashable, Sendable {
  /// A setting that nothing can be drawn from: where it stands, and what is wrong.
  case setting(path: String, fault: String)
  /// The data set cannot be read, divided or learnt from.
  case data(path: String, LearningError)
  /// The stream has no file that is needed, or one that cannot be read.
  case unreadableStream(path: String, reason: String)
  /// `META.json` of the stream does not say how many questions, members and classes there are.
  case streamWithoutShape(path: String)
  /// The stream's files do not make sense together.
  case stream(path: String, StreamError)
  /// The scenario speaks of another number of classes than its data.
  case wrongClassCount(path: String, found: Int, expected: Int)
  /// More questions than the stream holds.
  case tooManyQuestions(asked: Int, recorded: Int)
  /// Members that learn or were recorded, and questions of another kind.
  case noSource(group: String, needed: String)
  /// More members than the stream has models.
  case tooManyMembers(group: String, count: Int, available: Int)
  /// A model that the stream does not have.
  case unknownModel(group: String, name: String, nearest: String?)
  /// More members that learn than rows to share out.
  case tooFewRows(rows: Int, members: Int)
}

extension PopulationError: CustomStringConvertible {
  /// What was wrong, with its values, and what to do.
  public var description: String {
    switch self {
    case .setting(let path, let fault): "\(path) is \(fault)"
    case .data(let path, let error): "\(path): \(error)"
    case .unreadableStream(let path, let reason): "the stream \(path) cannot be read: \(reason)"
    case .streamWithoutShape(let path):
      "\(path)/META.json does not say {\"T\": …, \"N\": …, \"K\": …} as whole numbers: write how many questions, members "
        + "and classes there are"
    case .stream(let path, let error): "the stream \(path): \(error)"
    case .wrongClassCount(let path, let found, let expected):
      "\(path) has \(found) classes where the scenario expects \(expected): say classes: \(found)"
    case .tooManyQuestions(let asked, let recorded):
      "the stream has \(recorded) questions where the scenario asks \(asked): ask at most \(recorded)"
    case .noSource(let group, let needed):
      "the members of group \"\(group)\" need \(needed): change what the questions are about, or where the members' "
        + "answers come from"
    case .tooManyMembers(let group, let count, let available):
      "group \"\(group)\" has \(count) members where the stream has \(available) models for it: "
        + "lower the count to \(available)"
    case .unknownModel(let group, let name, let nearest):
      "group \"\(group)\": the stream has no model \"\(name)\""
        + (nearest.map { "; did you mean \"\($0)\"?" } ?? ": use a name of its list of models")
    case .tooFewRows(let rows, let members):
      "\(rows) rows are too few for \(members) members that learn: lower their number, or ask a smaller part of the rows"
    }
  }
}
