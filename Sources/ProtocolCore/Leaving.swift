import Quantities

/// Credits that a model takes out.
public struct Withdrawn: Hashable, Sendable {
  /// Whose.
  public let seat: Seat
  /// How much; more than nothing.
  public let amount: Amount
  /// When it is paid: at once where that is the moment of the event, else with a `released` event.
  public let due: Tick
}

/// The end of a model's membership.
public struct Left: Hashable, Sendable {
  /// Whose.
  public let seat: Seat
  /// What it owned; perhaps nothing.
  public let amount: Amount
  /// When that is paid.
  public let due: Tick
}

/// Credits whose time of waiting is over, and that are paid out.
public struct Released: Hashable, Sendable {
  /// To whom.
  public let seat: Seat
  /// How much.
  public let amount: Amount
}

extension Withdrawn {
  func encode(into writer: inout CanonicalWriter) { writer.exit(seat, amount, due) }
  init(decoding reader: inout CanonicalReader) throws(CanonicalError) {
    (seat, amount, due) = try reader.exit(least: Amount(micro: 1))
  }
}

extension Left {
  func encode(into writer: inout CanonicalWriter) { writer.exit(seat, amount, due) }
  init(decoding reader: inout CanonicalReader) throws(CanonicalError) {
    (seat, amount, due) = try reader.exit(least: .zero)
  }
}

extension Released {
  func encode(into writer: inout CanonicalWriter) {
    writer.openObject()
    writer.key("amount")
    writer.amount(amount)
    writer.key("seat")
    writer.integer(seat.index)
    writer.closeObject()
  }

  init(decoding reader: inout CanonicalReader) throws(CanonicalError) {
    try reader.openObject()
    try reader.key("amount")
    amount = try reader.amount()
    try reader.key("seat")
    seat = Seat(try reader.count())
    try reader.closeObject()
  }
}

extension CanonicalWriter {
  fileprivate mutating func exit(_ seat: Seat, _ amount: Amount, _ due: Tick) {
    openObject()
    key("amount")
    self.amount(amount)
    key("due")
    integer(due.milliseconds)
    key("seat")
    integer(seat.index)
    closeObject()
  }
}

extension CanonicalReader {
  fileprivate mutating func exit(least: Amount) throws(CanonicalError) -> (Seat, Amount, Tick) {
    try openObject()
    try key("amount")
    let amount = try amount()
    guard amount >= least else { throw CanonicalError(offset: offset, expected: "an amount of \(least) or more") }
    try key("due")
    let due = try tick()
    try key("seat")
    let seat = Seat(try count())
    try closeObject()
    return (seat, amount, due)
  }
}
