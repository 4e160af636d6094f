import ProtocolCore
import Quantities

/// Something that a caller waits for.
enum Wish: Sendable {
  /// Questions, each answered by itself; they share a transaction.
  case ask([Answers], (@Sendable (Result<[Result<AskReceipt, Rejection>], HostError>) -> Void))
  /// An outcome.
  case report(QuestionID, class: Int, (@Sendable (Result<SettlementReceipt, HostError>) -> Void))
  /// What brings the ledger up to the host's purpose, in order; the first that is refused ends it.
  case open([Input], (@Sendable (Result<Void, HostError>) -> Void))

  /// How many questions or outcomes it stands for.
  var weight: Int {
    if case .ask(let questions, _) = self { questions.count } else { 1 }
  }
}
