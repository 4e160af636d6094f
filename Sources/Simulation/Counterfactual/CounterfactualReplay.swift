import Consensus
import Incentives
import Ledger
import ProtocolCore
import Quantities

/// Replays a ledger as it would have been: under other rules, without a model, with another deposit.
///
/// The ledger is checked on the way as `verify` does it, from its first event; one that does not hold is refused. Each
/// event is turned back into the input that led to it and decided anew at its moment by a council that lives under the
/// other circumstances:
///
/// - Predictions, outcomes and judgements are facts, and stay. Nobody is asked again: a model that had no voice in the
///   ledger and would have one has no recorded answer, which is counted; one that has no voice any more drops out.
/// - A question to which nobody is left is not asked, and what is recorded of it later leads to nothing.
/// - Time passes at the moments of the recorded events, so that questions end by the deadline of the other rules.
///   Outcomes that come later are too late; outcomes that came too late in the ledger were never recorded.
/// - Judged questions are paid by the rules of judging, under any incentive, as in every council: an incentive that needs
///   classes has no part in them.
///
/// Where nothing is otherwise, the ledger comes out the same to the byte: the digest of its last event says so.
public enum CounterfactualReplay {
  /// How a ledger began: where a counterfactual starts from.
  ///
  /// - Throws: `ReplayError.empty`, and `.unsound` where the first event cannot be read.
  public static func founding(of store: some LedgerStore) throws(ReplayError) -> Founding {
    let event: Event
    do {
      guard let first = try store.records(after: 0, limit: 1).first else { throw ReplayError.empty }
      var chain = Chain()
      let envelope = try chain.check(first)
      event = try Event(kind: envelope.kind, decoding: envelope.data)
    } catch {
      if case ReplayError.empty = error { throw .empty }
      throw .unsound(["the first event does not hold (\(error))"])
    }
    guard case .founded(let founding) = event else { throw .unsound(["the first event founds no council"]) }
    return founding
  }

  /// Replays the ledger in `store`.
  ///
  /// - Parameter progress: called with the number of events from time to time.
  /// - Throws: `ReplayError.unsound` for a ledger that does not hold; `.unknownModel`, `.deposit`, `.rules` for what
  ///   cannot be otherwise.
  /// - Complexity: O(events x models); an event of three models takes about as long as checking and deciding it twice.
  public static func run(
    of store: some LedgerStore, _ counterfactual: Counterfactual, progress: (UInt64) -> Void = { _ in }
  ) throws(ReplayError) -> ReplayResult {
    let founding = try founding(of: store)
    try check(counterfactual, founding)
    let events = (try? store.head().position) ?? 0
    var world = OtherWorld(counterfactual, events: events)
    var flows = MoneyFlows()
    var sampling = ReplaySampling(events: events)
    var points: [ReplayTimeline.Point] = []
    let verification = Verification(of: store, view: nil, progress: progress) { council, event, tick in
      let fact = ReplayFact(event, at: tick, after: council)
      if sampling.isDue(before: fact) { points.append(ReplayTimeline.Point(council)) }
      world.follow(fact)
      flows.observe(event)
    }
    guard verification.faults.isEmpty else { throw .unsound(verification.faults) }
    let council = verification.council
    let names = council.registry.models.map(\.id.name)
    for model in (counterfactual.without.union(counterfactual.deposits.keys)).sorted()
    where council.registry[model] == nil {
      throw .unknownModel(model, nearest: nearestName(to: model.name, among: names))
    }
    world.finish(TimeLag(council), position: council.position)
    world.council.registry.checkInvariants()
    return ReplayResult(
      counterfactual: counterfactual, council: council, head: verification.head, flows: flows, world: world,
      timeline: ReplayTimeline(real: points + [ReplayTimeline.Point(council)], other: world.points))
  }

  private static func check(_ counterfactual: Counterfactual, _ founding: Founding) throws(ReplayError) {
    for (model, deposit) in counterfactual.deposits.sorted(by: { $0.key < $1.key })
    where !(.zero...Rules.depositMax).contains(deposit) {
      throw .deposit(model, deposit)
    }
    for model in counterfactual.without.sorted() where counterfactual.deposits[model] != nil {
      throw .rules("\(model) is left out and has another deposit: choose one")
    }
    let other = Founding(
      ledger: founding.ledger, data: founding.data, classes: founding.classes, rules: counterfactual.foundingRules)
    if let fault = other.fault { throw .rules(fault) }
    guard other.rules.isSealed == founding.rules.isSealed else {
      throw .rules("answers that were \(founding.rules.isSealed ? "sealed" : "open") stay so: leave `sealed` as it was")
    }
  }
}
