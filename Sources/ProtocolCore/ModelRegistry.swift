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
  /// It has left.
  case left
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
  /// Questions that it has answered or committed to and that have not ended.
  public internal(set) var openAnswers = 0
  /// What it has taken out and not been paid yet; `nil` where nothing waits.
  public internal(set) var unbonding: Unbonding?
  /// Whether it has left.
  public internal(set) var hasLeft = false
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
  /// The seats with credits on their way out, ascending.
  public internal(set) var unbonding: [Seat] = []
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
    if model.unbonding != nil { unbonding.append(model.seat) }
  }

  /// What the model in `seat` has taken out and not been paid yet.
  public func leaving(_ seat: Seat) -> Amount { models[seat.index].unbonding?.total ?? .zero }

  // Sends `amount` out, at `due`; what leaves the system reduces what has entered it.
  mutating func send(_ amount: Amount, from seat: Seat, due: Tick, delay: UInt64, at tick: Tick) {
    precondition(amount <= models[seat.index].free, "a model takes out no more than it has free")
    models[seat.index].balance -= amount
    guard amount > .zero else { return }
    guard due > tick else {
      outside += amount
      return
    }
    models[seat.index].unbonding = models[seat.index].unbonding ?? Unbonding(delay: delay)
    models[seat.index].unbonding?.withdraw(amount, at: tick)
    if !unbonding.contains(seat) {
      unbonding.append(seat)
      unbonding.sort()
    }
  }

  // Pays what is due to `seat`.
  mutating func release(_ amount: Amount, to seat: Seat, at tick: Tick) {
    let paid = models[seat.index].unbonding?.release(at: tick) ?? .zero
    precondition(paid == amount && amount > .zero, "what is paid was due")
    outside += paid
    guard models[seat.index].unbonding?.waiting.isEmpty ?? true else { return }
    models[seat.index].unbonding = nil
    unbonding.removeAll { $0 == seat }
  }

  // What has entered so far, at most: an endowment and a deposit for each seat stay far below it.
  static let enteredMax = Amount(micro: 1 << 62)

  // Whether the books balance. For a state that comes from a file: any amounts at all.
  var isBalanced: Bool {
    let onTheWay = unbonding.flatMap { models[$0.index].unbonding?.waiting.map(\.amount) ?? [] }
    guard Amount.sum([treasury, outside] + models.map(\.balance) + onTheWay) == .zero else { return false }
    return (-Self.enteredMax ... .zero).contains(outside) && treasury >= treasuryReserved && treasuryReserved >= .zero
      && models.allSatisfy { $0.balance >= $0.reserved && $0.reserved >= .zero }
  }

  /// Traps unless all accounts add up to zero, only `outside` is negative, and no more is reserved than is there.
  public func checkInvariants() {
    let onTheWay = unbonding.reduce(Amount.zero) { $0 + leaving($1) }
    precondition(
      models.reduce(treasury + outside + onTheWay) { $0 + $1.balance } == .zero, "all accounts add up to zero")
    precondition(treasury >= treasuryReserved, "the treasury owes no more than it has")
    precondition(treasuryReserved >= .zero)
    for model in models {
      precondition(model.balance >= model.reserved, "a model stakes no more than it owns")
      precondition(model.reserved >= .zero)
    }
  }
}
