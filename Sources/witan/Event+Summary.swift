import Consensus
import ProtocolCore
import Quantities

extension Event {
  /// The question it is about.
  var question: QuestionID? {
    switch self {
    case .asked(let asked): asked.question
    case .committed(let committed): committed.question
    case .revealed(let revealed): revealed.question
    case .settled(let settled): settled.question
    case .expired(let expired): expired.question
    default: nil
    }
  }

  /// The seats it speaks of.
  var seats: [Seat] {
    switch self {
    case .registered(let registration): [registration.seat]
    case .withdrawn(let withdrawn): [withdrawn.seat]
    case .left(let left): [left.seat]
    case .released(let released): [released.seat]
    case .retrained(let retraining): [retraining.seat]
    case .committed(let committed): committed.everyone
    case .revealed(let revealed): revealed.table.seats
    case .asked(let asked): asked.table.seats
    case .settled(let settled): settled.seats
    case .resolved(let resolved): Set(resolved.questions.flatMap(\.seats)).sorted()
    case .founded, .expired, .snapshotted: []
    }
  }

  /// What happened, in a few words.
  var summary: String {
    switch self {
    case .founded(let founding):
      return "\(founding.classes.count) classes, pooled by \(founding.rules.consensus.kind.rawValue), "
        + "treasury \(Listing.brief(founding.rules.endowment))"
    case .registered(let registration):
      return "\(registration.model) takes seat \(registration.seat.index) with \(Listing.brief(registration.deposit))"
    case .withdrawn(let withdrawn): return "seat \(withdrawn.seat.index) takes out \(Listing.brief(withdrawn.amount))"
    case .left(let left): return "seat \(left.seat.index) leaves with \(Listing.brief(left.amount))"
    case .released(let released): return "seat \(released.seat.index) is paid \(Listing.brief(released.amount))"
    case .retrained(let retraining): return "seat \(retraining.seat.index) has a new predictor"
    case .asked(let asked):
      let top = Billionths.top(asked.consensus)
      let share = Listing.fixed(Double(asked.consensus[top]) / 1e9, 2)
      let origin = asked.origin == .demonstration ? "demonstration: " : ""
      let answers = asked.table.rowCount == 1 ? "1 answer" : "\(asked.table.rowCount) answers"
      guard let judged = asked.judged else { return "\(origin)\(answers), class \(top) with \(share), open" }
      let failures = judged.right.filter { !$0 }.count
      return "\(origin)\(answers), class \(top) with \(share), \(failures) simulated failures, "
        + "paid \(judged.payments.map(Listing.brief).joined(separator: " "))"
    case .committed(let committed):
      let twice = committed.equivocal.isEmpty ? "" : ", \(committed.equivocal.count) of two minds"
      return "\(committed.seats.count) sealed answers\(twice)"
    case .revealed(let revealed):
      guard revealed.table.rowCount > 0 else { return "nobody showed an answer, stakes returned" }
      let top = Billionths.top(revealed.consensus)
      let share = Listing.fixed(Double(revealed.consensus[top]) / 1e9, 2)
      let breaches = revealed.breaches.isEmpty ? "" : ", \(revealed.breaches.count) lost their stakes"
      return "\(revealed.table.rowCount) answers shown, class \(top) with \(share)\(breaches), open"
    case .settled(let settled):
      let paid = settled.payments.map(Listing.brief).joined(separator: " ")
      return settled.outcome.map { "class \($0), paid \(paid)" } ?? "no outcome in time, stakes returned"
    case .expired: return "no outcome in time, waits to be settled with others"
    case .resolved(let resolved):
      let payments = resolved.questions.flatMap(\.payments)
      let moved = payments.reduce(Amount.zero) { $1 > .zero ? $0 + $1 : $0 }
      return "\(resolved.questions.count) questions without an outcome settled together, \(Listing.brief(moved)) moved"
    case .snapshotted(let snapshot): return "state at event \(snapshot.position)"
    }
  }
}
