import Ledger
import ProtocolCore
import Quantities

/// Why the host did not do what it was asked.
public enum HostError: Error, Hashable, Sendable {
  /// The council refuses; nothing was changed.
  case rejected(Rejection)
  /// The ledger could not be read or written; nothing was changed.
  case ledger(LedgerError)
  /// So many questions wait already that one more would only wait longer.
  case busy(waiting: Int, limit: Int)
  /// The host is stopping and takes nothing new.
  case stopping
  /// The ledger belongs to another data set.
  case otherData(given: Digest, recorded: Digest)
  /// The view is ahead of the ledger: the ledger lost its tail.
  case viewAhead(view: LedgerHead, head: LedgerHead)
}

extension HostError: CustomStringConvertible {
  /// What was wrong, and what to do.
  public var description: String {
    switch self {
    case .rejected(let rejection): rejection.description
    case .ledger(let error): error.description
    case .busy(let waiting, let limit):
      "\(waiting) questions are waiting, which is the limit of \(limit): try again in a second"
    case .stopping:
      "the server is stopping: try again when it is back"
    case .otherData(let given, let recorded):
      "this ledger belongs to another data set (digest \(recorded.short), not \(given.short)): "
        + "use the data set it began with, or start a new ledger in another folder with --state"
    case .viewAhead(let view, let head):
      "\(RegistryView.fileName) knows event \(view.position), but the ledger ends at event \(head.position) or differs "
        + "there, so events are missing: restore the ledger from a copy; "
        + "to go on without them, move \(RegistryView.fileName) away"
    }
  }
}

extension Digest {
  /// The first twelve digits, enough for people to tell two apart.
  public var short: String { String(description.prefix(12)) }
}
