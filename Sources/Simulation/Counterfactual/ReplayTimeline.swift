import ProtocolCore
import Quantities

/// Balances over time, in the ledger and in the other world, at about 200 moments.
public struct ReplayTimeline: Hashable, Sendable {
  /// Balances at one moment, in one world.
  public struct Point: Hashable, Sendable {
    /// How many events of the ledger had happened.
    public let position: UInt64
    /// The moment of the last event of this world.
    public let tick: Tick
    /// By seat in the ledger, of those that had joined; `nil` for those left out of this world.
    public let balances: [Amount?]
    /// What the treasury owned.
    public let treasury: Amount
  }

  /// In the ledger.
  public private(set) var real: [Point] = []
  /// In the other world, at the same moments.
  public private(set) var other: [Point] = []

  init(real: [Point], other: [Point]) {
    precondition(real.map(\.position) == other.map(\.position), "both worlds are looked at at the same moments")
    self.real = real
    self.other = other
  }
}

extension ReplayTimeline.Point {
  /// The balances of `council` as they are, of a world in which nobody is left out.
  init(_ council: Council) {
    self.init(
      position: council.position, tick: council.now, balances: council.registry.models.map(\.balance),
      treasury: council.registry.treasury)
  }
}

/// Says when balances are taken down, so that both worlds are looked at at the same moments.
struct ReplaySampling: Sendable {
  private let interval: UInt64
  private var next: UInt64

  /// For a ledger with so many events.
  init(events: UInt64) {
    interval = max(1, events / 200)
    next = interval
  }

  /// Whether balances are to be taken down before `fact`: never while time passes, which is one step in the other world
  /// and may be many events in the ledger.
  mutating func isDue(before fact: ReplayFact) -> Bool {
    guard fact.position > next, !fact.isPassingOfTime else { return false }
    next = fact.position - 1 + interval
    return true
  }
}
