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
    case .registered(let registration):
      .register(registration.model, predictor: registration.predictor, deposit: registration.deposit)
    case .withdrawn(let withdrawn): name(withdrawn.seat).map { .withdraw($0, withdrawn.amount) }
    case .left(let left): name(left.seat).map { .leave($0) }
    case .retrained(let retraining):
      name(retraining.seat).map { .retrain($0, predictor: retraining.predictor) }
    case .asked(let asked):
      .ask(
        Asking(
          question: asked.question, features: asked.features, origin: asked.origin, table: asked.table,
          judgement: asked.judged.map { SimulatedJudgement(failureRate: $0.failureRate, right: $0.right) },
          breaches: asked.breaches.map(\.breach)))
    case .committed(let committed):
      .commit(
        Committing(
          question: committed.question, features: committed.features, origin: committed.origin, seats: committed.seats,
          commitments: committed.commitments, equivocal: committed.equivocal))
    case .revealed(let revealed):
      .reveal(Revealing(question: revealed.question, table: revealed.table, salts: revealed.salts))
    case .settled(let settled): settled.outcome.map { .report(settled.question, class: $0) } ?? .tick
    case .expired, .resolved, .released: .tick
    case .snapshotted(let snapshotted): .snapshot(snapshotted.state)
    }
  }

  private func name(_ seat: Seat) -> ModelID? {
    registry.models.indices.contains(seat.index) ? registry.models[seat.index].id : nil
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
