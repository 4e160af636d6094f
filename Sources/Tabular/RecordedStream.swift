/// Predictions of several members for a sequence of questions, with the classes that came out: as they were recorded,
/// checked for shape and numbers.
///
/// Rows that add up to 1 within `tolerance` are let in, as single precision leaves them; the reader of the stream
/// divides by the sum.
public struct RecordedStream: Hashable, Sendable {
  /// The members, by place.
  public let memberNames: [String]
  /// The classes, by index.
  public let classNames: [String]
  /// T x N x K, row-major; NaN in all K places where a member gave no answer.
  public let probabilities: [Double]
  /// The class of each question; `nil` where it never came.
  public let truths: [Int?]
  /// After how many questions each class is known, from 1.
  public let delays: [Int]

  /// How far the sum of a prediction may be off 1.
  public static let tolerance = 1e-5

  /// How many questions.
  public var questionCount: Int { truths.count }

  /// The prediction of member `n` for question `t`; `nil` where there is none.
  public func prediction(_ t: Int, _ n: Int) -> ArraySlice<Double>? {
    let start = (t * memberNames.count + n) * classNames.count
    return probabilities[start].isNaN ? nil : probabilities[start..<start + classNames.count]
  }

  /// Puts the parts together and checks the predictions.
  init(
    memberNames: [String], classNames: [String], probabilities: [Double], truths: [Int?], delays: [Int]
  ) throws(StreamError) {
    self.memberNames = memberNames
    self.classNames = classNames
    self.probabilities = probabilities
    self.truths = truths
    self.delays = delays
    for t in 0..<questionCount {
      var answers = 0
      for n in memberNames.indices {
        guard let row = prediction(t, n) else { continue }
        answers += 1
        var sum = 0.0
        for (k, value) in row.enumerated() {
          guard value.isFinite, value >= 0 else {
            throw .notAProbability(question: t, member: memberNames[n], className: classNames[k], value: value)
          }
          sum += value
        }
        guard abs(sum - 1) <= Self.tolerance else { throw .sumIsNotOne(question: t, member: memberNames[n], sum: sum) }
      }
      guard answers > 0 else { throw .nobodyAnswered(question: t) }
    }
  }
}

/// Why something is not a recorded stream. Questions are counted from 0, as in the files.
public enum StreamError: Error, Hashable, Sendable {
  /// The numbers do not fill T x N x K places.
  case wrongSize(bytes: Int, questions: Int, members: Int, classes: Int)
  /// A number that is not finite, or below 0.
  case notAProbability(question: Int, member: String, className: String, value: Double)
  /// A prediction that does not add up to 1.
  case sumIsNotOne(question: Int, member: String, sum: Double)
  /// A question that no member answered.
  case nobodyAnswered(question: Int)
  /// A column that has to be there is not.
  case noColumn(name: String, file: String, columns: [String])
  /// A cell that is not what its column holds.
  case badCell(line: Int, column: String, file: String, found: String, expected: String)
  /// The same member gave the same class of a question two probabilities, or a question has two outcomes.
  case statedTwice(line: Int, file: String)
  /// An outcome of a question that nobody was asked.
  case unknownQuestion(line: Int, file: String, name: String)
  /// An outcome that no prediction speaks of.
  case unknownClass(line: Int, file: String, name: String, known: [String])
  /// A table of another length than there are questions or members.
  case wrongCount(file: String, rows: Int, expected: Int)
  /// Not a table at all.
  case notATable(file: String, TabularError)
}

extension StreamError: CustomStringConvertible {
  /// What was wrong, with its values, and what to do.
  public var description: String {
    switch self {
    case .wrongSize(let bytes, let questions, let members, let classes):
      "probs.bin has \(bytes) bytes, not 4 for each of \(questions) questions x \(members) members x \(classes) classes: "
        + "correct META.json or the file"
    case .notAProbability(let question, let member, let className, let value):
      "question \(question), member \(member), class \(className): \(value) is no probability; give numbers from 0 to 1, "
        + "or leave the whole prediction out where there is none"
    case .sumIsNotOne(let question, let member, let sum):
      "question \(question), member \(member): the probabilities add up to \(sum), not to 1; divide them by their sum"
    case .nobodyAnswered(let question): "question \(question) has no prediction at all: leave it out"
    case .noColumn(let name, let file, let columns):
      "\(file) has no column \"\(name)\"; it has \(columns.joined(separator: ", "))"
    case .badCell(let line, let column, let file, let found, let expected):
      "\(file), line \(line), column \"\(column)\": \"\(found)\" is not \(expected)"
    case .statedTwice(let line, let file): "\(file), line \(line): this was stated before; keep one of the two"
    case .unknownQuestion(let line, let file, let name):
      "\(file), line \(line): nobody predicted question \"\(name)\"; remove the line or add predictions"
    case .unknownClass(let line, let file, let name, let known):
      "\(file), line \(line): no prediction speaks of class \"\(name)\"; the classes are "
        + known.prefix(20).joined(separator: ", ") + (known.count > 20 ? ", …" : "")
    case .wrongCount(let file, let rows, let expected): "\(file) has \(rows) rows where there should be \(expected)"
    case .notATable(let file, let error): "\(file): \(error)"
    }
  }
}
