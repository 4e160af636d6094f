import Quantities

/// A model's breach of its word over a question. It costs the stake.
public struct Breach: Hashable, Sendable {
  /// The ways to break it.
  public enum Kind: String, CaseIterable, Hashable, Sendable {
    /// It committed to an answer and never showed it.
    case withheld
    /// It signed two different answers, or commitments, for the same question.
    case equivocal
  }

  /// Whose.
  public let seat: Seat
  /// How.
  public let kind: Kind

  /// Puts the parts together.
  public init(seat: Seat, kind: Kind) {
    self.seat = seat
    self.kind = kind
  }

  func encode(into writer: inout CanonicalWriter) {
    writer.openObject()
    writer.key("kind")
    writer.text(kind.rawValue)
    writer.key("seat")
    writer.integer(seat.index)
    writer.closeObject()
  }

  init(decoding reader: inout CanonicalReader) throws(CanonicalError) {
    try reader.openObject()
    try reader.key("kind")
    guard let kind = Kind(rawValue: try reader.text()) else {
      throw CanonicalError(offset: reader.offset, expected: "a known kind of breach")
    }
    self.kind = kind
    try reader.key("seat")
    seat = Seat(try reader.count())
    try reader.closeObject()
  }
}

/// A breach with what it cost.
public struct SlashedBreach: Hashable, Sendable {
  /// Whose, and how.
  public let breach: Breach
  /// What went to the treasury.
  public let stake: Amount

  func encode(into writer: inout CanonicalWriter) {
    writer.openObject()
    writer.key("breach")
    breach.encode(into: &writer)
    writer.key("stake")
    writer.amount(stake)
    writer.closeObject()
  }

  init(breach: Breach, stake: Amount) {
    self.breach = breach
    self.stake = stake
  }

  init(decoding reader: inout CanonicalReader) throws(CanonicalError) {
    try reader.openObject()
    try reader.key("breach")
    breach = try Breach(decoding: &reader)
    try reader.key("stake")
    stake = try reader.amount()
    guard stake >= .zero else { throw CanonicalError(offset: reader.offset, expected: "a stake that is not negative") }
    try reader.closeObject()
  }
}

extension CanonicalReader {
  /// Expects breaches with what they cost.
  mutating func breaches() throws(CanonicalError) -> [SlashedBreach] {
    try openArray()
    var breaches: [SlashedBreach] = []
    while try hasElement() { breaches.append(try SlashedBreach(decoding: &self)) }
    return breaches
  }
}

extension CanonicalWriter {
  /// Writes breaches with what they cost.
  mutating func breaches(_ breaches: [SlashedBreach]) {
    openArray()
    for breach in breaches { breach.encode(into: &self) }
    closeArray()
  }
}
