import Consensus
import Incentives
import Quantities

// What happens by itself as time passes.
extension Council {
  // Sealed questions that nobody showed an answer to in time.
  func voided(at tick: Tick) -> [Event] {
    guard !sealed.isEmpty else { return [] }
    return sealed.keys.sorted().compactMap { id in
      guard let question = sealed[id], question.deadline < tick else { return nil }
      return .revealed(Self.void(id))
    }
  }

  // Withdrawals whose waiting is over, by seat.
  func released(at tick: Tick) -> [Event] {
    registry.unbonding.compactMap { seat in
      let amount = registry.models[seat.index].unbonding?.due(at: tick) ?? .zero
      return amount > .zero ? .released(Released(seat: seat, amount: amount)) : nil
    }
  }

  // Questions have one deadline in the order of their numbers, so those that are over stand at the front.
  func expired(at tick: Tick, max: Int) -> [Event] {
    let isReturned = rules.unresolved.kind == .returnStakes
    var events: [Event] = []
    var earlier = waiting[...]
    var joining: [OpenQuestion] = []
    var id = oldestOpen
    while events.count < max {
      let count = earlier.count + joining.count
      while id < nextQuestion, open[id] == nil { id = QuestionID(id.number + 1) }
      // One event at a time or many, the order is the same: a full batch, then the next that is over, then what waited.
      if count >= Int(rules.unresolved.batch) {
        events.append(.resolved(resolved(earlier + joining)))
      } else if let question = open[id], question.deadline < tick {
        id = QuestionID(id.number + 1)
        if isReturned {
          events.append(.settled(question.returned))
        } else {
          events.append(.expired(Expired(question: question.closed.id)))
          joining.append(question)
        }
        continue
      } else if let first = earlier.first ?? joining.first, waited(first) < tick {
        events.append(.resolved(resolved(earlier + joining)))
      } else {
        break
      }
      earlier = []
      joining = []
    }
    return events
  }

  private func resolved(_ questions: ArraySlice<OpenQuestion>) -> Resolved {
    let settlements = rules.unresolved.settle(questions.map { $0.staked(.never) })
    return Resolved(
      questions: zip(questions, settlements).map { question, settlement in
        Settled(
          question: question.closed.id, outcome: nil, seats: question.closed.table.seats, payments: settlement.payments)
      })
  }
}
