import Ledger
import ProtocolCore
import Quantities

/// One question with the answers of the models asked, before the council has numbered it.
public struct Answers: Sendable {
  /// The salted digest of the feature row.
  public let features: Digest
  /// Where the question comes from.
  public let origin: Origin
  /// The model asked; `nil` for all that have a voice.
  public let model: ModelID?
  /// The predictions, in billionths, in the order of their seats. Those of models without a voice are left out.
  public let predictions: [(seat: Seat, shares: [UInt32])]

  /// Puts the parts together.
  public init(features: Digest, origin: Origin, model: ModelID?, predictions: [(seat: Seat, shares: [UInt32])]) {
    self.features = features
    self.origin = origin
    self.model = model
    self.predictions = predictions
  }
}

/// A question that stands in the ledger.
public struct AskReceipt: Sendable {
  /// The event, as it is in the ledger.
  public let event: Asked
  /// Where it stands.
  public let position: UInt64
  /// What each model asked owns afterwards, in the order of the event's table.
  public let balances: [Amount]
  /// What each model asked would weigh in the whole council afterwards, in billionths, in the same order.
  public let weights: [UInt32]
}

/// A settlement that stands in the ledger.
public struct SettlementReceipt: Sendable {
  /// The event, as it is in the ledger.
  public let event: Settled
  /// Where it stands.
  public let position: UInt64
  /// What each model asked owns afterwards, in the order of the event's seats.
  public let balances: [Amount]
}

/// What the host has done since it was opened, for those who watch it.
public struct HostFigures: Hashable, Sendable {
  /// Transactions that reached the disk.
  public internal(set) var commits: UInt64 = 0
  /// Events that reached the disk.
  public internal(set) var events: UInt64 = 0
  /// Transactions that failed and changed nothing.
  public internal(set) var failedCommits: UInt64 = 0
  /// Wishes that the council refused.
  public internal(set) var refusals: UInt64 = 0
  /// The time spent on committing, in nanoseconds.
  public internal(set) var commitNanoseconds: UInt64 = 0
  /// Whether the last transaction failed: the ledger takes no writes at present.
  public internal(set) var isStalled = false
}

/// The council as it stands on the disk, with the head of its ledger.
public struct Committed: Sendable {
  /// The council.
  public internal(set) var council: Council
  /// The last event.
  public internal(set) var head: LedgerHead
  /// The position of the newest stored snapshot; 0 where there is none.
  var lastSnapshot: UInt64
  /// What the host has done.
  public internal(set) var figures = HostFigures()
}
