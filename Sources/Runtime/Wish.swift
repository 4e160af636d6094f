import ProtocolCore
import Quantities

/// Something that a caller waits for.
enum Wish: Sendable {
  /// Questions, each answered by itself; they share a transaction.
  case ask([Answers], (@Sendable (Result<[Result<AskReceipt, Rejection>], HostError>) -> Void))
  /// An outcome.
  case report(QuestionID, class: Int, (@Sendable (Result<SettlementReceipt, HostError>) -> Void))
  /// Any other input, such as a registration.
  case note(Input, (@Sendable (Result<Void, HostError>) -> Void))

  /// How many questions or outcomes it stands for.
  var weight: Int {
    if case .ask(let questions, _) = self { questions.count } else { 1 }
  }
}
