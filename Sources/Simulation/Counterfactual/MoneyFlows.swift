import ProtocolCore
import Quantities

/// What moved in and out of a council, and what its treasury could not owe.
struct MoneyFlows: Sendable {
  /// What each member brought in, by seat.
  private(set) var deposited: [Amount] = []
  /// What each member took out, by seat.
  private(set) var withdrawn: [Amount] = []
  /// What all rewards fell short of the rules.
  private(set) var shortfall = Amount.zero
  /// How many questions fell short.
  private(set) var shortQuestions = 0

  /// Takes note of an event of the council.
  mutating func observe(_ event: Event) {
    switch event {
    case .registered(let registration):
      deposited.append(registration.deposit)
      withdrawn.append(.zero)
    case .withdrawn(let out): withdrawn[out.seat.index] += out.amount
    case .left(let left): withdrawn[left.seat.index] += left.amount
    case .asked(let asked): fallShort(asked.shortfall)
    case .committed(let committed): fallShort(committed.shortfall)
    default: break
    }
  }

  private mutating func fallShort(_ missing: Amount) {
    guard missing > .zero else { return }
    shortfall = shortfall.addingClamped(missing)
    shortQuestions += 1
  }
}
