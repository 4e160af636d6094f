import Consensus
import Incentives
import Ledger
import ProtocolCore
import Quantities

/// What a replay came to: a ledger beside the one that would have been.
public struct ReplayResult: Hashable, Sendable {
  /// One of the two worlds as a whole.
  public struct World: Hashable, Sendable {
    /// The rules that it began with.
    public let rules: Rules
    /// How many events its ledger has, and the digest of the last.
    public let head: LedgerHead
    /// What the treasury owns at the end.
    public let treasury: Amount
    /// How many questions wait for their outcomes at the end.
    public let openCount: Int
    /// What all rewards fell short of the rules, because the treasury could not owe more.
    public let shortfall: Amount
    /// How many questions fell short.
    public let shortQuestions: Int
  }

  /// What became of a model in one world.
  public struct Standing: Hashable, Sendable {
    /// What it brought in.
    public let deposited: Amount
    /// What it took out.
    public let withdrawn: Amount
    /// What it owns at the end.
    public let balance: Amount
    /// All that it earned.
    public let rewarded: Amount
    /// All that it lost, as a positive amount.
    public let slashed: Amount
    /// Questions that it answered.
    public let answered: UInt64
    /// The share of its settled answers that were right, in billionths; `nil` without any.
    public let accuracy: UInt32?
    /// What it would weigh in the next consensus, in billionths.
    public let weight: UInt32
    /// Whether it has a voice.
    public let status: ModelStatus

    /// What taking part has brought it.
    public var profit: Amount { balance + withdrawn - deposited }
  }

  /// A model in both worlds.
  public struct Model: Hashable, Sendable {
    /// Its name.
    public let id: ModelID
    /// In the ledger.
    public let real: Standing
    /// In the other world; `nil` if it was left out there.
    public let other: Standing?
    /// Answers of its that fell away in the other world, where it had no voice any more.
    public let dropped: Int
    /// Questions of which no answer of its is recorded, and that it would have had a voice in.
    public let unheard: Int

    /// What it owns more in the other world; `nil` if it was left out there.
    public var balanceChange: Amount? { other.map { $0.balance - real.balance } }
    /// What taking part brings it more there; `nil` if it was left out there.
    public var profitChange: Amount? { other.map { $0.profit - real.profit } }
  }

  /// What was otherwise.
  public let counterfactual: Counterfactual
  /// The ledger.
  public let real: World
  /// The other world.
  public let other: World
  /// By seat in the ledger.
  public let models: [Model]
  /// What was counted.
  public let tally: ReplayTally
  /// Balances over time.
  public let timeline: ReplayTimeline

  /// Whether both ledgers are the same to the byte: the digests of their last events agree, which vouch for all before.
  public var isSame: Bool { real.head == other.head }

  /// Whether questions were judged that an incentive of the other world could not pay for, since it needs classes.
  public var isJudgingApart: Bool { tally.judged > 0 && other.rules.incentive.kind != .rewardAndSlash }

  init(
    counterfactual: Counterfactual, council: Council, head: LedgerHead, flows: MoneyFlows, world: OtherWorld,
    timeline: ReplayTimeline
  ) {
    self.counterfactual = counterfactual
    real = World(council, head, flows)
    other = World(world.council, world.chain.head, world.flows)
    let (weights, otherWeights) = (council.weights, world.council.weights)
    models = council.registry.models.map { state in
      let here = world.seats[state.seat.index]
      return Model(
        id: state.id, real: Standing(state, in: council, flows, weights),
        other: here.map {
          Standing(world.council.registry.models[$0.index], in: world.council, world.flows, otherWeights)
        },
        dropped: world.tally.dropped[state.seat, default: 0], unheard: world.tally.unheard[state.seat, default: 0])
    }
    tally = world.tally
    self.timeline = timeline
  }
}

extension ReplayResult.World {
  init(_ council: Council, _ head: LedgerHead, _ flows: MoneyFlows) {
    self.init(
      rules: council.rules, head: head, treasury: council.registry.treasury,
      openCount: council.open.count + council.sealed.count + council.waiting.count,
      shortfall: flows.shortfall, shortQuestions: flows.shortQuestions)
  }
}

extension ReplayResult.Standing {
  init(_ state: ModelState, in council: Council, _ flows: MoneyFlows, _ weights: [UInt32]) {
    let seat = state.seat.index
    self.init(
      deposited: flows.deposited[seat], withdrawn: flows.withdrawn[seat], balance: state.balance,
      rewarded: state.rewardedTotal, slashed: state.slashedTotal, answered: state.predictions,
      accuracy: state.standing.accuracy, weight: weights[seat], status: council.status(state))
  }
}
