import Consensus
import Incentives
import Quantities

/// A fact that this council would not have decided.
public struct AuditFault: Error, Hashable, Sendable, CustomStringConvertible {
  /// What does not fit.
  public let description: String
}

extension Council {
  /// The wish that led to `event`, rebuilt from what the event carries; `nil` if it names a seat that is not there.
  public func input(behind event: Event) -> Input? {
    switch event {
    case .founded(let founding): .found(founding)
    case .registered(let registration): .register(registration.model, predictor: registration.predictor)
    case .retrained(let retraining):
      registry.models.indices.contains(retraining.seat.index)
        ? .retrain(registry.models[retraining.seat.index].id, predictor: retraining.predictor) : nil
    case .asked(let asked):
      .ask(
        Asking(
          question: asked.question, features: asked.features, origin: asked.origin, table: asked.table,
          judgement: asked.judged.map { SimulatedJudgement(failureRate: $0.failureRate, right: $0.right) }))
    case .settled(let settled): settled.outcome.map { .report(settled.question, class: $0) } ?? .tick
    case .expired, .resolved: .tick
    case .snapshotted(let snapshotted): .snapshot(snapshotted.state)
    }
  }

  /// Decides anew what led to `event`, and takes it over if the council comes to the same.
  ///
  /// This is how a ledger is trusted: every stake, weight, consensus and payment in it is recomputed. Never traps.
  /// One event with three models and three classes costs about three microseconds. Questions that expired together are
  /// decided one by one, so that a thousand of them cost a thousand decisions and not a million.
  public mutating func audit(_ event: Event, at tick: Tick) throws(AuditFault) {
    guard let input = input(behind: event) else {
      throw AuditFault(description: "a \(event.kind) event names a seat that nobody holds")
    }
    let decision: Decision
    do { decision = try decide(input, at: tick, expiredMax: 1) } catch {
      throw AuditFault(description: "a \(event.kind) event that the council would have refused: \(error)")
    }
    guard decision.events.first == event else {
      throw AuditFault(description: "a \(event.kind) event that the rules decide otherwise")
    }
    apply(event, at: tick)
  }
}
