import Ledger
import ProtocolCore
import Quantities

/// What shares a transaction: events that were decided and believed, and what may be told once they are on the disk.
struct CommitGroup: Sendable {
  /// The facts, for the council that readers see.
  var facts: [(event: Event, tick: Tick)] = []
  /// The same facts, sealed.
  var records: [LedgerRecord] = []
  /// Tells those who wait: with `nil` that it is done, else why not.
  var answers: [@Sendable (HostError?) -> Void] = []
  /// A snapshot that goes with them.
  var snapshot: StoredSnapshot?
  /// For how many questions and outcomes it stands in the queue.
  var weight = 0
  /// How long storing it took.
  var nanoseconds: UInt64 = 0

  /// Whether there is nothing to store and nobody to tell.
  var isEmpty: Bool { records.isEmpty && answers.isEmpty }

  /// How many events and answers it holds.
  var count: Int { records.count + answers.count }

  /// Takes over what `later` holds and leaves it empty, with its memory.
  mutating func absorb(_ later: inout CommitGroup) {
    if isEmpty {
      swap(&self, &later)
    } else {
      facts += later.facts
      records += later.records
      answers += later.answers
      snapshot = later.snapshot ?? snapshot
      weight += later.weight
      later.removeAll()
    }
  }

  /// Tells everyone.
  func answer(_ failure: HostError?) { for answer in answers { answer(failure) } }

  /// Empties it and keeps its memory.
  mutating func removeAll() {
    facts.removeAll(keepingCapacity: true)
    records.removeAll(keepingCapacity: true)
    answers.removeAll(keepingCapacity: true)
    snapshot = nil
    weight = 0
    nanoseconds = 0
  }
}

/// A group that was stored, or could not be.
struct ReturnedGroup: Sendable {
  let group: CommitGroup
  let failure: HostError?
}
