import Quantities

/// Why the council refuses a wish. A refusal changes nothing.
///
/// Where several apply, the first in the order of the checks in `Council.decide` wins.
public enum Rejection: Error, Hashable, Sendable {
  /// The council has begun already.
  case alreadyFounded
  /// The council has not begun.
  case notFounded
  /// Time went back.
  case clockWentBack(from: Tick, to: Tick)
  /// A model of this name has joined already.
  case alreadyRegistered(ModelID)
  /// No model of this name has joined.
  case unknownModel(ModelID)
  /// A model brings in less than the rules ask for.
  case depositTooSmall(offered: Amount, least: Amount)
  /// A model wants to take out more than it has free.
  case notFree(ModelID, asked: Amount, free: Amount)
  /// A model wants to leave while answers of its are not settled.
  case unsettled(ModelID, count: Int)
  /// The question is not the next one.
  case wrongQuestion(given: QuestionID, next: QuestionID)
  /// No model answered: all are suspended or have an empty balance.
  case nobodyThere
  /// A model answered that has no voice.
  case silent(ModelID, ModelStatus)
  /// Something that does not fit this council, its seats, classes or bounds: what, and what would.
  case misshapen(String)
  /// As many questions as the rules allow are waiting for their outcomes.
  case tooManyOpen(limit: UInt32, oldest: QuestionID)
  /// No such question was ever asked.
  case unknownQuestion(QuestionID)
  /// The question's answers were shown already, or were never sealed.
  case alreadyRevealed(QuestionID)
  /// The question's answers are not shown yet, so its outcome cannot be taken.
  case stillSealed(QuestionID)
  /// An answer that was shown is not the one that the model had committed to.
  case falseReveal(ModelID, QuestionID)
  /// The question has its outcome, or its deadline has passed.
  case alreadySettled(QuestionID)
}

extension Rejection {
  /// A stable name for programs.
  public var code: String {
    switch self {
    case .alreadyFounded: "already_founded"
    case .notFounded: "not_founded"
    case .clockWentBack: "clock_went_back"
    case .alreadyRegistered: "already_registered"
    case .unknownModel: "unknown_model"
    case .depositTooSmall: "deposit_too_small"
    case .notFree: "not_free"
    case .unsettled: "unsettled_answers"
    case .wrongQuestion: "wrong_question"
    case .nobodyThere: "nobody_there"
    case .silent(_, .suspended): "model_suspended"
    case .silent(_, .left): "model_left"
    case .silent: "model_silent"
    case .misshapen: "misshapen"
    case .tooManyOpen: "too_many_open_questions"
    case .unknownQuestion: "unknown_question"
    case .alreadyRevealed: "already_revealed"
    case .stillSealed: "still_sealed"
    case .falseReveal: "false_reveal"
    case .alreadySettled: "already_settled"
    }
  }
}

extension Rejection: CustomStringConvertible {
  /// What was wrong, and what to do.
  public var description: String {
    switch self {
    case .alreadyFounded:
      "this ledger has begun already: start a new one in another folder"
    case .notFounded:
      "this ledger has not begun: its first event must found it"
    case .clockWentBack(let from, let to):
      "time went back from \(from.milliseconds) to \(to.milliseconds): set the clock right and try again"
    case .alreadyRegistered(let model):
      "\(model) has joined already: choose another name"
    case .unknownModel(let model):
      "\(model) has not joined: register it first"
    case .depositTooSmall(let offered, let least):
      "a deposit of \(offered) is below the least deposit of \(least): bring in \(least - offered) more"
    case .notFree(let model, let asked, let free):
      "\(model) has \(free) free and cannot take out \(asked): take out less, or wait until its questions are settled"
    case .unsettled(let model, let count):
      "\(model) has \(count == 1 ? "an answer that is" : "\(count) answers that are") not settled: stop answering, and "
        + "leave once nothing is open"
    case .wrongQuestion(let given, let next):
      "the next question is \(next), not \(given): ask again"
    case .nobodyThere:
      "no model can answer, since each is suspended or has an empty balance: start a new ledger in another folder"
    case .silent(let model, .suspended):
      "\(model) is suspended after steadily poor work: ask another model"
    case .silent(let model, .left):
      "\(model) has left, and its name is not used again: join under another one"
    case .silent(let model, _):
      "\(model) has an empty balance and so no voice: ask another model"
    case .misshapen(let what): what
    case .tooManyOpen(let limit, let oldest):
      "as many questions wait for their outcomes as may, \(limit): report outcomes, beginning with \(oldest)"
    case .unknownQuestion(let question):
      "\(question) was never asked: take the id from the answer to a prediction"
    case .alreadyRevealed(let question):
      "\(question) is not sealed any more, or never was: nothing is left to show for it"
    case .stillSealed(let question):
      "the answers to \(question) are not shown yet: report its outcome once they are"
    case .falseReveal(let model, let question):
      "what \(model) shows for \(question) is not what it committed to: show that answer with its salt"
    case .alreadySettled(let question):
      "\(question) is settled, and an outcome is final: nothing is left to report for it"
    }
  }
}
