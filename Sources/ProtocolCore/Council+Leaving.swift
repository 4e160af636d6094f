import Quantities

extension Council {
  func withdraw(_ model: ModelID, _ amount: Amount, _ tick: Tick) throws(Rejection) -> Event {
    let state = try member(model)
    guard amount > .zero else { throw .misshapen("a withdrawal of \(amount): take out more than nothing") }
    guard amount <= state.free else { throw .notFree(model, asked: amount, free: state.free) }
    return .withdrawn(Withdrawn(seat: state.seat, amount: amount, due: due(tick)))
  }

  func leave(_ model: ModelID, _ tick: Tick) throws(Rejection) -> Event {
    let state = try member(model)
    guard state.openAnswers == 0 else { throw .unsettled(model, count: state.openAnswers) }
    return .left(Left(seat: state.seat, amount: state.balance, due: due(tick)))
  }

  private func member(_ model: ModelID) throws(Rejection) -> ModelState {
    guard let state = registry[model] else { throw .unknownModel(model) }
    guard !state.hasLeft else { throw .silent(model, .left) }
    return state
  }

  private func due(_ tick: Tick) -> Tick { min(Tick(tick.milliseconds + rules.unbonding), .latest) }

  mutating func apply(_ withdrawn: Withdrawn) {
    registry.send(withdrawn.amount, from: withdrawn.seat, due: withdrawn.due, delay: rules.unbonding, at: now)
    registry.models[withdrawn.seat.index].lastChange = now
  }

  mutating func apply(_ left: Left) {
    precondition(registry.models[left.seat.index].openAnswers == 0, "nobody leaves with answers that are not settled")
    precondition(left.amount == registry.models[left.seat.index].balance, "who leaves takes everything")
    registry.send(left.amount, from: left.seat, due: left.due, delay: rules.unbonding, at: now)
    registry.models[left.seat.index].hasLeft = true
    registry.models[left.seat.index].lastChange = now
    pool.leave(left.seat)
  }

  mutating func apply(_ released: Released) {
    registry.release(released.amount, to: released.seat, at: now)
    registry.models[released.seat.index].lastChange = now
  }
}
