import Consensus
import Incentives
import Quantities

/// Whether a model has a voice.
public enum ModelStatus: String, CaseIterable, Hashable, Sendable {
  /// It answers and is paid.
  case active
  /// Its balance is empty.
  case silent
  /// Its work was poor for too long.
  case suspended
}

/// What the council knows of one model.
public struct ModelState: Hashable, Sendable {
  /// Its name.
  public let id: ModelID
  /// Its join number.
  public let seat: Seat
  /// The digest of its predictor.
  public internal(set) var predictor: Digest
  /// What it owns; never below zero.
  public internal(set) var balance: Amount
  /// The part of the balance that is staked on open questions.
  public internal(set) var reserved = Amount.zero
  /// Questions answered, settled or not.
  public internal(set) var predictions: UInt64 = 0
  /// How it has done.
  public internal(set) var standing = Standing()
  /// All that it has lost, as a positive amount; stays at the largest amount there is should it ever get there.
  public internal(set) var slashedTotal = Amount.zero
  /// All that it has earned; likewise.
  public internal(set) var rewardedTotal = Amount.zero
  /// When anything about it last changed.
  public internal(set) var lastChange: Tick

  /// What it owns and has not staked.
  public var free: Amount { balance - reserved }

  /// As the payer sees it.
  var member: Member { Member(standing: standing, free: free) }
}

/// The state of all models at one point of the ledger, with the accounts that stand against theirs.
public struct ModelRegistry: Hashable, Sendable {
  /// By seat.
  public internal(set) var models: [ModelState] = []
  /// Where rewards come from and slashes go.
  public internal(set) var treasury = Amount.zero
  /// The part of the treasury that open questions may still earn.
  public internal(set) var treasuryReserved = Amount.zero
  /// Negative by exactly what has entered the system.
  public internal(set) var outside = Amount.zero
  private var seats: [ModelID: Seat] = [:]

  /// How many models may join. With deposits, rewards and slashes of at most a million credits no sum of money can
  /// then leave the range of `Amount`.
  public static let seatsMax = 1_000_000

  /// No models.
  public init() {}

  /// The model called `id`.
  public subscript(_ id: ModelID) -> ModelState? { seats[id].map { models[$0.index] } }

  mutating func append(_ model: ModelState) {
    precondition(model.seat.index == models.count, "seats are given in the order of joining")
    precondition(seats[model.id] == nil, "a name joins once")
    seats[model.id] = model.seat
    models.append(model)
  }

  // What has entered so far, at most: an endowment and a deposit for each seat stay far below it.
  static let enteredMax = Amount(micro: 1 << 62)

  // Whether the books balance. For a state that comes from a file: any amounts at all.
  var isBalanced: Bool {
    guard Amount.sum([treasury, outside] + models.map(\.balance)) == .zero else { return false }
    return (-Self.enteredMax ... .zero).contains(outside) && treasury >= treasuryReserved && treasuryReserved >= .zero
      && models.allSatisfy { $0.balance >= $0.reserved && $0.reserved >= .zero }
  }

  /// Traps unless all accounts add up to zero, only `outside` is negative, and no more is reserved than is there.
  public func checkInvariants() {
    precondition(models.reduce(treasury + outside) { $0 + $1.balance } == .zero, "all accounts add up to zero")
    precondition(treasury >= treasuryReserved, "the treasury owes no more than it has")
    precondition(treasuryReserved >= .zero)
    for model in models {
      precondition(model.balance >= model.reserved, "a model stakes no more than it owns")
      precondition(model.reserved >= .zero)
    }
  }
}
