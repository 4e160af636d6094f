import ProtocolCore
import Quantities

/// A way in which a host lies: to show that the auditor finds it.
public enum Betrayal: String, CaseIterable, Hashable, Sendable {
  /// It pays a question twice.
  case doublePay
  /// It says that it took an outcome and drops it.
  case droppedSettlement
  /// It changes a byte of an event that is long durable.
  case changedHistory
  /// It puts an answer into a member's mouth.
  case forgedAnswer
  /// It tells members of an event that is not in the ledger.
  case falseReceipt
  /// It lets out what is not durable.
  case earlyReceipt

  // The question at which it happens.
  private static let victim: UInt64 = 3

  // The events that it takes over itself.
  func truth(_ events: [Event], of input: Input) -> [Event] {
    if self == .droppedSettlement, case .report(let question, _) = input, question.number >= Self.victim { return [] }
    return events
  }

  // The events that it writes on top of that.
  func lies(_ events: [Event]) -> [Event] {
    guard self == .doublePay, case .settled(let settled)? = events.first, settled.question.number == Self.victim else {
      return []
    }
    return events
  }

  // The answers that it decides about.
  func answers(_ asking: Asking) -> Asking {
    guard self == .forgedAnswer, asking.question.number >= Self.victim else { return asking }
    var table = PredictionTable(classCount: asking.table.classCount)
    for (row, seat) in asking.table.seats.enumerated() {
      let answer = Array(asking.table.row(row))
      table.append(seat, row == 0 ? Array(answer.dropFirst() + answer.prefix(1)) : answer)
    }
    return Asking(
      question: asking.question, features: asking.features, origin: asking.origin, table: table,
      judgement: asking.judgement, breaches: asking.breaches)
  }

  // What it tells members of the place of their answers.
  func entry(_ entry: Entry) -> Entry {
    switch self {
    case .falseReceipt: Entry(position: entry.position, hash: .zero)
    case .earlyReceipt: Entry(position: entry.position + 1, hash: entry.hash)
    default: entry
    }
  }
}
