import Quantities

/// Withdrawals that wait: what a model takes out stays within reach of a slash until the delay is over.
///
/// A withdrawal asked for at tick t is paid at t + delay, less what was slashed meanwhile. The delay must be at least the
/// longest delay of an outcome plus the time for disputes, or a model withdraws before its bad answers come to light.
/// Slashes take from the latest withdrawal first, so that who asked early is not punished for waiting longest.
/// A value with ticks for time, like all of the protocol.
public struct Unbonding: Hashable, Sendable {
  /// A part of a stake on its way out.
  public struct Withdrawal: Hashable, Sendable {
    /// What is left of it.
    public fileprivate(set) var amount: Amount
    /// From when on it is paid.
    public let due: Tick
  }

  /// How long a withdrawal waits, in milliseconds.
  public let delay: UInt64
  /// The withdrawals that wait, the earliest first; none is empty.
  public private(set) var waiting: [Withdrawal] = []

  /// Nothing on its way; every withdrawal will wait for `delay` milliseconds.
  public init(delay: UInt64) {
    precondition(delay <= Tick.latest.milliseconds, "a delay of at most 142,000 years")
    self.delay = delay
  }

  /// All that is due at `tick`.
  public func due(at tick: Tick) -> Amount {
    waiting.prefix { $0.due <= tick }.reduce(Amount.zero) { $0 + $1.amount }
  }

  /// All that waits, and can be slashed.
  public var total: Amount { waiting.reduce(.zero) { $0 + $1.amount } }

  /// Puts `amount` on its way.
  ///
  /// - Precondition: the amount is positive, and time does not go back.
  public mutating func withdraw(_ amount: Amount, at tick: Tick) {
    precondition(amount > .zero, "a withdrawal takes something out")
    let due = min(Tick(tick.milliseconds + delay), .latest)
    precondition(waiting.last.map { $0.due <= due } ?? true, "time never goes back")
    waiting.append(Withdrawal(amount: amount, due: due))
  }

  /// Takes up to `amount` from what waits, the latest first; returns what was there to take.
  public mutating func slash(_ amount: Amount) -> Amount {
    precondition(amount >= .zero)
    var left = amount
    while left > .zero, var last = waiting.popLast() {
      let taken = min(last.amount, left)
      left -= taken
      last.amount -= taken
      if last.amount > .zero { waiting.append(last) }
    }
    return amount - left
  }

  /// The withdrawals that wait, as one canonical value.
  public func encode(into writer: inout CanonicalWriter) {
    writer.openArray()
    for withdrawal in waiting {
      writer.openObject()
      writer.key("amount")
      writer.amount(withdrawal.amount)
      writer.key("due")
      writer.integer(withdrawal.due.milliseconds)
      writer.closeObject()
    }
    writer.closeArray()
  }

  /// Reads what `encode` wrote: at least one withdrawal, the earliest first.
  public init(decoding reader: inout CanonicalReader, delay: UInt64) throws(CanonicalError) {
    self.init(delay: delay)
    try reader.openArray()
    while try reader.hasElement() {
      try reader.openObject()
      try reader.key("amount")
      let amount = try reader.amount()
      try reader.key("due")
      let due = try reader.tick()
      try reader.closeObject()
      guard amount > .zero, waiting.last.map({ $0.due <= due }) ?? true else {
        throw CanonicalError(offset: reader.offset, expected: "withdrawals above zero, the earliest first")
      }
      waiting.append(Withdrawal(amount: amount, due: due))
    }
    guard !waiting.isEmpty else { throw CanonicalError(offset: reader.offset, expected: "a withdrawal that waits") }
  }

  /// Pays what is due at `tick`; returns the sum.
  public mutating func release(at tick: Tick) -> Amount {
    let count = waiting.prefix { $0.due <= tick }.count
    let paid = waiting.prefix(count).reduce(Amount.zero) { $0 + $1.amount }
    waiting.removeFirst(count)
    return paid
  }
}
