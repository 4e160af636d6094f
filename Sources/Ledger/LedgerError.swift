import Quantities

/// Why a ledger cannot be opened, read or written. Each description ends with what to do.
public enum LedgerError: Error, Hashable, Sendable {
  /// There is no ledger at `path`, and reading does not make one.
  case noLedger(path: String)
  /// Another process (or another part of this one) has the ledger at `path` open for writing.
  case inUse(path: String, processID: Int?)
  /// Readers have the resting ledger at `path` open, which must not change under them.
  case beingRead(path: String)
  /// The folder or file at `path` cannot be opened or written by this user.
  case notAccessible(path: String, reason: String)
  /// The file at `path` is a database of another program.
  case notALedger(path: String, applicationID: Int)
  /// The ledger at `path` was written by a later Witan.
  case newerFormat(path: String, found: Int, known: Int)
  /// The file at `path` is torn, truncated, altered or no database at all.
  case damaged(path: String, reason: String)
  /// The chain does not hold at `position`.
  case chainBroken(position: UInt64, expected: String, found: String)
  /// The body of the record at `position` is not a canonical envelope.
  case malformed(position: UInt64, CanonicalError)
  /// The ledger at `path` once reached `noted` but now ends at, or differs before, `stored`.
  case tailLost(path: String, stored: LedgerHead, noted: LedgerHead)
  /// A snapshot includes events up to `snapshot`, but the ledger ends at `head`.
  case snapshotAhead(snapshot: UInt64, head: UInt64)
  /// A record offered as number `offered` is not the one after `head`.
  case notFollowing(head: LedgerHead, offered: UInt64)
  /// No room is left for the file at `path`.
  case diskFull(path: String)
  /// The system failed to read, write or flush the file at `path`.
  case failed(path: String, reason: String)
  /// The database at `path` did not take a setting on which durability rests.
  case settingRefused(path: String, setting: String, expected: String, found: String)
  /// The ledger at `path` was opened for reading.
  case readOnly(path: String)
  /// The store has been closed.
  case closed
}

extension LedgerError: CustomStringConvertible {
  /// What was wrong, with its values, and what to do now.
  public var description: String {
    switch self {
    case .noLedger(let path):
      "there is no ledger at \(path): name the folder in which `witan run` keeps its state, or start it there first"
    case .inUse(let path, let processID):
      "the ledger \(path) is being written by \(processID.map { "process \($0)" } ?? "another process"): "
        + "stop it first, or choose another folder"
    case .beingRead(let path):
      "the ledger \(path) is being read, for example by `witan verify`: wait until that has finished"
    case .notAccessible(let path, let reason):
      "\(path) cannot be opened (\(reason)): check that it exists and that this user may read and write it"
    case .notALedger(let path, let applicationID):
      "\(path) is a database of another program (application id \(applicationID)): choose another folder"
    case .newerFormat(let path, let found, let known):
      "the ledger \(path) has format \(found), this program knows formats up to \(known): use a newer Witan"
    case .damaged(let path, let reason):
      "the ledger \(path) is damaged (\(reason)); nothing was changed: restore it from a copy, "
        + "or begin anew in another folder"
    case .chainBroken(let position, let expected, let found):
      "the chain breaks at event \(position): expected \(expected), found \(found); nothing was changed: "
        + "restore the ledger from a copy, events up to \(position - 1) can be exported"
    case .malformed(let position, let error):
      "event \(position) is not in canonical form, \(error); nothing was changed: restore the ledger from a copy"
    case .tailLost(let path, let stored, let noted):
      "the ledger \(path) holds \(stored) but had reached \(noted): restore the newer file; "
        + "to go on without the lost events, delete `ledger.lock` beside it"
    case .snapshotAhead(let snapshot, let head):
      "a snapshot includes events up to \(snapshot), but the ledger ends at event \(head): "
        + "restore the newer ledger, events are missing"
    case .notFollowing(let head, let offered):
      "event \(offered) does not follow the ledger, which holds \(head): read the head again and seal after it"
    case .diskFull(let path):
      "no room is left on the disk of \(path); nothing was stored: make room and try again, no restart is needed"
    case .failed(let path, let reason):
      "the system failed on \(path) (\(reason)); nothing was stored: check the disk, then try again"
    case .settingRefused(let path, let setting, let expected, let found):
      "the database \(path) did not take \(setting) = \(expected) (it says \(found)), so nothing would be durable: "
        + "use a local file system and an unmodified SQLite"
    case .readOnly(let path):
      "the ledger \(path) was opened for reading: open it for writing to append"
    case .closed:
      "the ledger has been closed: open it again"
    }
  }
}
